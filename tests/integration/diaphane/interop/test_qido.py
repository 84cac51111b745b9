"""Search finds what the actor may see, by the usual keys (PS3.18 §10.6)."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from diaphane.kernel.actors import Actor, Role
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.images import make_ct
from tests.scenes import Territory

from .conftest import MULTIPART, Images, make_body, open_token


def search(client: Client, address: str) -> list[dict[str, dict[str, object]]]:
    response = client.get(f"/dicomweb/{address}")
    assert response.status_code == 200, response.content
    found = json.loads(response.content)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("level", ["studies", "series", "instances"])
def test_another_site_finds_nothing(
    images: Images, territory: Territory, login: Callable[[Actor], Client], level: str
) -> None:
    strangers = [
        login(territory.outsider),
        login(make_actor(Role.IMAGEUR, StructureFactory())),
        login(make_actor(Role.TECHNOLOGIST, StructureFactory())),
        login(make_patient_actor(territory.patient)),
        open_token(Role.EDGE, StructureFactory().pk),
    ]
    assert [search(each, level) for each in strangers] == [[]] * 5


def test_those_of_the_act_find_its_study(
    images: Images, territory: Territory, login: Callable[[Actor], Client], edge_client: Client
) -> None:
    for client in (login(territory.imageur), login(territory.technologist), edge_client):
        [study] = search(client, "studies")
        assert study["0020000D"]["Value"] == [images.act.study_instance_uid]
        assert study["00201208"]["Value"] == [3]
        assert study["00080061"]["Value"] == ["CT"]
        assert study["00100010"]["Value"] == [{"Alphabetic": images.act.patient.dicom_name}]


def test_a_waiting_study_is_found_by_its_own_site_only(
    territory: Territory, edge_client: Client, imageur_client: Client, login: Callable[[Actor], Client]
) -> None:
    edge_client.post("/dicomweb/studies", make_body(make_ct()), content_type=MULTIPART)
    assert len(search(edge_client, "studies")) == 1
    assert len(search(login(territory.technologist), "studies")) == 1
    assert search(imageur_client, "studies") == []
    assert search(login(territory.requester), "studies") == []


@pytest.mark.parametrize(
    "query",
    [
        "ModalitiesInStudy=CT",
        "00080061=CT",
        "StudyDate=20261122",
        "StudyDate=20261101-20261130",
        "StudyDate=20261101-",
        "StudyDate=-20261122",
        "StudyDescription=*cérébral",
        "PatientID=D*",
        "limit=1",
        "offset=0&limit=5",
    ],
)
def test_a_key_that_agrees_finds_the_study(images: Images, imageur_client: Client, query: str) -> None:
    assert len(search(imageur_client, f"studies?{query}")) == 1


@pytest.mark.parametrize(
    "query",
    [
        "ModalitiesInStudy=MR",
        "StudyDate=20261123-",
        "PatientName=PERSONNE",
        "AccessionNumber=AUTRE",
        "StudyInstanceUID=1.2.3",
        "limit=0",
        "offset=1",
    ],
)
def test_a_key_that_disagrees_finds_nothing(images: Images, imageur_client: Client, query: str) -> None:
    assert search(imageur_client, f"studies?{query}") == []


def test_names_are_found_without_accents_by_their_beginnings(images: Images, imageur_client: Client) -> None:
    patient = images.act.patient
    first, family = patient.first_names[:3].lower(), patient.birth_name[:3].lower()
    assert len(search(imageur_client, f"studies?PatientName={first}%20{family}&fuzzymatching=true")) == 1
    assert len(search(imageur_client, f"studies?PatientName={patient.birth_name}*")) == 1
    assert search(imageur_client, f"studies?PatientName={first}%20{family}") == []


@pytest.mark.parametrize(
    "query", ["limit=-1", "limit=x", "StudyDate=hier", "Inconnu=1", "StudyDate=-", "PatientID=a%00b"]
)
def test_a_malformed_query_is_refused(imageur_client: Client, query: str) -> None:
    assert imageur_client.get(f"/dicomweb/studies?{query}").status_code == 400


def test_a_key_that_is_not_searched_is_said_to_be_ignored(images: Images, imageur_client: Client) -> None:
    response = imageur_client.get("/dicomweb/studies?StationName=X")
    assert response["Warning"].startswith("299")
    assert len(json.loads(response.content)) == 1


def test_series_and_instances_are_found_below_their_study(images: Images, imageur_client: Client) -> None:
    study = f"studies/{images.act.study_instance_uid}"
    [series] = search(imageur_client, f"{study}/series?Modality=CT")
    assert series["00201209"]["Value"] == [3]
    below = f"{study}/series/1.2.77/instances"
    assert len(search(imageur_client, below)) == len(search(imageur_client, f"{study}/instances")) == 3
    [second] = search(imageur_client, f"{below}?InstanceNumber=2")
    assert second["00280010"]["Value"] == [64]


def test_other_fields_come_when_asked(images: Images, imageur_client: Client) -> None:
    [plain] = search(imageur_client, "instances?InstanceNumber=1")
    [more] = search(imageur_client, "instances?InstanceNumber=1&includefield=SliceThickness")
    [whole] = search(imageur_client, "instances?InstanceNumber=1&includefield=all")
    assert "00180050" not in plain
    assert more["00180050"]["Value"] == whole["00180050"]["Value"] == [1.0]
    [study] = search(imageur_client, "studies?includefield=00080060")
    assert study["00080060"]["Value"] == ["CT"]


def test_an_unknown_study_has_no_series(imageur_client: Client, images: Images) -> None:
    assert search(imageur_client, "studies/1.2.3/series") == []


def test_xml_is_not_made(imageur_client: Client, images: Images) -> None:
    response = imageur_client.get("/dicomweb/studies", headers={"Accept": "application/dicom+xml"})
    assert response.status_code == 406
