"""A session ends without anything asked, and with the shift; what is asked meanwhile lets it last."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from diaphane.accounts import session_age
from diaphane.accounts.models import User
from diaphane.accounts.session_age import keep_alive
from diaphane.interop import callers
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from tests.scenes import Territory

IDLE = timedelta(seconds=settings.SESSION_COOKIE_AGE)
SHIFT = timedelta(hours=12)


@pytest.fixture
def client(territory: Territory, login: Callable[[Actor], Client]) -> Client:
    return login(territory.imageur)


def end_of(client: Client) -> datetime:
    return Session.objects.get(pk=client.session.session_key).expire_date


def test_two_hours_without_anything_end_a_session(client: Client) -> None:
    assert timedelta(hours=1, minutes=55) < end_of(client) - now() <= timedelta(hours=2)
    Session.objects.update(expire_date=now() - timedelta(seconds=1))
    assert client.get(reverse("reading_room:list")).status_code == 302
    assert client.get("/dicomweb/studies").status_code == 401


def test_what_is_asked_lets_it_last(client: Client) -> None:
    nearly = now() + timedelta(minutes=5)
    Session.objects.update(expire_date=nearly)
    assert client.get(reverse("reading_room:list")).status_code == 200
    assert end_of(client) > nearly + timedelta(hours=1)


def test_its_end_is_moved_now_and_then_only(client: Client) -> None:
    session, at = client.session, now()
    first = end_of(client)
    assert keep_alive(session, at=at + timedelta(minutes=5))
    assert end_of(client) == first
    assert keep_alive(session, at=at + timedelta(minutes=15))
    assert end_of(client) == at + timedelta(minutes=15) + IDLE


def test_images_alone_let_it_last_too(client: Client) -> None:
    request = client.get("/healthz").wsgi_request
    session_age._looked.clear()
    nearly = now() + timedelta(minutes=5)
    Session.objects.update(expire_date=nearly)
    assert callers._ask(request) is not None
    assert end_of(client) > nearly + timedelta(hours=1)


def test_a_shift_ends_it_whatever_is_asked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    key = client.session.session_key
    later = now() + SHIFT
    Session.objects.update(expire_date=later + IDLE)
    monkeypatch.setattr(session_age, "now", lambda: later)
    monkeypatch.setattr(callers, "now", lambda: later)
    request = client.get("/healthz").wsgi_request
    assert not Session.objects.filter(pk=key).exists()
    assert callers._ask(request) is None


def test_the_shift_counts_from_the_login(client: Client) -> None:
    session = client.session
    session["began_at"] = 0
    assert not keep_alive(session, at=now())
    del session["began_at"]
    assert not keep_alive(session, at=now())


def test_logging_out_leaves_nothing_in_the_browser(client: Client) -> None:
    answer = client.post(reverse("account_logout"))
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_a_login_begins_a_session_of_its_own(territory: Territory) -> None:
    browser = Client()
    before = browser.session
    before["left_by"] = "a visitor"
    before.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = before.session_key
    browser.force_login(User.objects.get(pk=territory.imageur.id))
    assert browser.session.session_key != before.session_key
    assert not Session.objects.filter(pk=before.session_key).exists()
