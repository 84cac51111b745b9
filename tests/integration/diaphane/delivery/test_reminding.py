"""A patient is told of an appointment at once, twice before, and never of one that is gone (R49, R128)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import Message

import pytest

from diaphane.acts.models import Act
from diaphane.delivery.jobs import remind
from diaphane.delivery.models import AppointmentNotice
from diaphane.delivery.operations import AnnouncementFailedError
from diaphane.delivery.reminding import list_due_notices, plan_notices, send_notice
from diaphane.demo.texts import WrittenTexts
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.models import Room
from diaphane.scheduling.models import Appointment
from diaphane.scheduling.operations import book_slot, cancel_slot
from tests.factories import RoomFactory, make_patient_actor
from tests.journeys.mailbox import Mailbox, receiving_mail
from tests.scenes import Territory, validated

pytestmark = pytest.mark.django_db
RunJobs = Callable[[], int]
AHEAD = timedelta(days=20)


@pytest.fixture
def mailbox(settings: object) -> Iterator[Mailbox]:
    """Return the box of a real SMTP server on the loopback, to which the platform sends."""
    with receiving_mail() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.EMAIL_HOST, settings.EMAIL_PORT = box.host, box.port  # type: ignore[attr-defined]
        yield box


@pytest.fixture
def room(territory: Territory) -> Room:
    return RoomFactory(structure=territory.site)


@pytest.fixture
def patient(territory: Territory) -> Actor:
    return make_patient_actor(territory.patient)


def book(territory: Territory, act: Act, room: Room, *, ahead: timedelta = AHEAD) -> Appointment:
    at = now()
    return book_slot(act=act, room=room, starts_at=at + ahead, minutes=20, by=territory.technologist, at=at)


def read(message: Message) -> str:
    return f"{message['Subject']} {message.get_content()}"  # type: ignore[attr-defined]


def send_all_due(slot: Appointment, *, before: timedelta) -> None:
    """Send what is due at an instant before the slot, as the periodic job does."""
    at = slot.starts_at - before
    for notice_id in list_due_notices(at=at):
        send_notice(notice_id=notice_id, at=at)


def test_who_has_no_account_and_who_comes_in_an_emergency_is_not_written_to(
    territory: Territory, room: Room, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    book(territory, validated(territory, urgency="scheduled").act, room)
    run_jobs()
    make_patient_actor(territory.patient)
    book(territory, validated(territory, urgency="urgent").act, room, ahead=timedelta(hours=3))
    run_jobs()
    assert mailbox.messages == []
    assert not AppointmentNotice.objects.exists()


def test_it_is_confirmed_at_once_and_holds_nothing_clinical(
    territory: Territory, room: Room, patient: Actor, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    act = validated(territory, urgency="scheduled").act
    book(territory, act, room)
    run_jobs()
    [message] = mailbox.messages
    words = read(message).lower()
    assert "confirmé" in words
    for secret in (
        *(territory.patient.birth_name, territory.patient.ins, act.accession_number, str(act.pk)),
        *(territory.site.name, room.name, "scanner", "examen", "imagerie", "radio", " irm", " tdm"),
    ):
        assert secret.lower() not in words


def test_each_reminder_leaves_once_in_its_time(
    territory: Territory, room: Room, patient: Actor, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    slot = book(territory, validated(territory, urgency="scheduled").act, room)
    run_jobs()
    plan_notices(appointment_id=slot.pk, at=now())  # the same event, delivered twice
    for before in (8, 7, 6, 2, 1):
        for _twice in range(2):
            send_all_due(slot, before=timedelta(days=before))
    kinds = list(AppointmentNotice.objects.order_by("due_at").values_list("kind", "sent_at"))
    assert [kind for kind, sent_at in kinds if sent_at] == ["confirmed", "week", "eve"]
    assert len(mailbox.messages) == 3
    assert sum("rappelons" in read(each) for each in mailbox.messages) == 2


def test_a_moved_appointment_is_told_as_moved_and_the_old_hour_is_never_reminded(
    territory: Territory, room: Room, patient: Actor, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    act = validated(territory, urgency="scheduled").act
    old = book(territory, act, room)
    run_jobs()
    new = book(territory, act, room, ahead=AHEAD + timedelta(days=30))
    run_jobs()
    assert ["déplacé" in read(each) for each in mailbox.messages] == [False, True]
    send_all_due(old, before=timedelta(hours=1))
    assert len(mailbox.messages) == 2
    assert AppointmentNotice.objects.filter(appointment=old, dropped_at__isnull=False).count() == 2
    send_all_due(new, before=timedelta(days=7))
    assert len(mailbox.messages) == 3


def test_a_cancelled_appointment_is_told_once_and_never_reminded(
    territory: Territory, room: Room, patient: Actor, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    act = validated(territory, urgency="scheduled").act
    slot = book(territory, act, room)
    run_jobs()
    cancel_slot(act=act, by=territory.technologist, at=now())
    run_jobs()
    run_jobs()
    assert "pas lieu" in read(mailbox.messages[-1])
    send_all_due(slot, before=timedelta(days=1))
    assert len(mailbox.messages) == 2


def test_one_cancelled_before_anybody_was_told_says_nothing(
    territory: Territory, room: Room, patient: Actor, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    act = validated(territory, urgency="scheduled").act
    book(territory, act, room)
    cancel_slot(act=act, by=territory.technologist, at=now())
    run_jobs()
    assert mailbox.messages == []


def test_a_server_that_is_away_keeps_the_notice_and_the_next_turn_sends_it(
    territory: Territory, room: Room, patient: Actor, mailbox: Mailbox, settings: object
) -> None:
    slot = book(territory, validated(territory, urgency="scheduled").act, room)
    [notice_id] = plan_notices(appointment_id=slot.pk, at=now())
    settings.EMAIL_PORT = 9  # type: ignore[attr-defined]
    with pytest.raises(AnnouncementFailedError):
        send_notice(notice_id=notice_id, at=now())
    assert AppointmentNotice.objects.get(pk=notice_id).error == "ConnectionRefusedError"
    remind(0)  # keeps it too, and raises nothing
    settings.EMAIL_PORT = mailbox.port  # type: ignore[attr-defined]
    remind(0)
    assert len(mailbox.messages) == 1
    assert AppointmentNotice.objects.get(pk=notice_id).error == ""


def test_text_messages_leave_only_where_a_service_is_connected(
    territory: Territory, room: Room, settings: object, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TEXT_SERVICE = "diaphane.demo.texts.WrittenTexts"  # type: ignore[attr-defined]
    sent: list[str] = []
    monkeypatch.setattr(WrittenTexts, "send", lambda self, *, to, body: sent.append(f"{to} {body}"))
    book(territory, validated(territory, urgency="scheduled").act, room)
    run_jobs()
    [text] = sent
    assert text.startswith(territory.patient.phone)
    assert territory.patient.birth_name not in text
