"""Rooms: their hours, their closures, the time to clean them, and who may write them (R73)."""

from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.organisations.contracting import Span
from diaphane.organisations.models import Day, Room
from diaphane.scheduling.free_slots import find_free_slot, list_free_slots
from diaphane.scheduling.models import Appointment, RoomClosure, RoomHours
from diaphane.scheduling.operations import SlotTakenError, book_slot
from diaphane.scheduling.queries import get_appointment
from diaphane.scheduling.rooms import RoomTerms, change_room, close_room, lift_closure, open_room
from tests.factories import RoomFactory, StructureFactory, make_actor
from tests.scenes import Territory, validated

MONDAY_NINE = datetime.fromisoformat("2027-03-01T09:00:00+01:00")
MORNING = Span(Day.MONDAY, time(8), time(12))


@pytest.fixture
def keeper(territory: Territory) -> Actor:
    return make_actor(Role.ADMINISTRATOR, territory.site)


@pytest.fixture
def room(territory: Territory) -> Room:
    return RoomFactory(structure=territory.site)


def terms(**changes: object) -> RoomTerms:
    given = {"name": "Scanner 2", "modality": "CT", "station_ae_title": "SCAN2", "device": "Fictif"}
    return RoomTerms(**(given | {"buffer_minutes": 5} | changes))  # type: ignore[arg-type]


def minutes_later(minutes: int) -> datetime:
    return MONDAY_NINE + timedelta(minutes=minutes)


def book(territory: Territory, room: Room, starts_at: datetime, *, urgency: str = "scheduled") -> Appointment:
    act, by = validated(territory, urgency=urgency).act, territory.technologist
    return book_slot(act=act, room=room, starts_at=starts_at, minutes=20, by=by, at=now())


def open_on_monday_mornings(room: Room) -> None:
    RoomHours.objects.create(room=room, day=Day.MONDAY, opens=time(8), closes=time(12))


def test_nobody_else_writes_a_room(territory: Territory, room: Room) -> None:
    stranger = make_actor(Role.ADMINISTRATOR, StructureFactory())
    for by in (territory.technologist, territory.imageur, stranger):
        with pytest.raises(NotAllowedError):
            change_room(room=room, terms=terms(), by=by, at=now())
        with pytest.raises(NotAllowedError):
            close_room(room=room, starts_at=now(), ends_at=minutes_later(0), reason="Panne", by=by, at=now())
    with pytest.raises(NotAllowedError):
        open_room(terms=terms(), by=territory.technologist, at=now())
    assert not RoomClosure.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"modality": "US"}, "modality"),
        ({"station_ae_title": "DIX-SEPT-LETTRES-"}, "station_ae_title"),
        ({"station_ae_title": "SCANNÉR"}, "station_ae_title"),
        ({"station_ae_title": "A\\B"}, "station_ae_title"),
        ({"buffer_minutes": 121}, "buffer_minutes"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    keeper: Actor, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(GuardError) as refusal:
        open_room(terms=terms(**changes), by=keeper, at=now())
    assert [each.field for each in refusal.value.missing] == [field]
    assert not Room.objects.exists()


def test_two_rooms_of_a_site_do_not_share_a_station(keeper: Actor) -> None:
    open_room(terms=terms(), by=keeper, at=now())
    with pytest.raises(GuardError):
        open_room(terms=terms(name="Scanner 3"), by=keeper, at=now())


def test_a_room_is_opened_and_changed_with_a_trail(keeper: Actor) -> None:
    room = open_room(terms=terms(spans=[MORNING]), by=keeper, at=now())
    change_room(room=room, terms=terms(buffer_minutes=10), by=keeper, at=now())
    assert Room.objects.get().buffer_minutes == 10
    assert not RoomHours.objects.exists()
    assert set(Entry.objects.values_list("action", flat=True)) >= {"room.opened", "room.changed"}


def test_a_room_keeps_its_modality(keeper: Actor, room: Room) -> None:
    with pytest.raises(GuardError):
        change_room(room=room, terms=terms(modality="MR"), by=keeper, at=now())


def test_the_room_is_not_booked_outside_its_hours(territory: Territory, room: Room) -> None:
    open_on_monday_mornings(room)
    for minutes in (-61, 161, 24 * 60):
        with pytest.raises(SlotTakenError):
            book(territory, room, minutes_later(minutes))
    book(territory, room, minutes_later(160))  # until noon, to the minute


def test_an_emergency_does_not_wait_for_the_morning(territory: Territory, room: Room) -> None:
    open_on_monday_mornings(room)
    book(territory, room, minutes_later(-300), urgency="vital")


def test_a_closed_room_takes_nobody_even_in_an_emergency(
    territory: Territory, keeper: Actor, room: Room
) -> None:
    close_room(
        room=room, starts_at=MONDAY_NINE, ends_at=minutes_later(60), reason="Panne", by=keeper, at=now()
    )
    with pytest.raises(SlotTakenError):
        book(territory, room, minutes_later(50), urgency="vital")
    assert find_free_slot(room, minutes=20, after=MONDAY_NINE) == minutes_later(60)
    lift_closure(room=room, closure_id=RoomClosure.objects.get().pk, by=keeper, at=now())
    book(territory, room, minutes_later(50))
    with pytest.raises(ConflictError):
        lift_closure(room=room, closure_id=RoomClosure.objects.get().pk, by=keeper, at=now())


def test_the_next_slots_leave_time_to_clean(territory: Territory) -> None:
    room = RoomFactory(structure=territory.site, buffer_minutes=10)
    open_on_monday_mornings(room)
    book(territory, room, minutes_later(30))
    found = list_free_slots(room, minutes=20, after=MONDAY_NINE, number=4)
    assert found == [minutes_later(each) for each in (0, 60, 90, 120)]
    assert list_free_slots(room, minutes=20, after=minutes_later(165), number=1) == [
        minutes_later(7 * 24 * 60 - 60)
    ]


def test_the_database_keeps_the_time_to_clean(territory: Territory) -> None:
    room = RoomFactory(structure=territory.site, buffer_minutes=10)
    book(territory, room, MONDAY_NINE)
    with pytest.raises(SlotTakenError):
        book(territory, room, minutes_later(29))
    book(territory, room, minutes_later(30))
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.update(frees_at=MONDAY_NINE)


def test_a_room_that_is_closed_for_months_offers_nothing(
    territory: Territory, keeper: Actor, room: Room
) -> None:
    far = MONDAY_NINE + timedelta(days=200)
    close_room(
        room=room, starts_at=MONDAY_NINE, ends_at=far, reason="Remplacement", by=keeper, at=MONDAY_NINE
    )
    assert find_free_slot(room, minutes=20, after=MONDAY_NINE) is None
    assert get_appointment(validated(territory).act) is None
