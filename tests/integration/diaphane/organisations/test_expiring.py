"""Warned 60 and 15 days before, once each, whatever happens to the machine or to the mail (R19)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.organisations.expiring import mail_warnings, note_expiries
from diaphane.organisations.models import Credential, CredentialWarning
from tests.factories import CredentialFactory, make_actor
from tests.scenes import Territory

pytestmark = pytest.mark.django_db
KIND = Credential.Kind.INSURANCE


@pytest.fixture
def ending(territory: Territory) -> Credential:
    """An imageur's insurance, seventy days before its end."""
    found = Credential.objects.get(holder_id=territory.imageur.id, kind=KIND)
    found.expires_on = timezone.localdate() + timedelta(days=70)
    found.save()
    return found


def warn(*, after: int) -> list[int]:
    at = now() + timedelta(days=after)
    note_expiries(at=at)
    mail_warnings(at=at)
    return list(CredentialWarning.objects.order_by("id").values_list("days", flat=True))


def test_nothing_is_said_before_its_time(ending: Credential) -> None:
    assert warn(after=9) == []
    assert mail.outbox == []


def test_each_delay_is_told_once(ending: Credential) -> None:
    assert warn(after=10) == warn(after=10) == warn(after=54) == [60]
    assert warn(after=55) == warn(after=69) == [60, 15]
    assert [each.to for each in mail.outbox] == [[ending.holder.email]] * 2
    assert "Assurance" in mail.outbox[0].body


def test_an_outage_is_made_up_for_by_the_nearest_delay_alone(ending: Credential) -> None:
    assert warn(after=72) == warn(after=72) == [15]
    assert len(mail.outbox) == 1


def test_a_proof_that_a_newer_one_replaces_is_silent(ending: Credential) -> None:
    CredentialFactory(holder=ending.holder, kind=KIND, expires_on=ending.expires_on + timedelta(days=365))
    assert warn(after=60) == []


def test_a_proof_that_no_role_asks_for_is_silent(territory: Territory) -> None:
    other = make_actor(Role.TREATING_PHYSICIAN, territory.site)
    CredentialFactory(holder_id=other.id, kind=KIND, expires_on=timezone.localdate() + timedelta(days=5))
    assert warn(after=0) == []


def test_a_mail_that_fails_is_tried_again_and_sent_once(
    ending: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: EmailMessage, **_options: Any) -> int:
        raise OSError("away")

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", refuse)
        warn(after=10)
    assert CredentialWarning.objects.get().mail_error == "OSError"
    warn(after=10)
    warn(after=10)
    assert len(mail.outbox) == 1
    assert CredentialWarning.objects.get().mail_error == ""
