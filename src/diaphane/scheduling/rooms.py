"""Write a room: its modality and station, its hours of the week, its closures (R73)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError, Text
from diaphane.kernel.rights import may
from diaphane.organisations.contracting import Span
from diaphane.organisations.models import Room

from .models import RoomClosure, RoomHours

LONGEST_BUFFER = 120
_AE_TITLE = re.compile(r"[ -\[\]-~]{1,16}")
_TO_CORRECT = _("This cannot be written.")


@dataclass(frozen=True)
class RoomTerms:
    """What an administrator writes of a room; no span means every hour."""

    name: str
    modality: str
    station_ae_title: str
    device: str
    buffer_minutes: int
    spans: Sequence[Span] = ()


def open_room(*, terms: RoomTerms, by: Actor, at: datetime) -> Room:
    """Add a room to the actor's structure.

    Raises:
        NotAllowedError: no administrator of a structure.
        GuardError: a name that is missing, an AE title that DICOM does not allow, or one that is taken.
    """
    site = _check_may(by, by.structure_id)
    _check_terms(terms, site, None)
    with transaction.atomic():
        room = Room.objects.create(structure_id=site, **_fields(terms))
        _write_hours(room, terms.spans)
        record("room.opened", by=by, at=at, subject=Subject("room", room.pk))
    return room


def change_room(*, room: Room, terms: RoomTerms, by: Actor, at: datetime) -> Room:
    """Write a room again; what is booked in it stays.

    Raises:
        NotAllowedError: another structure's room.
        GuardError: as for a new one; a room keeps its modality.
    """
    site = _check_may(by, room.structure_id)
    _check_terms(terms, site, room)
    with transaction.atomic():
        held = Room.objects.select_for_update(of=("self",)).get(pk=room.pk)
        for name, value in _fields(terms).items():
            setattr(held, name, value)
        held.save()
        held.hours.all().delete()
        _write_hours(held, terms.spans)
        record("room.changed", by=by, at=at, subject=Subject("room", held.pk))
    return held


def close_room(
    *, room: Room, starts_at: datetime, ends_at: datetime, reason: str, by: Actor, at: datetime
) -> RoomClosure:
    """Take nobody in a room for a time; what is booked then stays, and is shown to be moved.

    Raises:
        NotAllowedError: another structure's room.
        GuardError: an end before the start or in the past, or no reason.
    """
    _check_may(by, room.structure_id)
    gaps = (
        (_("An end after the start, not in the past"), "until", ends_at > max(starts_at, at)),
        (_("Why the room is closed"), "reason", bool(reason.strip())),
    )
    _refuse_gaps(gaps)
    with transaction.atomic():
        Room.objects.select_for_update(of=("self",)).get(pk=room.pk)
        closure = RoomClosure.objects.create(
            room=room, starts_at=starts_at, ends_at=ends_at, reason=reason.strip()
        )
        record("room.closed", by=by, at=at, subject=Subject("room_closure", closure.pk))
    return closure


def lift_closure(*, room: Room, closure_id: UUID, by: Actor, at: datetime) -> None:
    """Open a room again before the end of its closure.

    Raises:
        NotAllowedError: another structure's room.
        ConflictError: it is lifted or over already.
    """
    _check_may(by, room.structure_id)
    with transaction.atomic():
        open_ones = RoomClosure.objects.filter(pk=closure_id, room=room, lifted_at=None, ends_at__gt=at)
        if not open_ones.update(lifted_at=at):
            raise ConflictError(_("This closure is over already."))
        record("room.reopened", by=by, at=at, subject=Subject("room_closure", closure_id))


def _check_may(by: Actor, site: UUID | None) -> UUID:
    if not may(by, "room.change") or site is None or site != by.structure_id:
        raise NotAllowedError(_("Only an administrator of the site writes its rooms."))
    return site


def _check_terms(terms: RoomTerms, site: UUID, room: Room | None) -> None:
    title = terms.station_ae_title
    others = Room.objects.filter(structure_id=site, station_ae_title=title)
    is_taken = (others.exclude(pk=room.pk) if room else others).exists()
    is_same = room is None or room.modality == terms.modality
    _refuse_gaps(
        (
            (_("The name of the room"), "name", bool(terms.name.strip())),
            (
                _("CT or MRI; a room keeps the one it has"),
                "modality",
                terms.modality in _MODALITIES and is_same,
            ),
            (
                _("An AE title of 16 characters at most, without accent or backslash"),
                "station_ae_title",
                bool(_AE_TITLE.fullmatch(title)) and title == title.strip(),
            ),
            (_("An AE title that no other room of the site has"), "station_ae_title", not is_taken),
            (_("From 0 to 120 minutes"), "buffer_minutes", 0 <= terms.buffer_minutes <= LONGEST_BUFFER),
        )
    )


def _refuse_gaps(gaps: Sequence[tuple[Text, str, bool]]) -> None:
    missing = [Missing("R73", what, _("You"), field=field) for what, field, holds in gaps if not holds]
    if missing:
        raise GuardError(_TO_CORRECT, missing)


def _fields(terms: RoomTerms) -> dict[str, str | int]:
    return {
        "name": terms.name.strip(),
        "modality": terms.modality,
        "station_ae_title": terms.station_ae_title,
        "device": terms.device.strip(),
        "buffer_minutes": terms.buffer_minutes,
    }


def _write_hours(room: Room, spans: Sequence[Span]) -> None:
    RoomHours.objects.bulk_create(
        RoomHours(room=room, day=each.day, opens=each.opens, closes=each.closes) for each in spans
    )


_MODALITIES = frozenset({"CT", "MR"})
