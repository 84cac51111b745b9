"""Slots: the database refuses two at once in a room, whoever asks first (R73)."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from diaphane.acts.models import Act
from diaphane.events.models import Event
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError
from diaphane.organisations.models import Room
from diaphane.scheduling.free_slots import find_free_slot
from diaphane.scheduling.models import Appointment
from diaphane.scheduling.operations import SlotTakenError, book_slot, cancel_slot, end_slot
from diaphane.scheduling.queries import get_appointment
from tests.factories import RoomFactory
from tests.scenes import Territory, make_territory, validated

NINE = datetime.fromisoformat("2027-03-01T09:00:00+01:00")


def book(
    territory: Territory, act: Act, room: Room, *, starts_at: datetime = NINE, minutes: int = 20
) -> Appointment:
    return book_slot(
        act=act, room=room, starts_at=starts_at, minutes=minutes, by=territory.technologist, at=now()
    )


@pytest.fixture
def room(territory: Territory) -> Room:
    return RoomFactory(structure=territory.site)


@pytest.mark.parametrize("minutes", [-19, -1, 0, 1, 19])
def test_a_slot_that_overlaps_is_refused(territory: Territory, room: Room, minutes: int) -> None:
    book(territory, validated(territory).act, room)
    act = validated(territory).act
    with pytest.raises(SlotTakenError):
        book(territory, act, room, starts_at=NINE + timedelta(minutes=minutes))
    assert get_appointment(act) is None
    assert Event.objects.filter(kind="slot.booked").count() == 1


@pytest.mark.parametrize("minutes", [-20, 20])
def test_slots_that_touch_are_both_kept(territory: Territory, room: Room, minutes: int) -> None:
    book(territory, validated(territory).act, room)
    book(territory, validated(territory).act, room, starts_at=NINE + timedelta(minutes=minutes))
    assert Appointment.objects.filter(cancelled_at=None).count() == 2


def test_another_room_is_free_at_the_same_time(territory: Territory, room: Room) -> None:
    book(territory, validated(territory).act, room)
    book(territory, validated(territory).act, RoomFactory(structure=territory.site))
    assert Appointment.objects.count() == 2


def test_a_slot_given_back_serves_another(territory: Territory, room: Room) -> None:
    first = validated(territory).act
    book(territory, first, room)
    cancel_slot(act=first, by=territory.technologist, at=now())
    book(territory, validated(territory).act, room)


def test_booking_again_moves_the_act_s_own_slot(territory: Territory, room: Room) -> None:
    act = validated(territory).act
    book(territory, act, room)
    book(territory, act, room, starts_at=NINE + timedelta(minutes=10))
    assert Appointment.objects.filter(act=act, cancelled_at=None).count() == 1


def test_a_refused_move_leaves_the_earlier_slot(territory: Territory, room: Room) -> None:
    act = validated(territory).act
    book(territory, validated(territory).act, room, starts_at=NINE + timedelta(hours=1))
    book(territory, act, room)
    with pytest.raises(SlotTakenError):
        book(territory, act, room, starts_at=NINE + timedelta(hours=1))
    kept = get_appointment(act)
    assert kept is not None
    assert kept.starts_at == NINE


def test_the_database_refuses_a_slot_that_ends_before_it_starts(territory: Territory, room: Room) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        book(territory, validated(territory).act, room, minutes=-5)


def test_the_database_alone_refuses_two_at_once(territory: Territory, room: Room) -> None:
    book(territory, validated(territory).act, room)
    act, until = validated(territory).act, NINE + timedelta(minutes=30)
    with pytest.raises(IntegrityError, match="no_double_booking"), transaction.atomic():
        Appointment.objects.create(
            act=act, room=room, starts_at=NINE + timedelta(minutes=10), ends_at=until, frees_at=until
        )


def test_a_slot_ends_with_the_exam_but_never_before_its_start(territory: Territory, room: Room) -> None:
    act = validated(territory).act
    book(territory, act, room)
    end_slot(act=act, at=NINE + timedelta(minutes=7))
    assert Appointment.objects.get(act=act).ends_at == NINE + timedelta(minutes=7)
    end_slot(act=act, at=NINE - timedelta(hours=1))
    assert Appointment.objects.get(act=act).ends_at > NINE


def test_the_next_slot_is_the_first_gap_that_is_long_enough(territory: Territory, room: Room) -> None:
    for start in (0, 30, 70):
        book(territory, validated(territory).act, room, starts_at=NINE + timedelta(minutes=start))
    assert find_free_slot(room, minutes=10, after=NINE) == NINE + timedelta(minutes=20)
    assert find_free_slot(room, minutes=20, after=NINE) == NINE + timedelta(minutes=50)
    assert find_free_slot(room, minutes=30, after=NINE) == NINE + timedelta(minutes=90)


def test_the_next_slot_falls_on_five_minutes(territory: Territory, room: Room) -> None:
    book(territory, validated(territory).act, room, minutes=17)
    assert find_free_slot(room, minutes=10, after=NINE) == NINE + timedelta(minutes=20)
    just_after = NINE + timedelta(hours=2, seconds=1)
    assert find_free_slot(room, minutes=10, after=just_after) == NINE + timedelta(hours=2, minutes=5)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_the_same_instant_one_gets_the_room() -> None:
    territory = make_territory()
    room = RoomFactory(structure=territory.site)
    acts = [validated(territory).act, validated(territory).act]
    assert _race([lambda act=act: book(territory, act, room) for act in acts]) == ["SlotTakenError", "booked"]
    assert Appointment.objects.filter(cancelled_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_plan_one_act_at_once_one_is_told() -> None:
    territory = make_territory()
    rooms = [RoomFactory(structure=territory.site) for _ in range(2)]
    act = validated(territory).act
    outcomes = _race([lambda room=room: book(territory, act, room) for room in rooms])
    assert outcomes == ["ConflictError", "booked"]
    assert Appointment.objects.filter(cancelled_at=None).count() == 1


def _race(bookings: Sequence[Callable[[], object]]) -> list[str]:
    """Run bookings in as many real transactions, all begun before any writes; return what each met.

    The first to write holds its transaction open a moment, so that the other waits on its row.
    """
    begun, never = threading.Barrier(len(bookings), timeout=10), threading.Event()
    outcomes: list[str] = []

    def run(booking: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                begun.wait()
                booking()
                never.wait(0.3)
            outcomes.append("booked")
        except ConflictError as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[booking]) for booking in bookings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return sorted(outcomes)
