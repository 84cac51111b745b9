"""Planning on the card: late slots, refusals with the next free ones, absences, waiting list (R73)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from diaphane.acquisition.models import Exam, ExamState
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.scheduling.models import Appointment, RoomClosure, WaitingEntry
from diaphane.scheduling.operations import book_slot, cancel_slot
from diaphane.scheduling.queries import get_appointment
from tests.integration.diaphane.acquisition.table import make_room, opened, planned
from tests.scenes import Territory, validated

from .pages import page, state_of, text_of, touch

Login = Callable[[Actor], Client]


@pytest.fixture
def client(territory: Territory, login: Login) -> Client:
    return login(territory.technologist)


def shown(client: Client, exam: Exam | None = None) -> str:
    address = page("exam", exam) if exam else page("board")
    return text_of(client.get(address))  # type: ignore[arg-type]


def test_a_slot_later_than_the_urgency_allows_is_pointed_out(territory: Territory, client: Client) -> None:
    exam, room = opened(territory, urgency="urgent"), make_room(territory)
    assert "Plus tard que" not in shown(client, exam)
    RoomClosure.objects.create(
        room=room, starts_at=now(), ends_at=now() + timedelta(hours=6), reason="Maintenance"
    )
    assert "Plus tard que « Urgence » ne le permet" in shown(client, exam)


def test_a_time_that_is_taken_is_answered_with_the_next_free_ones_and_stays_typed(
    territory: Territory, client: Client
) -> None:
    exam, room = opened(territory, urgency="scheduled"), make_room(territory)
    day = timezone.localdate() + timedelta(days=3)
    typed = {"room": str(room.pk), "when": "other", "day": day.isoformat(), "hour": "10:40"}
    other = opened(territory, urgency="scheduled")
    touch(client, "schedule", other, **typed)
    answer = touch(client, "schedule", exam, **typed)
    assert answer.status_code == 409
    said = text_of(answer)
    assert "n’est plus libre" in said
    booked = get_appointment(other.act)
    assert booked is not None
    assert f", {timezone.localtime(booked.ends_at):%H:%M} – " in said
    assert 'value="10:40"' in said
    assert f'value="{day.isoformat()}"' in said
    assert state_of(exam) == ExamState.TO_SCHEDULE
    following = timezone.localtime(booked.ends_at).isoformat()
    touch(client, "schedule", exam, room=str(room.pk), when=following)
    assert state_of(exam) == ExamState.SCHEDULED


@pytest.mark.parametrize("when", ["", "demain", "2027-03-01T09:00", "\x00"])
def test_a_time_that_cannot_be_read_books_nothing(territory: Territory, client: Client, when: str) -> None:
    exam, room = opened(territory), make_room(territory)
    assert touch(client, "schedule", exam, room=str(room.pk), when=when).status_code == 422
    assert not Appointment.objects.exists()


def test_a_patient_who_does_not_come_is_planned_again(territory: Territory, client: Client) -> None:
    exam = planned(territory)
    assert page("miss", exam) in shown(client, exam)
    touch(client, "miss", exam)
    assert state_of(exam) == ExamState.TO_SCHEDULE
    assert get_appointment(exam.act) is None
    assert "N’est pas venu le" in shown(client, exam)


def test_nobody_is_absent_before_the_hour(territory: Territory, client: Client) -> None:
    exam, room = opened(territory, urgency="scheduled"), make_room(territory)
    soon = timezone.localtime(now() + timedelta(hours=1)).isoformat()
    touch(client, "schedule", exam, room=str(room.pk), when=soon)
    assert page("miss", exam) not in shown(client, exam)
    assert touch(client, "miss", exam).status_code == 422
    assert state_of(exam) == ExamState.SCHEDULED


def test_a_slot_given_back_is_proposed_on_the_board_and_taken(territory: Territory, client: Client) -> None:
    exam, room = opened(territory, urgency="scheduled"), make_room(territory)
    touch(client, "wait", exam)
    assert "Sur la liste d’attente" in shown(client, exam)
    freed, by = validated(territory).act, territory.technologist
    start = now() + timedelta(hours=3)
    book_slot(act=freed, room=room, starts_at=start, minutes=30, by=by, at=now())
    cancel_slot(act=freed, by=by, at=now())
    assert "Un créneau se libère" in shown(client)
    assert "Un créneau est proposé" in shown(client, exam)
    touch(client, "take_offer", exam)
    assert state_of(exam) == ExamState.SCHEDULED
    assert not WaitingEntry.objects.filter(left_at=None).exists()
    assert touch(client, "take_offer", exam).status_code == 409


def test_who_waits_may_decline_and_stop(territory: Territory, client: Client) -> None:
    exam = opened(territory, urgency="scheduled")
    make_room(territory)
    assert touch(client, "decline_offer", exam).status_code == 409
    touch(client, "wait", exam)
    assert touch(client, "wait", exam).status_code == 409
    touch(client, "stop_waiting", exam)
    assert not WaitingEntry.objects.filter(left_at=None).exists()
