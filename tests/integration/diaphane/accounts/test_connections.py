"""Where an account is open, closing it there, and the mails that say what happened (R39, R44, R46)."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from diaphane.accounts.alerts import Alert, mail_alert
from diaphane.accounts.browsers import name_device
from diaphane.accounts.connections import connection_ended
from diaphane.accounts.models import KnownDevice, User
from diaphane.accounts.operations import activate_totp
from diaphane.audit.models import Entry
from diaphane.kernel.clock import now
from tests.browsing import TOTP_SECRET, show_code
from tests.factories import PASSWORD, UserFactory
from tests.reading_scenes import fresh_code
from tests.scenes import Territory

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def owner(territory: Territory) -> User:
    user = User.objects.get(pk=territory.imageur.id)
    user.set_password(PASSWORD)
    user.save()
    activate_totp(user=user, secret=TOTP_SECRET)
    return user


def come(owner: User, territory: Territory, *, agent: str = FIREFOX, client: Client | None = None) -> Client:
    """Log in by the pages, from a browser."""
    client = client or Client(headers={"user-agent": agent})
    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": fresh_code(territory.imageur)})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("mfa_index")).status_code == 200


def test_a_visitor_sees_and_closes_nothing(owner: User, territory: Territory) -> None:
    come(owner, territory)
    [session] = UserSession.objects.all()
    for method, address in (
        ("get", reverse("connections")),
        ("post", reverse("end_connection", args=[session.pk])),
        ("post", reverse("end_other_connections")),
    ):
        assert getattr(Client(), method)(address).headers["Location"].startswith(reverse("account_login"))
    assert UserSession.objects.count() == 1


def test_nobody_closes_the_session_of_another(
    owner: User, territory: Territory, login: Callable[..., Client]
) -> None:
    mine = come(owner, territory)
    [session] = UserSession.objects.all()
    other = login(territory.requester)
    assert other.post(reverse("end_connection", args=[session.pk])).status_code == 404
    other.post(reverse("end_other_connections"))
    assert is_in(mine)


def test_the_page_says_which_device_is_this_one(owner: User, territory: Territory) -> None:
    come(owner, territory, agent=IPHONE)
    page = come(owner, territory).get(reverse("connections")).content.decode()
    assert page.index("Firefox sur Windows") < page.index("Celle-ci") < page.index("Safari sur iPhone")
    assert "127.0.0.1" in page
    assert page.count("Déconnecter Safari sur iPhone") == 1


def test_one_is_closed_from_another(owner: User, territory: Territory) -> None:
    lost, mine = come(owner, territory, agent=IPHONE), come(owner, territory)
    ended: list[str] = []
    connection_ended.connect(lambda session_key, **_: ended.append(session_key), weak=False, dispatch_uid="t")
    key = lost.session.session_key
    session = UserSession.objects.get(session_key=key)
    mine.post(reverse("end_connection", args=[session.pk]))
    connection_ended.disconnect(dispatch_uid="t")
    assert ended == [key]
    assert not Session.objects.filter(session_key=key).exists()
    assert not is_in(lost)
    assert is_in(mine)
    assert Entry.objects.get(action="session.ended").actor_id == owner.pk
    assert KnownDevice.objects.filter(user=owner).count() == 1


def test_all_the_others_are_closed_at_once(owner: User, territory: Territory) -> None:
    others = [come(owner, territory, agent=IPHONE) for _n in range(2)]
    mine = come(owner, territory)
    mine.post(reverse("end_other_connections"))
    assert [is_in(each) for each in (*others, mine)] == [False, False, True]


def test_a_new_password_closes_what_the_old_one_had_opened(owner: User, territory: Territory) -> None:
    other, mine = come(owner, territory, agent=IPHONE), come(owner, territory)
    new = "une-autre-phrase-à-soi"
    mine.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert [is_in(other), is_in(mine)] == [False, True]
    assert Session.objects.filter(session_key=other.session.session_key).count() == 0
    lines = mine.get(reverse("connections")).context["lines"]
    assert [each.is_current for each in lines] == [True]


def test_a_login_from_a_new_device_is_told_once(
    owner: User, territory: Territory, run_jobs: Callable[[], int]
) -> None:
    client = come(owner, territory)
    client.post(reverse("account_logout"))
    come(owner, territory, client=client)
    run_jobs()
    [message] = mail.outbox
    assert message.to == [owner.email]
    assert "nouvel appareil" in message.subject
    assert "Firefox sur Windows" in message.body
    assert "127.0.0.1" in message.body
    assert "/compte/connexions/" in message.body
    assert territory.patient.birth_name not in message.body
    assert Entry.objects.filter(action="login.new_device", actor_id=owner.pk).count() == 1


def test_changes_of_the_second_factor_are_told_and_traced(
    owner: User,
    territory: Territory,
    run_jobs: Callable[[], int],
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    client = come(owner, territory)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))
        client.post(reverse("mfa_deactivate_totp"))
    run_jobs()
    subjects = [each.subject for each in mail.outbox]
    assert any("nouveaux codes de secours" in each for each in subjects)
    assert any("a été retirée" in each for each in subjects)
    traced = Entry.objects.filter(action__startswith="second_factor.", actor_id=owner.pk)
    assert {(each.action, each.detail["factor"]) for each in traced} >= {
        ("second_factor.used", "totp"),
        ("second_factor.renewed", "recovery_codes"),
        ("second_factor.removed", "totp"),
    }


@pytest.mark.parametrize("alert", Alert)
def test_every_alert_is_whole_and_in_french(alert: Alert) -> None:
    user = UserFactory()
    mail_alert(alert=alert, user_id=user.pk, happened_at=now(), device="Firefox", address="192.0.2.7")
    [message] = mail.outbox
    assert message.subject.startswith("Diaphane : ")
    assert "Bonjour" in message.body


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("", "Un appareil qui ne dit pas ce qu’il est"),
        ("<script>alert(1)</script>", "Un appareil qui ne dit pas ce qu’il est"),
        (FIREFOX, "Firefox sur Windows"),
        (IPHONE, "Safari sur iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge sur Linux"),
    ],
)
def test_a_device_is_named_in_plain_words(agent: str, said: str) -> None:
    assert name_device(agent) == said


def test_recovery_codes_are_shown_once_and_counted(owner: User, territory: Territory) -> None:
    client = come(owner, territory)
    client.post(reverse("mfa_generate_recovery_codes"))
    first = client.get(reverse("mfa_view_recovery_codes"))
    codes = first.context["unused_codes"]
    assert len(codes) == 10
    assert all(each in first.content.decode() for each in codes)
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not any(each in again for each in codes)
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 403
    other = Client()
    other.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    other.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert is_in(other)
    assert "Il reste 9 codes" in client.get(reverse("mfa_index")).content.decode()
    assert Entry.objects.filter(action="second_factor.used", detail__factor="recovery_codes").exists()
    for spent in (codes[0], "00000000"):
        third = Client()
        third.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
        answer = third.post(reverse("mfa_authenticate"), {"code": spent}).content.decode()
        assert "pas été accepté" in answer
        assert not is_in(third)


def test_a_password_alone_changes_no_second_factor(owner: User, territory: Territory) -> None:
    client = Client()
    client.force_login(owner)
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert answer.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    refused = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert refused.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=owner, type="totp").exists()
    fresh_code(territory.imageur)
    client.post(reverse("mfa_reauthenticate"), {"code": show_code()})
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=owner, type="totp").exists()
