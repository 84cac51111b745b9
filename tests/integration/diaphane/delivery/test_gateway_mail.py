"""The lead technologist is mailed that the gateway needs them: a real SMTP server reads it (R49)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from diaphane.delivery.gateway_mail import ONE_MAIL_IN, mail_gateway_alert
from diaphane.delivery.operations import AnnouncementFailedError
from diaphane.imaging.gateways import GatewayStatus, record_gateway_status
from diaphane.imaging.models import GatewayAlert
from diaphane.imaging.watching import SILENT_AFTER, watch_gateways
from diaphane.organisations.models import Structure
from tests.journeys.mailbox import Mailbox, receiving_mail
from tests.reading_scenes import in_progress, make_edge
from tests.scenes import Territory

ADDRESS = "cadre.imagerie@saint-aubin.example"
WELL = GatewayStatus("LISIERE", waiting=0, set_aside=0, oldest_seconds=0, last_error="", studies=())


@pytest.fixture
def mailbox(settings: object) -> Iterator[Mailbox]:
    with receiving_mail() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.EMAIL_HOST, settings.EMAIL_PORT = box.host, box.port  # type: ignore[attr-defined]
        yield box


def fall_silent(territory: Territory, at: datetime) -> GatewayAlert:
    record_gateway_status(status=WELL, by=make_edge(territory), at=at)
    watch_gateways(at=at + SILENT_AFTER)
    return GatewayAlert.objects.pending().get()


@pytest.fixture
def alert(territory: Territory, at: datetime) -> GatewayAlert:
    Structure.objects.filter(pk=territory.site.pk).update(lead_technologist_email=ADDRESS)
    return fall_silent(territory, at)


def test_a_site_without_an_address_is_mailed_nothing(
    territory: Territory, mailbox: Mailbox, at: datetime
) -> None:
    mail_gateway_alert(alert_id=fall_silent(territory, at).pk, at=at)
    assert mailbox.messages == []


def test_the_mail_tells_of_the_gateway_and_of_no_patient(
    territory: Territory, mailbox: Mailbox, at: datetime
) -> None:
    Structure.objects.filter(pk=territory.site.pk).update(lead_technologist_email=ADDRESS)
    act = in_progress(territory).act
    mail_gateway_alert(alert_id=fall_silent(territory, at).pk, at=at)
    [message] = mailbox.messages
    assert message["To"] == ADDRESS
    words = f"{message['Subject']} {message.get_content()}"  # type: ignore[attr-defined]
    assert "LISIERE" in words
    assert "La passerelle ne donne plus de nouvelles" in words
    for secret in (act.patient.birth_name, act.patient.ins, act.accession_number, act.study_instance_uid):
        assert secret not in words


def test_an_alert_is_mailed_once(alert: GatewayAlert, mailbox: Mailbox, at: datetime) -> None:
    for _again in range(2):
        mail_gateway_alert(alert_id=alert.pk, at=at)
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize(("later", "mails"), [(ONE_MAIL_IN - timedelta(minutes=1), 1), (ONE_MAIL_IN, 2)])
def test_a_gateway_that_comes_and_goes_fills_no_mailbox(
    alert: GatewayAlert, territory: Territory, mailbox: Mailbox, at: datetime, later: timedelta, mails: int
) -> None:
    mail_gateway_alert(alert_id=alert.pk, at=at)
    record_gateway_status(status=WELL, by=make_edge(territory), at=at)
    mail_gateway_alert(alert_id=fall_silent(territory, at + later).pk, at=at + later)
    assert len(mailbox.messages) == mails


def test_what_is_over_is_mailed_to_nobody(
    alert: GatewayAlert, territory: Territory, mailbox: Mailbox, at: datetime
) -> None:
    record_gateway_status(status=WELL, by=make_edge(territory), at=at + SILENT_AFTER)
    mail_gateway_alert(alert_id=alert.pk, at=at)
    assert mailbox.messages == []


def test_a_server_that_is_away_leaves_a_failure_on_the_alert(
    alert: GatewayAlert, settings: object, at: datetime
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    with pytest.raises(AnnouncementFailedError):
        mail_gateway_alert(alert_id=alert.pk, at=at)
    alert.refresh_from_db()
    assert (alert.mail_error, alert.mailed_at) == ("ConnectionRefusedError", None)


def test_an_alert_that_opens_is_mailed_by_itself(
    alert: GatewayAlert, mailbox: Mailbox, run_jobs: Callable[[], int]
) -> None:
    run_jobs()
    assert [message["To"] for message in mailbox.messages] == [ADDRESS]
    alert.refresh_from_db()
    assert alert.mailed_at is not None
