"""Which images of a study are meant: whole series, and some of a series by their numbers (R40)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from diaphane.imaging.models import Study
from diaphane.imaging.waiting import NumberedImage, list_numbered
from diaphane.kernel.errors import GuardError, Missing

NUMBERS = "numbers-"
"""What begins the name of the field that takes the numbers of a series' images; its UID follows."""
_RANGE = re.compile(r"(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?", re.ASCII)


@dataclass(frozen=True)
class Chosen:
    """What a person chose: series, and single images where they said some; neither means the whole study."""

    series_uids: list[str]
    sop_uids: list[str]


def read_chosen(posted: QueryDict, study: Study) -> Chosen:
    """Return the series and the images that a person chose of a study.

    Raises:
        GuardError: numbers that make no sense, or that no image of the series has.
    """
    wanted = {
        name.removeprefix(NUMBERS): text
        for name in posted
        if name.startswith(NUMBERS) and (text := str(posted[name]).strip())
    }
    ticked = [each for each in posted.getlist("series") if each not in wanted]
    if not wanted:
        return Chosen(ticked, [])
    images = list_numbered(study)
    found = [each.sop_uid for each in images if each.series_uid in ticked]
    for uid, text in wanted.items():
        found += _pick([each for each in images if each.series_uid == uid], text)
    return Chosen([*ticked, *wanted], found)


def _pick(images: list[NumberedImage], text: str) -> list[str]:
    found: list[str] = []
    for first, last in _read_ranges(text, images):
        some = [each.sop_uid for each in images if each.number is not None and first <= each.number <= last]
        if not some:
            raise _refuse(images)
        found += some
    return found


def _read_ranges(text: str, images: list[NumberedImage]) -> Iterable[tuple[int, int]]:
    for part in re.split(r"[,;\n]", text):
        if not part.strip():
            continue
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            raise _refuse(images)
        yield int(match[1]), int(match[2] or match[1])


def _refuse(images: list[NumberedImage]) -> GuardError:
    """Say which numbers there are."""
    known = [each.number for each in images if each.number is not None]
    what = str(_("Numbers of images of this series, for example 1-5, 12"))
    if known:
        what = _("Numbers of images of this series, from %(first)d to %(last)d: for example 1-5, 12") % {
            "first": min(known),
            "last": max(known),
        }
    return GuardError(_("Nothing was recorded."), [Missing("R40", what, _("You"), field="series")])
