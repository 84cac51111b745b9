"""Key images marked in OHIF: the platform writes the document, the viewer stores it by STOW-RS."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest
from django.http import HttpResponse
from django.test import Client
from pydicom import dcmread

from diaphane.acts.models import Act
from diaphane.imaging.documents_read import list_key_images
from diaphane.imaging.models import Instance
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane_dicom.key_objects import KEY_OBJECTS
from tests.factories import StructureFactory, make_actor
from tests.images import make_ct
from tests.reading_scenes import make_edge
from tests.scenes import Territory

Login = Callable[[Actor], Client]
NOT_AUTHORISED = 0x0124


@pytest.fixture
def image(act: Act, territory: Territory, at: datetime) -> Instance:
    receipt = store_instance(content=make_ct(act), by=make_edge(territory), at=at)
    return Instance.objects.get(sop_instance_uid=receipt.sop_instance_uid)


def ask(client: Client, act: Act, uid: str, *, take: bool = False, **query: str) -> HttpResponse:
    """Ask the document that keeps an image, or the note that takes it back."""
    return client.get(f"/examens/{act.pk}/images/cles/{uid}/1/{'retirer/' if take else ''}", query)


def list_kept(client: Client, act: Act) -> list[str]:
    return client.get(f"/examens/{act.pk}/images/cles/").json()["keys"]


def stow(client: Client, content: bytes) -> HttpResponse:
    """Store an object as the viewer does: from a page of ours."""
    return client.post(
        "/dicomweb/studies",
        b"--limite\r\nContent-Type: application/dicom\r\n\r\n" + content + b"\r\n--limite--\r\n",
        content_type='multipart/related; type="application/dicom"; boundary=limite',
        headers={"Origin": "http://testserver"},
    )


def test_a_visitor_is_sent_to_the_login(act: Act, image: Instance) -> None:
    assert ask(Client(), act, image.sop_instance_uid).status_code == 302
    assert Client().get(f"/examens/{act.pk}/images/cles/").status_code == 302


@pytest.mark.parametrize("take", [False, True])
def test_another_role_and_another_site_have_no_document(
    take: bool, act: Act, image: Instance, territory: Territory, login: Login
) -> None:
    stranger = login(make_actor(Role.IMAGEUR, StructureFactory()))
    assert ask(login(territory.technologist), act, image.sop_instance_uid, take=take).status_code == 403
    assert ask(stranger, act, image.sop_instance_uid, take=take).status_code == 404
    assert stranger.get(f"/examens/{act.pk}/images/cles/").status_code == 404


def test_a_technologist_who_stores_the_document_is_refused(
    act: Act, image: Instance, territory: Territory, login: Login
) -> None:
    content = ask(login(territory.imageur), act, image.sop_instance_uid).content
    answer = stow(login(territory.technologist), content)
    assert answer.status_code == 409
    assert answer.json()["00081198"]["Value"][0]["00081197"]["Value"] == [NOT_AUTHORISED]
    assert list_key_images(act, actor=SYSTEM) == []


def test_an_image_of_another_exam_is_not_found(
    act: Act, image: Instance, territory: Territory, login: Login, at: datetime
) -> None:
    other = store_instance(content=make_ct(), by=make_edge(territory), at=at)
    client = login(territory.imageur)
    assert ask(client, act, other.sop_instance_uid).status_code == 404
    assert client.get(f"/examens/{act.pk}/images/cles/{image.sop_instance_uid}/2/").status_code == 404


def test_the_document_keeps_nothing_until_the_viewer_stores_it(
    act: Act, image: Instance, territory: Territory, login: Login
) -> None:
    client = login(territory.imageur)
    document = ask(client, act, image.sop_instance_uid, fenetre="40/80")
    assert document["Content-Type"] == "application/dicom"
    assert dcmread(BytesIO(document.content)).SOPClassUID == KEY_OBJECTS
    assert list_kept(client, act) == []
    assert stow(client, document.content).status_code == 200
    assert list_kept(client, act) == [f"{image.sop_instance_uid}/1"]
    [found] = list_key_images(act, actor=SYSTEM)
    assert (found.window, found.by_label, found.is_ours) == ((40.0, 80.0), territory.imageur.label, True)
    assert ask(client, act, image.sop_instance_uid).status_code == 204  # nothing more to store


def test_an_image_kept_twice_at_once_is_taken_back_by_one_note(
    act: Act, image: Instance, territory: Territory, login: Login
) -> None:
    client = login(territory.imageur)
    documents = [ask(client, act, image.sop_instance_uid).content for _again in range(2)]
    for content in documents:
        assert stow(client, content).status_code == 200
    assert len(list_kept(client, act)) == 1
    assert stow(client, ask(client, act, image.sop_instance_uid, take=True).content).status_code == 200
    assert list_kept(client, act) == []
    assert ask(client, act, image.sop_instance_uid, take=True).status_code == 204


def test_what_another_system_chose_is_not_taken_back_and_it_says_why(
    act: Act, image: Instance, territory: Territory, login: Login, at: datetime
) -> None:
    client = login(territory.imageur)
    foreign = dcmread(BytesIO(ask(client, act, image.sop_instance_uid).content))
    foreign.Manufacturer = "Autre"
    stream = BytesIO()
    foreign.save_as(stream, enforce_file_format=True)
    store_instance(content=stream.getvalue(), by=make_edge(territory), at=at)
    answer = ask(client, act, image.sop_instance_uid, take=True)
    assert (answer.status_code, answer.json()) == (
        403,
        {"error": "Cette image a été choisie par un autre système."},
    )


def test_the_tool_is_given_to_those_who_may_keep_some(territory: Territory, login: Login) -> None:
    given = {
        actor.role: '"marks": true' in login(actor).get("/viewer/app-config.js").content.decode()
        for actor in (territory.imageur, territory.technologist, territory.requester)
    }
    assert given == {Role.IMAGEUR: True, Role.TECHNOLOGIST: False, Role.REQUESTING_PHYSICIAN: False}
