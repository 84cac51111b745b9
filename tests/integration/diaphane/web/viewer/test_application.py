"""The viewer's files: after a login, by their names, under the viewer's own policy."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from diaphane.kernel.actors import Actor
from tests.scenes import Territory

PART = "/viewer/app.0123456789abcdef.js"
POLICY = "Content-Security-Policy"


@pytest.fixture
def client(territory: Territory, login: Callable[[Actor], Client]) -> Client:
    return login(territory.imageur)


@pytest.mark.parametrize("address", ["/viewer/viewer", "/viewer/app-config.js", PART])
@pytest.mark.usefixtures("published", "db")
def test_a_visitor_is_sent_to_the_login(address: str) -> None:
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/viewer/",
        "/viewer/anything",
        "/viewer/sw.js",
        "/viewer/index.html",
        "/viewer/../settings.py",
        "/sw.js",
    ],
)
@pytest.mark.usefixtures("published")
def test_nothing_else_has_an_address(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.usefixtures("published")
def test_the_page_has_its_own_policy(client: Client) -> None:
    response = client.get("/viewer/viewer")
    assert "'wasm-unsafe-eval' 'sha256-" in response[POLICY]
    assert "'wasm-unsafe-eval'" not in client.get("/")[POLICY]
    assert 'lang="fr"' in response.content.decode()


@pytest.mark.usefixtures("published")
def test_a_file_is_compressed_once_and_kept_by_the_browser(
    client: Client, published: Path, settings: Settings
) -> None:
    for _again in range(2):
        response = client.get(PART, headers={"Accept-Encoding": "gzip, br"})
        assert response["Content-Encoding"] == "gzip"
        assert gzip.decompress(response.content) == (published / Path(PART).name).read_bytes()
    assert "immutable" in response["Cache-Control"]
    assert len(list((settings.DATA / "cache" / "viewer").iterdir())) == 1


@pytest.mark.usefixtures("published")
def test_a_file_goes_as_it_is_to_others(client: Client) -> None:
    response = client.get(PART)
    assert "Content-Encoding" not in response
    assert response.content.startswith(b"void 0;")


def test_a_viewer_that_was_not_fetched_is_explained(
    client: Client, tmp_path: Path, settings: Settings
) -> None:
    settings.FRONTEND = tmp_path / "nowhere"
    assert client.get("/viewer/viewer").status_code == 503
