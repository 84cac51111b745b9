"""An invitation opens an account once, to who holds the mail's link and the code said aloud (R18, R39)."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from diaphane.accounts.invitations import (
    MOST_WRONG_CODES,
    InvitationRefusedError,
    Invited,
    WeakPasswordError,
    WrongInvitationCodeError,
    accept_invitation,
    invite,
)
from diaphane.accounts.inviting_mail import mail_invitation
from diaphane.accounts.models import Invitation, User
from diaphane.audit.models import Entry
from diaphane.kernel.actors import SYSTEM, Role
from diaphane.kernel.errors import ConflictError, NotAllowedError
from tests.factories import MembershipFactory
from tests.scenes import Territory

pytestmark = pytest.mark.django_db
PASSWORD = "une phrase que je dirais seule"
WRONG = "ZZZZ-ZZZZ"


@pytest.fixture
def user() -> User:
    user: User = MembershipFactory(role=Role.IMAGEUR.value).user
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def invited(user: User, at: datetime) -> tuple[Invited, str]:
    """Return an invitation whose mail has left, and the key of its link."""
    made = invite(user=user, by=SYSTEM, at=at)
    mail_invitation(invitation_id=made.invitation.pk, at=at)
    found = re.search(r"#(\S+)", str(mail.outbox[-1].body))
    assert found
    return made, found.group(1)


def accept(key: str, code: str, at: datetime, password: str = PASSWORD) -> User:
    return accept_invitation(key=key, code=code, password=password, at=at)


def test_only_an_administrator_invites(user: User, territory: Territory, at: datetime) -> None:
    with pytest.raises(NotAllowedError):
        invite(user=user, by=territory.imageur, at=at)


def test_an_account_that_was_entered_is_not_invited_again(territory: Territory, at: datetime) -> None:
    with pytest.raises(ConflictError):
        invite(user=User.objects.get(pk=territory.imageur.id), by=SYSTEM, at=at)


def test_the_mail_holds_neither_the_code_nor_a_name(invited: tuple[Invited, str], user: User) -> None:
    message = mail.outbox[-1]
    assert message.to == [user.email]
    assert invited[0].code not in message.body
    assert user.name not in f"{message.subject} {message.body}"
    kept = Invitation.objects.get()
    assert invited[1] not in str(kept.__dict__)
    assert invited[0].code not in str(kept.__dict__)


def test_the_link_and_the_code_open_it_once(invited: tuple[Invited, str], at: datetime, user: User) -> None:
    made, key = invited
    assert accept(key, made.code.lower(), at) == user
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    with pytest.raises(InvitationRefusedError) as refusal:
        accept(key, made.code, at)
    assert refusal.value.reason == "used"
    assert Entry.objects.filter(action="invitation.accepted", subject_id=user.pk).count() == 1


def test_five_wrong_codes_withdraw_it(invited: tuple[Invited, str], at: datetime, user: User) -> None:
    made, key = invited
    for _try in range(MOST_WRONG_CODES - 1):
        with pytest.raises(WrongInvitationCodeError):
            accept(key, WRONG, at)
    for code in (WRONG, made.code):
        with pytest.raises(InvitationRefusedError) as refusal:
            accept(key, code, at)
        assert refusal.value.reason == "locked"
    user.refresh_from_db()
    assert not user.has_usable_password()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda user, at: None, "expired"),
        (lambda user, at: invite(user=user, by=SYSTEM, at=at), "revoked"),
        (lambda user, at: User.objects.filter(pk=user.pk).update(is_active=False), "closed"),
    ],
    ids=["expired", "replaced", "closed"],
)
def test_what_is_over_opens_nothing(
    invited: tuple[Invited, str],
    user: User,
    at: datetime,
    make: Callable[[User, datetime], object],
    reason: str,
) -> None:
    made, key = invited
    make(user, at)
    late = at + timedelta(days=8 if reason == "expired" else 0)
    with pytest.raises(InvitationRefusedError) as refusal:
        accept(key, made.code, late)
    assert refusal.value.reason == reason


def test_an_unknown_link_and_a_weak_password_are_refused(
    invited: tuple[Invited, str], at: datetime, user: User
) -> None:
    with pytest.raises(InvitationRefusedError):
        accept("n-importe-quoi", invited[0].code, at)
    with pytest.raises(WeakPasswordError):
        accept(invited[1], invited[0].code, at, password="court")
    assert accept(invited[1], invited[0].code, at) == user


def test_the_page_opens_a_session_that_owes_its_second_factor(
    invited: tuple[Invited, str], client: Client
) -> None:
    made, key = invited
    address = reverse("invitation")
    assert client.get(address).status_code == 200
    typed = {"key": key, "code": made.code, "password": PASSWORD, "again": "autre chose"}
    assert client.post(address, typed).status_code == 422
    assert client.post(address, typed | {"code": WRONG, "again": PASSWORD}).status_code == 403
    assert client.post(address, typed | {"again": PASSWORD}).status_code == 302
    assert client.get("/", follow=True).redirect_chain[-1][0] == reverse("mfa_activate_totp")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    again = Client().post(address, typed | {"again": PASSWORD})
    assert again.status_code == 403
    assert "déjà" in again.content.decode()
