"""An access in an emergency is told by mail to the patient and to their site, without health data (R42)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from diaphane.acts.models import EmergencyAccess
from diaphane.delivery.jobs import tell_of_emergency
from diaphane.delivery.models import EmergencyMail
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Role
from tests import scenes
from tests.factories import MembershipFactory, UserFactory
from tests.scenes import Territory


@pytest.fixture
def access(territory: Territory, at: datetime) -> EmergencyAccess:
    act = scenes.submitted(territory).act
    return EmergencyAccess.objects.create(
        act=act,
        person_id=territory.outsider.id,
        person_label=territory.outsider.label,
        role=territory.outsider.role.value,
        motive="vital",
        words="Hémorragie sous anticoagulant",
        opened_at=at,
        ends_at=at + timedelta(hours=4),
    )


def test_both_are_told_once_and_nothing_of_health_leaves(
    access: EmergencyAccess, territory: Territory, at: datetime, run_jobs: Callable[[], int]
) -> None:
    officer = MembershipFactory(structure=territory.site, role=Role.DPO.value).user
    patient = UserFactory(patient_id=territory.patient.pk)
    MembershipFactory(structure=territory.reader, role=Role.DPO.value)
    kind = "emergency.opened"
    record_event(kind=kind, subject_type="emergency", subject_id=access.pk, act_id=access.act_id, at=at)
    run_jobs()
    tell_of_emergency(access.pk)
    run_jobs()
    assert sorted(each.to[0] for each in mail.outbox) == sorted([officer.email, patient.email])
    secrets = (
        territory.patient.birth_name,
        territory.patient.first_names.split()[0],
        access.act.accession_number,
        access.words,
        access.person_label,
    )
    for each in mail.outbox:
        assert not any(secret in f"{each.subject}{each.body}" for secret in secrets)


def test_a_site_without_an_officer_is_told_through_its_administrator(
    access: EmergencyAccess, territory: Territory, run_jobs: Callable[[], int]
) -> None:
    admin = MembershipFactory(structure=territory.site, role=Role.ADMINISTRATOR.value).user
    tell_of_emergency(access.pk)
    run_jobs()
    assert [each.to for each in mail.outbox] == [[admin.email]]


def test_a_mail_that_failed_shows_and_is_tried_again(
    access: EmergencyAccess, territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diaphane.delivery.emergency_mail import prepare_emergency_mails, send_emergency_mail
    from diaphane.delivery.operations import AnnouncementFailedError

    MembershipFactory(structure=territory.site, role=Role.DPO.value)
    [mail_id] = prepare_emergency_mails(access_id=access.pk, at=access.opened_at)

    def refuse(_self: EmailMessage, *_args: object) -> int:
        raise SMTPException

    with monkeypatch.context() as away:
        away.setattr(EmailMessage, "send", refuse)
        with pytest.raises(AnnouncementFailedError):
            send_emergency_mail(mail_id=mail_id, at=access.opened_at)
    assert EmergencyMail.objects.get().error == "SMTPException"
    assert prepare_emergency_mails(access_id=access.pk, at=access.opened_at) == [mail_id]
    send_emergency_mail(mail_id=mail_id, at=access.opened_at)
    send_emergency_mail(mail_id=mail_id, at=access.opened_at)
    assert len(mail.outbox) == 1
