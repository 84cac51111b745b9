"""The mail that says that something waits: a real SMTP server reads it (R49, R96)."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from diaphane.accounts.models import User
from diaphane.delivery.models import Dispatch
from diaphane.delivery.operations import (
    AnnouncementFailedError,
    acknowledge,
    announce,
    announce_again,
    dispatch_report,
    dispatch_to_patient,
)
from diaphane.delivery.queries import list_not_received
from diaphane.reporting.models import Report
from diaphane.reporting.operations import record_patient_told
from tests.factories import make_patient_actor
from tests.journeys.mailbox import Mailbox, receiving_mail
from tests.reading_scenes import signed
from tests.scenes import Territory, make_territory

RunJobs = Callable[[], int]


@pytest.fixture
def mailbox(settings: object) -> Iterator[Mailbox]:
    """Return the box of a real SMTP server on the loopback, to which the platform sends."""
    with receiving_mail() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.EMAIL_HOST, settings.EMAIL_PORT = box.host, box.port  # type: ignore[attr-defined]
        yield box


@pytest.fixture
def dispatch(territory: Territory, at: datetime) -> Dispatch:
    """Return the dispatch to the demandeur, not announced yet."""
    report = signed(territory)
    dispatch_report(report=report, at=at)
    return Dispatch.objects.get(report=report)


def test_a_server_that_is_away_leaves_a_failure_that_everyone_sees(
    dispatch: Dispatch, territory: Territory, settings: object, at: datetime
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    for attempt in (1, 2):
        with pytest.raises(AnnouncementFailedError):
            announce(dispatch_id=dispatch.pk, at=at)
        [seen] = list_not_received(territory.imageur)
        assert (seen.status, seen.attempts) == (Dispatch.Status.FAILED, attempt)
        assert seen.last_error == "ConnectionRefusedError"


def test_a_server_that_refuses_leaves_a_failure_too(
    dispatch: Dispatch, mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_arguments: object) -> str:
        return "550 no such box"

    monkeypatch.setattr(mailbox, "handle_DATA", refuse, raising=False)
    with pytest.raises(AnnouncementFailedError):
        announce(dispatch_id=dispatch.pk, at=at)
    assert Dispatch.objects.get(pk=dispatch.pk).status == Dispatch.Status.FAILED


def test_the_mail_holds_no_health_data_and_no_name(
    dispatch: Dispatch, territory: Territory, mailbox: Mailbox, at: datetime
) -> None:
    announce(dispatch_id=dispatch.pk, at=at)
    [message] = mailbox.messages
    assert message["To"] == User.objects.get(pk=territory.requester.id).email
    words = f"{message['Subject']} {message.get_content()} {message.as_string()}".lower()  # type: ignore[attr-defined]
    act = dispatch.report.act
    for secret in (
        act.patient.birth_name,
        act.patient.ins,
        act.accession_number,
        str(act.pk),
        str(dispatch.report_id),
        act.study_instance_uid,
        territory.site.name,
        "hémorragie",
        "tdm",
        "scanner",
        "radio",
        "examen",
    ):
        assert secret.lower() not in words
    assert "diaphane" in words


def test_the_patients_mail_says_no_more(
    territory: Territory, mailbox: Mailbox, at: datetime, run_jobs: RunJobs
) -> None:
    report = signed(territory)
    patient = make_patient_actor(territory.patient)
    record_patient_told(report=report, how="video", companion="", by=territory.imageur, at=at)
    run_jobs()
    address = User.objects.get(pk=patient.id).email
    [mine] = [each for each in mailbox.messages if each["To"] == address]
    others = [each for each in mailbox.messages if each["To"] != address]
    assert mine.get_content() == others[0].get_content()  # type: ignore[attr-defined]


def test_it_is_sent_once(dispatch: Dispatch, mailbox: Mailbox, at: datetime) -> None:
    announce(dispatch_id=dispatch.pk, at=at)
    announce(dispatch_id=dispatch.pk, at=at)
    assert len(mailbox.messages) == 1


def test_what_was_received_meanwhile_is_not_announced_over(
    dispatch: Dispatch, territory: Territory, mailbox: Mailbox, at: datetime
) -> None:
    acknowledge(report=dispatch.report, by=territory.requester, at=at)
    announce(dispatch_id=dispatch.pk, at=at)
    assert mailbox.messages == []
    assert Dispatch.objects.get(pk=dispatch.pk).status == Dispatch.Status.ACKNOWLEDGED


def test_only_a_failed_announcement_is_sent_again(
    dispatch: Dispatch, territory: Territory, mailbox: Mailbox, at: datetime, run_jobs: RunJobs
) -> None:
    announce(dispatch_id=dispatch.pk, at=at)
    announce_again(dispatch=dispatch, by=territory.imageur, at=at)
    run_jobs()
    assert len(mailbox.messages) == 1
    Dispatch.objects.filter(pk=dispatch.pk).update(status=Dispatch.Status.FAILED)
    announce_again(dispatch=dispatch, by=territory.imageur, at=at)
    announce_again(dispatch=dispatch, by=territory.imageur, at=at)
    run_jobs()
    assert len(mailbox.messages) == 2


def test_a_patient_without_an_account_is_on_paper_under_their_own_name(
    territory: Territory, at: datetime
) -> None:
    report: Report = signed(territory)
    dispatch_to_patient(report=report, at=at)
    dispatch_to_patient(report=report, at=at)
    paper = Dispatch.objects.get(report=report, recipient="patient")
    assert (paper.status, paper.label) == (Dispatch.Status.ON_PAPER, territory.patient.display_name)
    assert paper in list_not_received(territory.requester)


@pytest.mark.django_db(transaction=True)
def test_the_worker_tries_again_by_itself(settings: object, run_jobs: RunJobs, at: datetime) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    dispatch_report(report=signed(make_territory()), at=at)
    run_jobs()
    [job] = ProcrastinateJob.objects.filter(task_name="delivery.announce")
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at is not None
    assert Dispatch.objects.get(recipient="requester").status == Dispatch.Status.FAILED
