"""What every answer says to the browser, whoever asks and whatever is answered."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import Actor
from tests.scenes import Territory

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/compte/connexion/", "/nowhere/", "/healthz", "/dicomweb/studies"])
def test_a_visitor_s_answers_are_closed(client: Client, address: str) -> None:
    _assert_closed(client, address)


@pytest.mark.parametrize("address", ["/", "/exigences/", "/lecture/", "/manipulation/", "/nowhere/"])
def test_a_professional_s_answers_are_closed(
    territory: Territory, login: Callable[[Actor], Client], address: str
) -> None:
    _assert_closed(login(territory.imageur), address)


def test_no_page_is_kept_by_a_browser_or_a_proxy(
    territory: Territory, login: Callable[[Actor], Client]
) -> None:
    answer = login(territory.imageur).get(reverse("reading_room:list"))
    assert answer["Cache-Control"] == "private, no-store"


def test_only_the_link_test_s_devices_are_open(
    territory: Territory, login: Callable[[Actor], Client]
) -> None:
    policy = login(territory.imageur).get(reverse("home"), follow=True)["Permissions-Policy"]
    assert "geolocation=()" in policy
    assert "camera=(self)" in policy
    assert "microphone=(self)" in policy


def _assert_closed(client: Client, address: str) -> None:
    answer = client.get(address)
    assert {name: answer.get(name) for name in ALWAYS} == ALWAYS
    assert "Permissions-Policy" in answer
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
