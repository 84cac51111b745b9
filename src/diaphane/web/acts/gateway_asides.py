"""Say which images of an exam its gateway holds back, why, and what brings them (R40)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from diaphane.acts.models import Act
from diaphane.imaging.gateways import list_asides

_REASONS: dict[str, Promise] = {
    "other_content": gettext_lazy("it came again with another content, and the first one leaves alone"),
    "file_missing": gettext_lazy("its file is gone from the gateway’s disk"),
    "file_damaged": gettext_lazy("the gateway’s disk damaged its file"),
    "refused": gettext_lazy("the platform refuses it"),
}
_REFUSALS: dict[str, Promise] = {
    "0110": gettext_lazy("the platform could not process it"),
    "0117": gettext_lazy("its identifier is not valid"),
    "0122": gettext_lazy("the platform does not take this type of object"),
    "0124": gettext_lazy("its study belongs to another site"),
    "HTTP 413": gettext_lazy("it is too large"),
    "HTTP 415": gettext_lazy("the platform does not take this type of file"),
}
_FAMILIES: dict[str, Promise] = {
    "A9": gettext_lazy("the file is not the image that was announced"),
    "C": gettext_lazy("the file cannot be read"),
}
"""Failure Reasons of PS3.18 table I.2-2 that come in ranges, by their first digits."""


@dataclass(frozen=True)
class AsideLine:
    """Images of the exam that one gateway holds back for one reason."""

    title: str
    reason: str


def describe_asides(act: Act) -> list[AsideLine]:
    """List what is held back of an act."""
    return [
        AsideLine(_title(each.images, each.gateway.ae_title), _spell(each.reason))
        for each in list_asides(act)
    ]


def _title(number: int, gateway: str) -> str:
    words = ngettext(
        "%(number)d image set aside by the gateway %(name)s",
        "%(number)d images set aside by the gateway %(name)s",
        number,
    )
    return words % {"number": number, "name": gateway}


def _spell(reason: str) -> str:
    """Say why, with the code of a refusal, which a repairer asks for."""
    kind, _separator, code = reason.partition(" ")
    family = next((words for digits, words in _FAMILIES.items() if code.startswith(digits)), None)
    words = _REFUSALS.get(code) or family or _REASONS.get(kind) or _("the gateway does not say why")
    return f"{words} ({code})" if code else str(words)
