"""After the signature: recipients, the patient, and the act that closes by itself."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core import mail

from diaphane.access.queries import can_see_act
from diaphane.acquisition.models import Exam
from diaphane.acts.models import Act, Duty
from diaphane.acts.queries import list_open_duties
from diaphane.delivery.models import Dispatch
from diaphane.delivery.operations import AnnouncementFailedError, acknowledge, announce, record_handed_over
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.reporting.models import Report
from diaphane.reporting.operations import record_patient_told
from diaphane.reporting.queries import get_report
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.reading_scenes import signed
from tests.scenes import Territory

RunJobs = Callable[[], int]


def _tell(report: Report, by: Actor, at: datetime, how: str = "video") -> Report:
    return record_patient_told(report=report, how=how, companion="", by=by, at=at)


def test_a_validated_request_becomes_an_exam_once(territory: Territory, run_jobs: RunJobs) -> None:
    from tests.scenes import validated

    request = validated(territory)
    run_jobs()
    assert Exam.objects.get(act=request.act).state == "to_schedule"


def test_the_demandeur_hears_that_something_waits_and_nothing_else(
    territory: Territory, run_jobs: RunJobs
) -> None:
    report = signed(territory)
    run_jobs()
    dispatch = Dispatch.objects.get(report=report)
    assert dispatch.status == Dispatch.Status.ANNOUNCED
    [message] = mail.outbox
    patient = report.act.patient
    words = f"{message.subject} {message.body}".lower()
    for secret in (
        patient.birth_name,
        patient.ins,
        report.act.accession_number,
        str(report.act_id),
        "hémorragie",
        "tdm",
    ):
        assert secret.lower() not in words


def test_announced_is_not_received_until_the_recipient_says_so(
    territory: Territory, run_jobs: RunJobs, at: datetime
) -> None:
    report = signed(territory)
    run_jobs()
    acknowledge(report=report, by=territory.imageur, at=at)
    assert Dispatch.objects.get(report=report).acknowledged_at is None
    acknowledge(report=report, by=territory.requester, at=at)
    assert Dispatch.objects.get(report=report).status == Dispatch.Status.ACKNOWLEDGED
    assert Duty.objects.get(act=report.act, requirement="R101").state == Duty.State.DONE


def test_a_treating_physician_with_an_account_gets_access(territory: Territory, run_jobs: RunJobs) -> None:
    treating = make_actor(Role.TREATING_PHYSICIAN, StructureFactory())
    from diaphane.accounts.models import User

    email = User.objects.get(pk=treating.id).email
    report = signed(territory)
    report.act.request.treating_physician_email = email
    report.act.request.save()
    assert not can_see_act(treating, report.act_id)
    run_jobs()
    assert can_see_act(treating, report.act_id)
    assert get_report(report.act_id, actor=treating).pk == report.pk


def test_a_treating_physician_without_an_account_is_shown_as_owed_on_paper(
    territory: Territory, run_jobs: RunJobs, at: datetime
) -> None:
    report = signed(territory)
    report.act.request.treating_physician_email = "sans.compte@cabinet.example"
    report.act.request.save()
    run_jobs()
    dispatch = Dispatch.objects.get(report=report, recipient="treating")
    assert dispatch.status == Dispatch.Status.ON_PAPER
    assert len(mail.outbox) == 1
    record_handed_over(dispatch=dispatch, by=territory.requester, at=at)
    assert not list_open_duties(report.act).filter(requirement="R96").exists()


def test_a_mail_server_that_is_away_leaves_a_failed_dispatch_that_succeeds_later(
    territory: Territory, settings: object, at: datetime
) -> None:
    from diaphane.delivery.operations import dispatch_report

    report = signed(territory)
    dispatch_report(report=report, at=at)
    dispatch = Dispatch.objects.get(report=report)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    with pytest.raises(AnnouncementFailedError):
        announce(dispatch_id=dispatch.pk, at=at)
    assert Dispatch.objects.get(pk=dispatch.pk).status == Dispatch.Status.FAILED
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    announce(dispatch_id=dispatch.pk, at=at)
    announce(dispatch_id=dispatch.pk, at=at)
    assert Dispatch.objects.get(pk=dispatch.pk).status == Dispatch.Status.ANNOUNCED
    assert len(mail.outbox) == 1


def test_the_technologist_does_not_tell_the_result(territory: Territory, at: datetime) -> None:
    with pytest.raises(NotAllowedError):
        _tell(signed(territory), territory.technologist, at)


def test_an_announcement_is_not_replaced_by_a_telephone_call(territory: Territory, at: datetime) -> None:
    report = signed(territory, announcement=Report.Announcement.NEEDED)
    patient = make_patient_actor(territory.patient)
    with pytest.raises(GuardError) as refused:
        _tell(report, territory.imageur, at, how="telephone")
    assert refused.value.missing[0].requirement == "R90"
    assert not can_see_act(patient, report.act_id)
    _tell(report, territory.imageur, at, how="announcement")
    assert can_see_act(patient, report.act_id)


def test_the_patient_is_told_once(territory: Territory, at: datetime) -> None:
    report = signed(territory)
    _tell(report, territory.imageur, at)
    with pytest.raises(ConflictError):
        _tell(report, territory.requester, at)


def test_once_told_the_patient_reads_and_nobody_elses_patient_does(
    territory: Territory, run_jobs: RunJobs, at: datetime
) -> None:
    from tests.factories import PatientFactory

    report = signed(territory)
    patient, other = make_patient_actor(territory.patient), make_patient_actor(PatientFactory())
    _tell(report, territory.imageur, at)
    run_jobs()
    assert get_report(report.act_id, actor=patient).pk == report.pk
    with pytest.raises(Report.DoesNotExist):
        get_report(report.act_id, actor=other)
    assert {message.to[0] for message in mail.outbox} >= {
        Dispatch.objects.get(report=report, recipient="patient").email
    }


def test_the_act_closes_when_nothing_is_owed_any_more(
    territory: Territory, run_jobs: RunJobs, at: datetime
) -> None:
    report = signed(territory)
    run_jobs()
    acknowledge(report=report, by=territory.requester, at=at)
    run_jobs()
    assert Exam.objects.get(act=report.act).state == "reported"
    _tell(report, territory.imageur, at)
    run_jobs()
    assert Exam.objects.get(act=report.act).state == "closed"
    assert not list_open_duties(Act.objects.get(pk=report.act_id)).exists()
