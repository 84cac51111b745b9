"""The waiting list: what is given back goes to the first who waits, then to the next (R73)."""

from datetime import datetime, timedelta

import pytest

from diaphane.acts.models import Act
from diaphane.events.models import Event
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.organisations.models import Room
from diaphane.scheduling.models import Appointment, WaitingEntry
from diaphane.scheduling.operations import book_slot, cancel_slot, miss_slot
from diaphane.scheduling.waiting import decline_offer, leave_waiting_list, list_offers, wait_for_slot
from tests.factories import RoomFactory
from tests.scenes import Territory, validated

NINE = datetime.fromisoformat("2027-03-01T09:00:00+01:00")


@pytest.fixture
def room(territory: Territory) -> Room:
    return RoomFactory(structure=territory.site)


def book(territory: Territory, act: Act, room: Room, starts_at: datetime = NINE) -> Appointment:
    return book_slot(act=act, room=room, starts_at=starts_at, minutes=20, by=territory.technologist, at=now())


def waits(
    territory: Territory, *, urgency: str = "scheduled", modality: str = "CT", minutes: int = 20
) -> Act:
    act = validated(territory, urgency=urgency).act
    wait_for_slot(act=act, modality=modality, minutes=minutes, by=territory.technologist, at=now())
    return act


def give_back(territory: Territory, room: Room) -> None:
    act = validated(territory).act
    book(territory, act, room)
    cancel_slot(act=act, by=territory.technologist, at=now())


def offered() -> list[object]:
    return [each.act_id for each in WaitingEntry.objects.filter(offered_room__isnull=False)]


def test_who_plans_no_exam_puts_nobody_on_the_list(territory: Territory) -> None:
    act = validated(territory).act
    with pytest.raises(NotAllowedError):
        wait_for_slot(act=act, modality="CT", minutes=20, by=territory.requester, at=now())
    with pytest.raises(NotAllowedError):
        decline_offer(act=act, by=territory.imageur, at=now())


def test_an_act_waits_once(territory: Territory) -> None:
    act = waits(territory)
    with pytest.raises(ConflictError):
        wait_for_slot(act=act, modality="CT", minutes=20, by=territory.technologist, at=now())


def test_a_slot_given_back_is_proposed_to_the_most_urgent_then_the_first(
    territory: Territory, room: Room
) -> None:
    first, urgent, second = waits(territory), waits(territory, urgency="delayed"), waits(territory)
    give_back(territory, room)
    assert offered() == [urgent.pk]
    decline_offer(act=urgent, by=territory.technologist, at=now())
    assert offered() == [first.pk]
    leave_waiting_list(act=first, by=territory.technologist, at=now())
    assert offered() == [second.pk]
    decline_offer(act=second, by=territory.technologist, at=now())
    assert offered() == []
    assert Event.objects.filter(kind="slot.proposed").count() == 3
    with pytest.raises(ConflictError):
        decline_offer(act=second, by=territory.technologist, at=now())


def test_it_goes_to_whom_it_suits(territory: Territory, room: Room) -> None:
    waits(territory, modality="MR")
    waits(territory, minutes=40)
    early = waits(territory)
    book(territory, early, room, NINE - timedelta(hours=1))  # who is booked waits no more
    suited = waits(territory)
    give_back(territory, room)
    assert offered() == [suited.pk]


def test_a_slot_that_was_moved_is_proposed_too(territory: Territory, room: Room) -> None:
    act, waiting = validated(territory).act, waits(territory)
    book(territory, act, room)
    book(territory, act, room, NINE + timedelta(hours=2))
    assert offered() == [waiting.pk]


def test_an_offer_that_was_booked_meanwhile_is_no_longer_one(territory: Territory, room: Room) -> None:
    waits(territory)
    give_back(territory, room)
    assert len(list_offers(territory.site.pk, at=now())) == 1
    book(territory, validated(territory).act, room)
    assert list_offers(territory.site.pk, at=now()) == []
    assert list_offers(territory.reader.pk, at=now()) == []


def test_taking_the_offer_ends_the_wait_and_proposes_it_to_nobody_else(
    territory: Territory, room: Room
) -> None:
    first, second = waits(territory), waits(territory)
    give_back(territory, room)
    book(territory, first, room)
    assert offered() == []
    assert list(WaitingEntry.objects.filter(left_at=None).values_list("act_id", flat=True)) == [second.pk]


def test_a_past_slot_is_proposed_to_nobody(territory: Territory, room: Room) -> None:
    waits(territory)
    act = validated(territory).act
    book(territory, act, room)
    miss_slot(act=act, by=territory.technologist, at=NINE + timedelta(minutes=5))
    assert offered() == []
    assert Appointment.objects.get().missed_at is not None
