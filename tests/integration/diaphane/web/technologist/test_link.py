"""The link test page: random bytes down, bytes up, plausible measures only, words for people (R81)."""

from collections.abc import Callable

import pytest
from django.test import Client

from diaphane.acquisition.models import LinkTest
from diaphane.kernel.actors import Actor
from diaphane.web.technologist.link import LARGEST_UPLOAD, SIZES
from tests.integration.diaphane.acquisition.table import arrived
from tests.scenes import Territory

from .pages import page, text_of

Login = Callable[[Actor], Client]
GOOD = {"down_mbps": "84.20", "up_mbps": "31.60", "latency_ms": "24.00"}


@pytest.fixture
def client(territory: Territory, login: Login) -> Client:
    return login(territory.technologist)


def keep(client: Client, **values: str) -> tuple[int, str]:
    response = client.post(page("link_keep"), values, headers={"HX-Request": "true"})
    return response.status_code, text_of(response)  # type: ignore[arg-type]


def test_before_any_test_the_page_says_what_it_is_for(client: Client) -> None:
    assert "Aucun test depuis 12 heures" in text_of(client.get(page("link_test")))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "expected"), [("", SIZES[0]), ("grande", SIZES[1]), ("9999999999", SIZES[0])]
)
def test_bytes_come_down_in_two_sizes_and_are_never_kept(client: Client, size: str, expected: int) -> None:
    response = client.get(page("link_download"), {"taille": size})
    assert len(response.content) == expected
    assert "no-store" in response.headers["Cache-Control"]
    assert response.content != client.get(page("link_download"), {"taille": size}).content


def test_the_echo_is_empty_and_never_kept(client: Client) -> None:
    response = client.get(page("link_echo"))
    assert (response.status_code, response.content) == (204, b"")
    assert "no-store" in response.headers["Cache-Control"]


def test_bytes_go_up_and_are_thrown_away(client: Client) -> None:
    response = client.post(page("link_upload"), b"x" * 300_000, content_type="application/octet-stream")
    assert response.status_code == 204


def test_too_many_bytes_are_refused(client: Client) -> None:
    content = b"x" * (LARGEST_UPLOAD + 1)
    response = client.post(page("link_upload"), content, content_type="application/octet-stream")
    assert response.status_code == 413


def test_a_good_link_is_kept_and_said_in_words(territory: Territory, client: Client) -> None:
    status, said = keep(client, **GOOD)
    assert status == 200
    assert "Bonne liaison" in said
    assert "84,2" in said
    assert LinkTest.objects.get().structure_id == territory.site.pk


def test_a_weak_link_is_kept_and_says_what_to_do(client: Client) -> None:
    status, said = keep(client, **(GOOD | {"up_mbps": "0.8"}))
    assert status == 200
    assert "Liaison faible" in said
    assert "service technique" in said
    assert not LinkTest.objects.get().is_good


@pytest.mark.parametrize(
    "absurd",
    [
        {"down_mbps": "-1"},
        {"down_mbps": "1e12"},
        {"up_mbps": "beaucoup"},
        {"up_mbps": ""},
        {"latency_ms": "NaN"},
        {"latency_ms": "0"},
    ],
    ids=str,
)
def test_absurd_measures_are_refused_and_not_kept(client: Client, absurd: dict[str, str]) -> None:
    status, said = keep(client, **(GOOD | absurd))
    assert status == 422
    assert "ne sont pas plausibles" in said
    assert not LinkTest.objects.exists()


def test_a_double_click_keeps_one_test(client: Client) -> None:
    assert keep(client, **GOOD)[0] == 200
    status, said = keep(client, **GOOD)
    assert status == 409
    assert "déjà été enregistré" in said
    assert LinkTest.objects.count() == 1


def test_the_page_leads_back_to_the_exam_it_was_opened_for(territory: Territory, client: Client) -> None:
    exam = arrived(territory)
    said = text_of(client.get(page("link_test"), {"retour": str(exam.act_id)}))  # type: ignore[arg-type]
    assert page("exam", exam) in said
    assert "Retour à l’examen" in said
    elsewhere = text_of(client.get(page("link_test"), {"retour": "https://ailleurs.example"}))  # type: ignore[arg-type]
    assert 'href="https://ailleurs' not in elsewhere
    assert f'href="{page("board")}"' in elsewhere
