"""The notice of a copy, in French, for whoever opens it years later without Diaphane."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from diaphane.imaging.models import Study

from .contents import Encoding, Tally


def write_read_me(study: Study, tally: Tally, *, at: datetime) -> bytes:
    """Return the notice as a text that any computer shows, accents included; it names nobody."""
    with override("fr"):
        lines = [*_write_origin(study, tally, at), "", *_write_use(tally), "", *_write_care()]
    return "\r\n".join([*lines, ""]).encode("utf-8-sig")


def _write_origin(study: Study, tally: Tally, at: datetime) -> Iterator[str]:
    when = date_format(timezone.localtime(at), "j F Y, H:i")
    yield _("Medical images copied from Diaphane on %(when)s.") % {"when": when}
    yield _("Exam: %(description)s") % {"description": study.description or _("no description")}
    count = ngettext("%(number)d file.", "%(number)d files.", tally.files) % {"number": tally.files}
    yield _("Content: %(files)s") % {"files": count}


def _write_use(tally: Tally) -> Iterator[str]:
    yield _("To see them: open the file DICOMDIR with any viewer of medical images (DICOM).")
    if tally.encoding is Encoding.NATIVE:
        yield _("Encoding: not compressed (Explicit VR Little Endian), readable by any viewer.")
    else:
        yield _("Encoding: as kept by the platform, most often HTJ2K lossless: a recent viewer is needed.")
    if tally.left_as_stored:
        yield ngettext(
            "%(number)d file could not be decoded and is left as it was received.",
            "%(number)d files could not be decoded and are left as they were received.",
            tally.left_as_stored,
        ) % {"number": tally.left_as_stored}
    if tally.unlisted:
        yield _("In the folder AUTRES and not in the index: %(names)s") % {"names": ", ".join(tally.unlisted)}


def _write_care() -> Iterator[str]:
    yield _("Check in your viewer whose images these are before you use them.")
    yield _("These are health data: keep this copy in a safe place, and give it to nobody else.")
