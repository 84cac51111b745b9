"""Find the convention that opens an act now, or say why none does and what the way out is (R26)."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.errors import Missing, Text

from .models import Convention, ConventionState
from .opening import find_next_opening, is_open_at

_SITE = _("The structure's administration")


class Obstacle(IntEnum):
    """Why a convention does not open an act, from the farthest to the nearest of opening it."""

    OVER = 1
    UNSIGNED = 2
    NOT_BEGUN = 3
    NOT_COVERED = 4
    OFF_HOURS = 5
    NOTHING = 6


@dataclass(frozen=True)
class Wanted:
    """What a convention is asked to open: which site's act, when, which exam, read by whom."""

    site_id: UUID
    at: datetime
    modality: str = ""
    reader: str = Convention.Reader.IMAGEUR
    reading_structure_id: UUID | None = None


def find_covering(wanted: Wanted, *, heeds_hours: bool = True) -> Convention | None:
    """Return a convention that opens an act; without ``heeds_hours``, one that is closed at this hour too."""
    best = _find_nearest(wanted)
    if best is None:
        return None
    convention, obstacle = best
    is_enough = obstacle is Obstacle.NOTHING or (obstacle is Obstacle.OFF_HOURS and not heeds_hours)
    return convention if is_enough else None


def explain_closed(wanted: Wanted) -> Missing | None:
    """Say why no convention opens an act whatever the hour, and who can help; None when one does."""
    best = _find_nearest(wanted)
    if best is None:
        return Missing("R26", _("No convention in force opens remote reading for this site."), _SITE)
    convention, obstacle = best
    if obstacle in {Obstacle.NOTHING, Obstacle.OFF_HOURS}:
        return None
    return Missing("R26", _SENTENCES[obstacle] % _words(convention), _WHO[obstacle] % _words(convention))


def explain_off_hours(wanted: Wanted) -> Missing | None:
    """Say when the convention opens again, and whom to call until then; None when it is open, or none is."""
    best = _find_nearest(wanted)
    if best is None or best[1] is not Obstacle.OFF_HOURS:
        return None
    convention = best[0]
    opening = find_next_opening(convention, wanted.at)
    words = _words(convention) | {"when": date_format(opening, "j F, H:i") if opening else ""}
    what: Text = _("Convention %(reference)s is closed at this hour.") % words
    if opening:
        what = _("Convention %(reference)s is closed at this hour: it opens on %(when)s.") % words
    return Missing("R26", what, _("You: wait until then, or call %(reader)s (%(phone)s)") % words)


_SENTENCES = {
    Obstacle.OVER: _("Convention %(reference)s ended on %(until)s."),
    Obstacle.UNSIGNED: _("Convention %(reference)s is not signed by both structures yet."),
    Obstacle.NOT_BEGUN: _("Convention %(reference)s begins on %(since)s."),
    Obstacle.NOT_COVERED: _("Convention %(reference)s opens %(scope)s only."),
}
_WHO = {
    Obstacle.OVER: _("The administrations of %(site)s and %(reader)s, by a new convention"),
    Obstacle.UNSIGNED: _("The administrations of %(site)s and %(reader)s, by signing it"),
    Obstacle.NOT_BEGUN: _("You: wait until that day, or call %(reader)s (%(phone)s)"),
    Obstacle.NOT_COVERED: _("The administrations of %(site)s and %(reader)s, by a new convention"),
}


def _words(convention: Convention) -> dict[str, str]:
    return {
        "reference": convention.reference,
        "since": date_format(convention.valid_from, "j F Y"),
        "until": date_format(convention.last_day, "j F Y"),
        "site": convention.requesting_site.name,
        "reader": convention.reading_structure.name,
        "phone": convention.reading_structure.phone or "—",
        "scope": ", ".join([*convention.modality_words, *convention.reader_words]),
    }


def _find_nearest(wanted: Wanted) -> tuple[Convention, Obstacle] | None:
    """Return the convention that is nearest to opening the act, and what is in the way; the latest first."""
    weighed = [(each, _weigh(each, wanted)) for each in _list_candidates(wanted)]
    return max(weighed, key=lambda each: (each[1], each[0].valid_from), default=None)


def _list_candidates(wanted: Wanted) -> QuerySet[Convention]:
    found = (
        Convention.objects.filter(requesting_site_id=wanted.site_id)
        .exclude(state=ConventionState.DECLINED)
        .select_related("requesting_site", "reading_structure")
        .prefetch_related("spans")
    )
    return (
        found.filter(reading_structure_id=wanted.reading_structure_id)
        if wanted.reading_structure_id
        else found
    )


def _weigh(convention: Convention, wanted: Wanted) -> Obstacle:
    today = timezone.localdate(wanted.at)
    if today > convention.last_day:
        return Obstacle.OVER
    if not convention.is_signed:
        return Obstacle.UNSIGNED
    if today < convention.valid_from:
        return Obstacle.NOT_BEGUN
    if wanted.reader not in convention.readers or (
        wanted.modality and wanted.modality not in convention.modalities
    ):
        return Obstacle.NOT_COVERED
    return Obstacle.NOTHING if is_open_at(convention, wanted.at) else Obstacle.OFF_HOURS
