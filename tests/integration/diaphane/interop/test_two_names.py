"""Two patients under one StudyInstanceUID: it names its exam's alone, and nothing is lost (R40)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.test import Client

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.imaging.models import Study
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor, Role
from tests.factories import StructureFactory
from tests.images import make_ct
from tests.scenes import Territory

from .conftest import Images, open_token
from .test_qido import search

Login = Callable[[Actor], Client]
STRANGER = {"PatientName": "AUTRE^PAUL", "PatientID": "X-9", "PatientBirthDate": "19700102"}


@dataclass(frozen=True)
class Mixed:
    """The images of an act, and one image of another patient that waits under the same UID."""

    images: Images
    stranger: str

    @property
    def address(self) -> str:
        """Return where the image of the other patient is."""
        return f"{self.images.study_path}/series/1.2.88/instances/{self.stranger}"


@pytest.fixture
def mixed(images: Images, gateway: Actor, at: datetime) -> Mixed:
    content = make_ct(images.act, SeriesInstanceUID="1.2.88", SOPInstanceUID="1.2.881", **STRANGER)
    store_instance(content=content, by=gateway, at=at)
    assert Study.objects.filter(study_instance_uid=images.act.study_instance_uid).count() == 2
    return Mixed(images, "1.2.881")


def count(client: Client, address: str) -> int:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return len(json.loads(response.content))


def test_the_other_patient_s_image_is_not_there_for_strangers_nor_for_those_of_the_act(
    mixed: Mixed, territory: Territory, login: Login
) -> None:
    clients = [login(territory.imageur), login(territory.requester), login(territory.outsider)]
    for client in [*clients, open_token(Role.EDGE, StructureFactory().pk)]:
        assert client.get(f"{mixed.address}/metadata").status_code == 404
        assert search(client, f"instances?SOPInstanceUID={mixed.stranger}") == []


@pytest.mark.parametrize("who", ["technologist", "gateway"])
def test_search_and_metadata_agree_that_the_uid_names_the_study_of_the_exam(
    mixed: Mixed, territory: Territory, login: Login, edge_client: Client, who: str
) -> None:
    client = edge_client if who == "gateway" else login(territory.technologist)
    uid = mixed.images.act.study_instance_uid
    [row] = search(client, f"studies?StudyInstanceUID={uid}")
    assert row["00100010"]["Value"] == [{"Alphabetic": mixed.images.act.patient.dicom_name}]
    held = row["00201208"]["Value"][0]
    assert held == count(client, f"{mixed.images.study_path}/metadata") == 3
    assert held == len(search(client, f"studies/{uid}/instances")) == len(search(client, "instances"))
    assert [each["0020000E"]["Value"] for each in search(client, f"studies/{uid}/series")] == [["1.2.77"]]
    assert client.get(f"{mixed.images.study_path}/series/1.2.88/metadata").status_code == 404


@pytest.mark.parametrize("who", ["technologist", "gateway"])
def test_an_object_is_found_by_its_own_uid_and_read_at_its_own_address(
    mixed: Mixed, territory: Territory, login: Login, edge_client: Client, who: str
) -> None:
    client = edge_client if who == "gateway" else login(territory.technologist)
    [found] = search(client, f"instances?SOPInstanceUID={mixed.stranger}")
    assert found["00081190"]["Value"][0].endswith(mixed.address)
    [metadata] = json.loads(client.get(f"{mixed.address}/metadata").content)
    assert metadata["00100010"]["Value"] == [{"Alphabetic": "AUTRE^PAUL"}]
    for service in ("", "/frames/1", "/rendered"):
        assert client.get(f"{mixed.address}{service}").status_code == 200
    waiting = Study.objects.get(act=None)
    assert {each.subject_id for each in Entry.objects.filter(action="viewed.images")} == {waiting.pk}


def test_of_two_that_wait_the_first_that_came_is_named(
    territory: Territory, gateway: Actor, login: Login, at: datetime
) -> None:
    for name in ("UN^ANNE", "DEUX^PAUL"):
        store_instance(content=make_ct(StudyInstanceUID="1.2.9", PatientName=name), by=gateway, at=at)
    client = login(territory.technologist)
    [row] = search(client, "studies")
    assert row["00100010"]["Value"] == [{"Alphabetic": "UN^ANNE"}]
    assert row["00201208"]["Value"] == [count(client, "/dicomweb/studies/1.2.9/metadata")]


def test_a_study_that_waits_alone_is_named_though_another_site_has_one(
    images: Images, at: datetime, act: Act
) -> None:
    site = StructureFactory()
    gateway = Actor(id=site.pk, role=Role.EDGE, label="Ailleurs", structure_id=site.pk)
    store_instance(content=make_ct(act, SOPInstanceUID="1.2.882", **STRANGER), by=gateway, at=at)
    client = open_token(Role.EDGE, site.pk)
    [row] = search(client, "studies")
    assert row["00100020"]["Value"] == ["X-9"]
    assert count(client, f"{images.study_path}/metadata") == 1
