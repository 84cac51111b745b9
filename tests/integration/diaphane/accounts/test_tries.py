"""Guessing is slowed down, and no stranger shuts an account's owner out (R39, R46)."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.accounts import waiting
from diaphane.accounts.models import FailedTries, KnownDevice, User
from diaphane.accounts.tries import FIRST_WAIT, KEPT_FOR, Way, forget_old_tries, give_back, take_try
from diaphane.audit.models import Entry
from diaphane.kernel.clock import now
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

WRONG = "not-this-one"
REFUSED = "Trop d’essais"
WAY = Way("pair", "password:someone@exemple.fr:192.0.2.7", 4, timedelta(minutes=15))


@pytest.fixture
def owner() -> User:
    user = UserFactory()
    user.set_password(PASSWORD)
    user.save()
    return user


def give(client: Client, email: str, password: str = WRONG, *, address: str = "192.0.2.9") -> str:
    answer = client.post(
        reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=address
    )
    return answer.content.decode()


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def attack(owner: User, *, times: int = 100) -> None:
    """Try as a stranger would: from many addresses, and as fast as the waits allow."""
    for number in range(times):
        give(Client(), owner.email, address=f"198.51.100.{number % 250 + 1}")


def test_a_stranger_does_not_keep_the_owner_out_of_a_known_device(owner: User) -> None:
    known = Client()
    give(known, owner.email, PASSWORD)
    known.post(reverse("account_logout"), REMOTE_ADDR="192.0.2.9")
    assert not is_in(known)
    attack(owner)
    stranger = Client()
    assert REFUSED in give(stranger, owner.email, PASSWORD, address="198.51.100.1")
    assert not is_in(stranger)
    give(known, owner.email, PASSWORD)
    assert is_in(known)


def test_a_known_device_guesses_no_faster_for_it(owner: User) -> None:
    known = Client()
    give(known, owner.email, PASSWORD)
    known.post(reverse("account_logout"))
    for _try in range(5):
        give(known, owner.email)
    assert REFUSED in give(known, owner.email, PASSWORD)


def test_a_forged_device_is_a_stranger(owner: User) -> None:
    known = Client()
    give(known, owner.email, PASSWORD)
    attack(owner, times=30)
    [name] = [each for each in known.cookies if each.endswith("diaphane_device")]
    value = known.cookies[name].value
    for forged in (
        value[:-2] + ("aa" if value[-2:] != "aa" else "bb"),
        "x",
        KnownDevice.objects.get().digest,
    ):
        stranger = Client()
        stranger.cookies[name] = forged
        assert REFUSED in give(stranger, owner.email, PASSWORD)


def test_the_device_of_another_account_is_a_stranger(owner: User) -> None:
    other = UserFactory()
    other.set_password(PASSWORD)
    other.save()
    client = Client()
    give(client, other.email, PASSWORD)
    client.post(reverse("account_logout"))
    attack(owner, times=30)
    assert REFUSED in give(client, owner.email, PASSWORD)


def test_a_wait_says_nothing_of_whether_an_account_exists(owner: User) -> None:
    said = []
    for email in (owner.email, "personne@exemple.fr"):
        for _try in range(5):
            give(Client(), email)
        said.append(give(Client(), email).replace(email, ""))
    assert [REFUSED in each for each in said] == [True, True]
    assert "Attendez" in said[0]


def test_waits_grow_end_and_are_forgotten(at: datetime) -> None:
    waits = []
    for _try in range(16):
        assert take_try((WAY,), at=at) == timedelta(0)
        wait = FailedTries.objects.get(pk=WAY.digest).closed_until - at
        if wait:
            assert take_try((WAY,), at=at + wait / 2) > timedelta(0)
        waits.append(wait)
        at += wait
    assert waits[:6] == [timedelta(0)] * 4 + [FIRST_WAIT, FIRST_WAIT * 2]
    assert waits == sorted(waits)
    assert waits[-1] == WAY.longest
    assert take_try((WAY,), at=at + timedelta(hours=2)) == timedelta(0)
    assert FailedTries.objects.get(pk=WAY.digest).count == 1
    assert forget_old_tries(at=at + timedelta(hours=2)) == 0
    assert forget_old_tries(at=at + timedelta(hours=3) + KEPT_FOR) == 1


def test_a_right_login_does_not_wipe_the_count_of_an_address(at: datetime) -> None:
    address = Way("address", "password:192.0.2.7", 60, timedelta(minutes=5))
    for _try in range(10):
        take_try((address,), at=at)
    take_try((address, WAY), at=at)
    give_back((address, WAY), at=at)
    assert FailedTries.objects.get(pk=address.digest).count == 10
    assert not FailedTries.objects.filter(pk=WAY.digest).exists()


def test_failures_and_waits_are_traced_once_each(owner: User) -> None:
    client = Client()
    for _try in range(8):
        give(client, owner.email)
    failed = Entry.objects.filter(action="login.failed", subject_id=owner.pk).count()
    slowed = Entry.objects.get(action="login.slowed")
    assert failed == 5
    assert slowed.subject_id == owner.pk
    assert slowed.detail == {"way": "pair", "tries": 5, "seconds": 5}
    assert slowed.address == "192.0.2.9"


def test_a_wait_is_over_when_it_is_over(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    for _try in range(5):
        give(client, owner.email)
    later = now() + timedelta(seconds=6)
    monkeypatch.setattr(waiting, "now", lambda: later)
    give(client, owner.email, PASSWORD)
    assert is_in(client)
