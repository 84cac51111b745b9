"""Every address of DICOMweb refuses who and what it must, in French, telling nothing and writing nothing."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from diaphane.imaging.models import Instance
from diaphane.interop.dicomweb import stow
from diaphane.kernel.actors import Actor, Role
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.images import make_ct
from tests.scenes import Territory

from .addresses import ACCEPTS, ADDRESSES, Address, list_queries, name_values, spoil
from .conftest import BOUNDARY, MULTIPART, Images, make_body, open_token

Login = Callable[[Actor], Client]
STATEMENT = (Path(__file__).parents[4] / "docs" / "conformance" / "dicomweb.md").read_text()
FRENCH = {
    400: "Cette requête est mal formée.",
    401: "Connectez-vous, ou envoyez un jeton valide.",
    404: "Il n’y a rien ici que vous puissiez voir.",
    406: "Aucun des formats acceptés ne peut être produit à partir de ces images.",
}


def test_the_walk_goes_by_every_address_of_the_statement_with_its_methods() -> None:
    rows = re.findall(r"^\| `(/[^`]+)` \| (\w+) \|", STATEMENT, re.MULTILINE)
    walked = {(each.stated, method) for each in ADDRESSES for method in each.methods}
    assert walked == set(rows)


@contextmanager
def writing_nothing() -> Iterator[None]:
    """See that no row of any table changes, but for who looked and sessions; and no file of the store."""

    def count() -> dict[str, int]:
        rows = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
        rows["files"] = len(list(Path(settings.OBJECTS).rglob("*.dcm")))
        return rows

    before = count()
    yield
    after = count()
    moved = {label for label in after if after[label] != before[label]}
    assert moved <= {"audit.Entry", "sessions.Session"}


def is_silent(content: bytes, images: Images) -> bool:
    """Say whether an answer tells nothing of an exam."""
    patient = images.act.patient
    names = [images.act.study_instance_uid, "1.2.77", patient.birth_name, "Parenchyme", str(patient.pk)]
    names += [each.sop_instance_uid for each in images.instances]
    return not any(name.encode() in content for name in names)


def expect_refusal(response: object, status: int, images: Images, *, words: str = "") -> None:
    assert response.status_code == status, response.status_code  # type: ignore[attr-defined]
    content = response.content  # type: ignore[attr-defined]
    assert json.loads(content) == {"error": words or FRENCH[status]}
    assert is_silent(content, images)


def test_a_visitor_or_a_wrong_token_is_asked_to_say_who_they_are(
    images: Images, imageur_client: Client
) -> None:
    for address in ADDRESSES:
        path = address.fill(name_values(images))
        wrong = {"Authorization": "Bearer faux"}
        with writing_nothing():
            for method in address.methods:
                for client, headers in ((Client(), {}), (Client(), wrong), (imageur_client, wrong)):
                    response = client.generic(method, path, headers=headers)
                    expect_refusal(response, 401, images)
                    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_stranger_finds_nothing(images: Images, territory: Territory, login: Login) -> None:
    elsewhere = StructureFactory()
    strangers = [
        login(territory.outsider),
        login(make_actor(Role.TECHNOLOGIST, elsewhere)),
        login(make_actor(Role.IMAGEUR, elsewhere)),
        login(make_patient_actor(territory.patient)),  # not told yet
        open_token(Role.EDGE, elsewhere.pk),
        open_token(Role.SERVICE, elsewhere.pk),
    ]
    with writing_nothing():
        for address, stranger in product(ADDRESSES, strangers):
            response = stranger.get(address.fill(name_values(images)))
            if address.is_search:
                assert (response.status_code, response.content) == (200, b"[]")
            else:
                expect_refusal(response, 404, images)


def test_another_method_is_refused_and_those_that_serve_are_said(
    images: Images, imageur_client: Client
) -> None:
    for address in ADDRESSES:
        path = address.fill(name_values(images))
        with writing_nothing():
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - address.methods:
                for client in (Client(), imageur_client):
                    response = client.generic(method, path)
                    words = f"Cette adresse ne répond pas à {method}."
                    expect_refusal(response, 405, images, words=words)
                    assert set(response["Allow"].split(", ")) == address.methods


def test_what_is_malformed_in_an_address_is_refused(images: Images, imageur_client: Client) -> None:
    for address in ADDRESSES:
        with writing_nothing():
            for path in spoil(address, name_values(images)):
                response = imageur_client.get(path)
                assert response.status_code in (400, 404), path
                expect_refusal(response, response.status_code, images)
                expect_refusal(Client().get(path), 401, images)


def test_what_is_malformed_in_a_query_is_refused_or_ignored(images: Images, imageur_client: Client) -> None:
    for address in ADDRESSES:
        path = address.fill(name_values(images))
        with writing_nothing():
            for query in list_queries(address):
                response = imageur_client.get(f"{path}?{query}")
                assert response.status_code in (200, 400, 404, 406), query
                if response.status_code == 400:
                    assert is_one_reason(response.json()["error"]), query
                    assert is_silent(response.content, images)
                elif response.status_code != 200:
                    expect_refusal(response, response.status_code, images)


def is_one_reason(said: str) -> bool:
    """Say whether a refusal is the usual sentence, or names the key of a search and says what it expects."""
    key, _colon, reason = said.partition(" : ")
    return said == FRENCH[400] or (
        (key == "?" or key.replace(", ", "").replace(".", "").isalnum()) and reason.endswith(".")
    )


def test_what_cannot_be_accepted_is_said_so(images: Images, imageur_client: Client) -> None:
    for address in ADDRESSES:
        path = address.fill(name_values(images))
        with writing_nothing():
            for accept in ACCEPTS:
                response = imageur_client.get(path, headers={"Accept": accept})
                assert response.status_code in (200, 404, 406), accept
                if response.status_code != 200:
                    expect_refusal(response, response.status_code, images)
            for accept in ACCEPTS[:4]:
                assert imageur_client.get(path, headers={"Accept": accept}).status_code in (404, 406), accept
            for coding in ("br;q=", "deflate;q=x, ,", "é", "*;q=0", "," * 3000):
                response = imageur_client.get(path, headers={"Accept-Encoding": coding})
                assert response.status_code in (200, 404)
                assert not response.has_header("Content-Encoding")
            for asked in ("bytes=0-1", "bytes=9-1", "lignes=a"):
                assert imageur_client.get(path, headers={"Range": asked}).status_code in (200, 404)


BAD_TYPES = [
    "",
    "application/dicom",
    "application/json",
    'multipart/related; type="application/dicom"',
    'multipart/related; type="application/dicom+json"; boundary=limite',
    "multipart/form-data; boundary=limite",
    'multipart/related; type="application/dicom"; boundary=',
    ";;;",
    'multipart/related; type="',
]
CUT = [
    b"rien de tel",
    b"--limite",
    b"--limite\r\n",
    b"--limite\r\nContent-Type: application/dicom\r\n\r\nDICM",
    make_body(b"x")[:-3],
    b"--limite\r\n" + b"A: b\r\n" * 5000 + b"\r\nx\r\n--limite--",
    b"--limite autre\r\n\r\nx\r\n--limite--",
]
POSTS = [each for each in ADDRESSES if "POST" in each.methods]
every_store = pytest.mark.parametrize("address", POSTS, ids=lambda each: each.stated)


def test_a_body_that_is_not_one_is_refused(
    images: Images, edge_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in POSTS:
        path, content = address.fill(name_values(images)), make_ct(images.act)
        with writing_nothing():
            for content_type in BAD_TYPES:
                response = edge_client.generic("POST", path, make_body(content), content_type=content_type)
                words = "Envoyez multipart/related; type=application/dicom, avec son délimiteur."
                expect_refusal(response, 415, images, words=words)
            for coding in ("gzip", "deflate", "x"):
                headers = {"Content-Encoding": coding}
                response = edge_client.generic(
                    "POST", path, make_body(content), content_type=MULTIPART, headers=headers
                )
                expect_refusal(response, 415, images, words="Envoyez le corps sans le compresser.")
            for body in CUT:
                response = edge_client.generic("POST", path, body, content_type=MULTIPART)
                words = "Le corps n’est pas le multipart qu’il annonce."
                expect_refusal(response, 400, images, words=words)
            for boundary in ("é", "x" * 5000, "autre"):
                content_type = f'multipart/related; type="application/dicom"; boundary={boundary}'
                response = edge_client.generic("POST", path, make_body(content), content_type=content_type)
                assert response.status_code in (400, 415)
            with monkeypatch.context() as patch:
                patch.setattr(stow, "LARGEST_PART", 100)
                response = edge_client.generic("POST", path, make_body(content), content_type=MULTIPART)
            expect_refusal(response, 413, images, words="Un objet est trop volumineux.")


def test_a_body_that_holds_nothing_stores_nothing(images: Images, edge_client: Client) -> None:
    for address in POSTS:
        path = address.fill(name_values(images))
        with writing_nothing():
            for body in (f"--{BOUNDARY}--\r\n".encode(), make_body(b""), make_body(b"x", b"\0" * 200)):
                response = edge_client.generic("POST", path, body, content_type=MULTIPART)
                assert response.status_code == 409
                assert is_silent(response.content, images)
                for failure in json.loads(response.content).get("00081198", {}).get("Value", []):
                    assert failure["00081197"]["Value"] == [stow.CANNOT_UNDERSTAND]


@every_store
def test_who_may_not_store_is_refused(
    address: Address, images: Images, territory: Territory, login: Login
) -> None:
    path, body = address.fill(name_values(images)), make_body(make_ct(images.act))
    ours = {"Origin": "http://testserver"}
    actors = (territory.outsider, territory.requester, make_patient_actor(territory.patient))
    clients = [login(actor) for actor in actors]
    with writing_nothing():
        for client in clients:
            for headers in ({}, {"Origin": "https://ailleurs.example"}, {"Origin": "null"}):
                response = client.generic("POST", path, body, content_type=MULTIPART, headers=headers)
                expect_refusal(response, 401, images)
            response = client.generic("POST", path, body, content_type=MULTIPART, headers=ours)
            expect_refusal(response, 403, images, words="Cette interface n’est pas ouverte à ce rôle.")
    stranger = login(make_actor(Role.IMAGEUR, StructureFactory()))
    response = stranger.generic("POST", path, body, content_type=MULTIPART, headers=ours)
    [failure] = json.loads(response.content)["00081198"]["Value"]
    assert (response.status_code, failure["00081197"]["Value"]) == (409, [stow.NOT_AUTHORISED])
    assert Instance.objects.count() == len(images.instances)
