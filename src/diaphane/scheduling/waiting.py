"""Wait for an earlier slot: what is given back is proposed to the first who waits, then to the next (R73)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.organisations.models import Room

from .models import Appointment, WaitingEntry

_RANKS = [
    When(act__granted_urgency=urgency, then=Value(rank)) for rank, urgency in enumerate(Act.Urgency.values)
]
_NO_OFFER = {"offered_room": None, "offered_starts_at": None, "offered_until": None}


def wait_for_slot(*, act: Act, modality: str, minutes: int, by: Actor, at: datetime) -> WaitingEntry:
    """Put an act on the waiting list of its site.

    Raises:
        NotAllowedError: the actor plans no exam.
        ConflictError: it waits already.
    """
    _check_may(by)
    try:
        with transaction.atomic():
            entry = WaitingEntry.objects.create(act=act, modality=modality, minutes=minutes, since=at)
            note(act, "slot.awaited", subject_type="waiting_entry", subject_id=entry.pk, by=by, at=at)
    except IntegrityError as error:
        raise ConflictError(_("This exam is on the waiting list already.")) from error
    return entry


def leave_waiting_list(*, act: Act, by: Actor, at: datetime) -> None:
    """Wait no more; what was proposed goes to the next who waits."""
    with transaction.atomic():
        for entry in WaitingEntry.objects.select_for_update(of=("self",)).filter(act=act, left_at=None):
            _pass_on(entry, by, at)
            entry.left_at = at
            entry.save(update_fields=["left_at"])
            note(act, "slot.not_awaited", subject_type="waiting_entry", subject_id=entry.pk, by=by, at=at)


def decline_offer(*, act: Act, by: Actor, at: datetime) -> None:
    """Turn down the slot that is proposed: it goes to the next, and this act goes on waiting.

    Raises:
        NotAllowedError: the actor plans no exam.
        ConflictError: nothing is proposed any more.
    """
    _check_may(by)
    with transaction.atomic():
        entry = (
            WaitingEntry.objects.select_for_update(of=("self",))
            .filter(act=act, left_at=None, offered_room__isnull=False)
            .first()
        )
        if entry is None:
            raise ConflictError(_("This slot is no longer proposed."))
        note(act, "slot.declined", subject_type="waiting_entry", subject_id=entry.pk, by=by, at=at)
        _pass_on(entry, by, at)


def propose_freed(freed: Appointment, *, by: Actor, at: datetime) -> None:
    """Propose a slot that was given back to the first who waits and whom it suits."""
    if freed.starts_at > at:
        _propose(freed.room, freed.starts_at, freed.ends_at, by, at, besides=())


def list_waiting(site_id: UUID) -> QuerySet[WaitingEntry]:
    """List who waits at a site, the most urgent first, then who has waited longest."""
    found = WaitingEntry.objects.filter(left_at=None, act__requesting_site_id=site_id)
    rank = Case(*_RANKS, default=Value(len(_RANKS)), output_field=IntegerField())
    return found.select_related("act__patient", "offered_room").order_by(rank, "since", "id")


def list_offers(site_id: UUID, *, at: datetime) -> list[WaitingEntry]:
    """List the slots that are proposed at a site and still to be had."""
    offered = list_waiting(site_id).filter(offered_room__isnull=False)
    return [entry for entry in offered if is_offered(entry, at=at)]


def is_offered(entry: WaitingEntry, *, at: datetime) -> bool:
    """Say whether the slot proposed is still to be had: to come, and booked by nobody meanwhile."""
    room, starts_at, until = entry.offered_room, entry.offered_starts_at, entry.offered_until
    if room is None or starts_at is None or until is None:
        return False
    return starts_at > at and _is_free(room, starts_at, until)


def find_waiting(act: Act) -> WaitingEntry | None:
    """Return how an act waits, if it does."""
    return WaitingEntry.objects.filter(act=act, left_at=None).select_related("offered_room").first()


def _check_may(by: Actor) -> None:
    if not may(by, "exam.schedule"):
        raise NotAllowedError(_("Only a technologist plans exams."))


def _pass_on(entry: WaitingEntry, by: Actor, at: datetime) -> None:
    room, starts_at, until = entry.offered_room, entry.offered_starts_at, entry.offered_until
    if room is None or starts_at is None or until is None:
        return
    WaitingEntry.objects.filter(pk=entry.pk).update(**_NO_OFFER)
    if starts_at > at:
        _propose(room, starts_at, until, by, at, besides=_list_asked(room, entry))


def _list_asked(room: Room, entry: WaitingEntry) -> tuple[WaitingEntry, ...]:
    """Return who comes before an entry, itself included: they were asked first."""
    waiting = list(list_waiting(room.structure_id))
    places = [place for place, each in enumerate(waiting) if each.pk == entry.pk]
    return tuple(waiting[: places[0] + 1]) if places else ()


def _propose(
    room: Room,
    starts_at: datetime,
    until: datetime,
    by: Actor,
    at: datetime,
    *,
    besides: tuple[WaitingEntry, ...],
) -> None:
    if not _is_free(room, starts_at, until):
        return
    asked = {each.pk for each in besides}
    for entry in list_waiting(room.structure_id).filter(modality=room.modality, offered_room=None):
        if entry.pk in asked or not _suits(entry, starts_at, until):
            continue
        offer = {"offered_room": room, "offered_starts_at": starts_at, "offered_until": until}
        WaitingEntry.objects.filter(pk=entry.pk).update(**offer)
        note(entry.act, "slot.proposed", subject_type="waiting_entry", subject_id=entry.pk, by=by, at=at)
        return


def _is_free(room: Room, starts_at: datetime, until: datetime) -> bool:
    during = Appointment.objects.filter(room=room, cancelled_at=None, starts_at__lt=until)
    return not during.filter(frees_at__gt=starts_at).exists()


def _suits(entry: WaitingEntry, starts_at: datetime, until: datetime) -> bool:
    """Say whether a slot is long enough, and earlier than the one that the act has."""
    own = Appointment.objects.filter(act=entry.act, cancelled_at=None).first()
    is_earlier = own is None or own.starts_at > starts_at
    return is_earlier and starts_at + timedelta(minutes=entry.minutes) <= until
