"""Say what was found and what to do about it, in words for the person beside the patient."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from diaphane.imaging.dose_sources import DOSE_NAMES, DoseSource
from diaphane.kernel.actors import Role
from diaphane.requests.anatomy import SeriesKind
from diaphane_dicom.dose import UNITS, DoseQuantity

from .model import Code

KINDS: dict[str, Promise] = {
    SeriesKind.LOCALIZER: _("Localizer"),
    SeriesKind.AXIAL: _("Axial series"),
    SeriesKind.CONTRAST: _("Series with contrast"),
    SeriesKind.DIFFUSION: _("Diffusion"),
    SeriesKind.FLAIR: _("FLAIR"),
    SeriesKind.T2_STAR: _("T2* or susceptibility"),
    SeriesKind.TIME_OF_FLIGHT: _("Angiography without contrast (TOF)"),
}
_NUMBERS = ("one", "other", "value", "reference")
SIDES = {"L": _("left"), "R": _("right")}


@dataclass(frozen=True)
class Wording:
    """What was found, what to do, and who sees to it."""

    title: str | Promise
    advice: str | Promise
    who: Role


_SEND_AGAIN = _(
    "Send the series again from the scanner. If it is not whole there either, ask the radiologist whether "
    "it must be made again, before the patient leaves."
)
_WORDINGS = {
    Code.SLICE_GAP: Wording(
        ngettext_lazy(
            "%(count)d slice is missing, after image %(after)d",
            "%(count)d slices are missing, the first after image %(after)d",
            "count",
        ),
        _SEND_AGAIN,
        Role.TECHNOLOGIST,
    ),
    Code.UNEVEN_SPACING: Wording(
        _("The slices are not evenly spaced (%(count)d places)"),
        _("Look whether two acquisitions are mixed in this series: measures along the body would be wrong."),
        Role.IMAGEUR,
    ),
    Code.DUPLICATE_POSITION: Wording(
        ngettext_lazy(
            "%(count)d slice stands at the place of another one",
            "%(count)d slices stand at the place of others",
            "count",
        ),
        _("Look whether a part was made twice, and which one counts."),
        Role.IMAGEUR,
    ),
    Code.MISSING_NUMBERS: Wording(
        ngettext_lazy(
            "%(count)d image number is missing, after %(after)d",
            "%(count)d image numbers are missing, the first after %(after)d",
            "count",
        ),
        _("Compare with the scanner’s own list; send the series again if it holds more images."),
        Role.TECHNOLOGIST,
    ),
    Code.NO_NUMBER: Wording(
        ngettext_lazy("%(count)d image has no number", "%(count)d images have no number", "count"),
        _("Whether one is missing cannot be told from numbers: compare with the scanner’s own list."),
        Role.TECHNOLOGIST,
    ),
    Code.FEWER_IMAGES: Wording(
        _("%(received)d images received, the scanner says that it made %(expected)d"),
        _SEND_AGAIN,
        Role.TECHNOLOGIST,
    ),
    Code.OTHER_PATIENT: Wording(
        ngettext_lazy(
            "%(count)d image names another patient",
            "%(count)d images name another patient",
            "count",
        ),
        _("Stop, and read the identity back with the patient. Then say whose these images are."),
        Role.TECHNOLOGIST,
    ),
    Code.IMAGES_ELSEWHERE: Wording(
        ngettext_lazy(
            "%(count)d image of this exam waits under another identity",
            "%(count)d images of this exam wait under another identity",
            "count",
        ),
        _("See the images to attach: a part of this exam may be there."),
        Role.TECHNOLOGIST,
    ),
    Code.OTHER_REGION: Wording(
        _("These images say that they show something else: %(said)s"),
        _("Is it the right patient, and the right protocol on the scanner? Call the radiologist if not."),
        Role.TECHNOLOGIST,
    ),
    Code.OTHER_SIDE: Wording(
        _("The request asks for the %(side)s side, the images name the other one"),
        _("Look at the marker on the images and at the patient, then tell the radiologist."),
        Role.TECHNOLOGIST,
    ),
    Code.MISSING_SERIES: Wording(
        _("No series recognised as: %(kind)s"),
        _("Send it, make it, or say under which name it is, or why it was not made."),
        Role.TECHNOLOGIST,
    ),
    Code.NO_DOSE: Wording(
        _("No dose came with the images, and none is written"),
        _("Send the dose report from the scanner, or write the dose that its console shows."),
        Role.TECHNOLOGIST,
    ),
    Code.DOSE_DISAGREES: Wording(
        _("%(quantity)s: %(one)s %(unit)s (%(one_source)s), %(other)s %(unit)s (%(other_source)s)"),
        _("Look at the console: which one is right? Correct the exam’s dose, or say why they differ."),
        Role.TECHNOLOGIST,
    ),
    Code.DOSE_ABOVE_LEVEL: Wording(
        _("%(quantity)s of %(value)s %(unit)s, above the reference level of %(reference)s %(unit)s"),
        _("%(label)s: %(source)s. Say why the dose was needed: build, repeated acquisition, difficulty…"),
        Role.TECHNOLOGIST,
    ),
    Code.NO_CONTRAST_SERIES: Wording(
        _("An injection is recorded, no series says that it is injected"),
        _("Send the series with contrast, or tell the radiologist which one it is."),
        Role.TECHNOLOGIST,
    ),
    Code.CONTRAST_NOT_RECORDED: Wording(
        _("A series says that it is injected, no injection is recorded"),
        _("Record the product, its batch, volume, route and time, or say that nothing was injected."),
        Role.TECHNOLOGIST,
    ),
}


def word_finding(code: str, about: str, facts: Mapping[str, object]) -> Wording:
    """Return the words of one finding, its numbers filled in."""
    wording = _WORDINGS[Code(code)]
    filled = {**facts, "kind": KINDS.get(about, ""), "side": SIDES.get(str(facts.get("side")), "")}
    filled |= _word_dose(facts) if "quantity" in facts else {}
    return Wording(str(wording.title % filled), str(wording.advice % filled), wording.who)


def _word_dose(facts: Mapping[str, object]) -> dict[str, object]:
    """Return the words and numbers of a dose as they are read aloud."""
    quantity = DoseQuantity(facts["quantity"])
    sources = {
        name: DoseSource(str(facts[name])).label for name in ("one_source", "other_source") if name in facts
    }
    numbers = {name: format_dose(str(facts[name])) for name in _NUMBERS if name in facts}
    return {"quantity": DOSE_NAMES[quantity], "unit": UNITS[quantity], **sources, **numbers}


def format_dose(value: str | Decimal) -> str:
    """Write a dose without zeros that say nothing, with the decimal mark of the language."""
    number = Decimal(value)
    places = max(0, -int(number.normalize().as_tuple().exponent))
    return number_format(number, decimal_pos=min(places, 2), use_l10n=True)
