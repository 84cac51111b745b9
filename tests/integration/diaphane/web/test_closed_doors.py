"""What the platform shows to nobody: other origins, its sources, its listings, what was sent to it."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import Actor
from tests.scenes import Territory

Login = Callable[[Actor], Client]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/static/",
        "/static/diaphane/",
        "/static/../config/settings.py",
        "/static/%2e%2e/config/settings.py",
        "/viewer/../../settings.py",
        "/uv.lock",
        "/admin/",
        "/docs/",
    ],
)
def test_no_source_and_no_listing_has_an_address(path: str, territory: Territory, login: Login) -> None:
    assert Client().get(path).status_code in (302, 404)
    answer = login(territory.imageur).get(path)  # a visitor is asked to log in first, whatever is there
    assert answer.status_code == 404
    assert b"SECRET_KEY" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/healthz", "/dicomweb/studies", "/compte/login/"])
def test_nothing_sent_comes_back_by_trace(path: str) -> None:
    answer = Client().trace(path, headers={"X-Secret": "abc"})
    assert answer.status_code == 405
    assert b"abc" not in answer.content


@pytest.mark.parametrize("path", ["/dicomweb/studies", "/", "/fhir/AuditEvent", "/edge/v1/worklist"])
def test_no_other_origin_is_let_in(territory: Territory, login: Login, path: str) -> None:
    answer = login(territory.imageur).get(path, headers={"Origin": "https://ailleurs.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_a_form_of_another_site_changes_nothing(territory: Territory) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("account_login"), {"login": "x@exemple.example", "password": "x"})
    assert answer.status_code == 403


def test_no_way_of_debugging_is_open() -> None:
    assert settings.DEBUG is False
    assert not any(
        name.startswith(("debug", "silk", "django.contrib.admin")) for name in settings.INSTALLED_APPS
    )


@pytest.mark.django_db
def test_a_logged_in_page_offers_the_way_out(territory: Territory, login: Login) -> None:
    page = login(territory.imageur).get(reverse("reading_room:list")).content.decode()
    assert reverse("account_logout") in page


@pytest.mark.django_db
def test_a_password_may_be_pasted_and_is_masked() -> None:
    page = Client().get(reverse("account_login")).content.decode()
    assert 'type="password"' in page
    assert "onpaste" not in page
    assert 'autocomplete="current-password"' in page
