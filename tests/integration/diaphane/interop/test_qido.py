"""Search finds what the actor may see, by the usual keys (PS3.18 §10.6, R48)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pydicom.dataset import Dataset

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor, Role
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.images import make_ct
from tests.scenes import Territory

from .conftest import MULTIPART, Images, make_body, open_token

Login = Callable[[Actor], Client]


def search(client: Client, address: str) -> list[dict[str, dict[str, Any]]]:
    response = client.get(f"/dicomweb/{address}")
    assert response.status_code == 200, response.content
    found = json.loads(response.content)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("level", ["studies", "series", "instances"])
def test_another_site_finds_nothing(images: Images, territory: Territory, login: Login, level: str) -> None:
    strangers = [
        login(territory.outsider),
        login(make_actor(Role.IMAGEUR, StructureFactory())),
        login(make_actor(Role.TECHNOLOGIST, StructureFactory())),
        login(make_patient_actor(territory.patient)),
        open_token(Role.EDGE, StructureFactory().pk),
    ]
    assert [search(each, level) for each in strangers] == [[]] * 5


def test_those_of_the_act_find_its_study(
    images: Images, territory: Territory, login: Login, edge_client: Client
) -> None:
    for client in (login(territory.imageur), login(territory.technologist), edge_client):
        [study] = search(client, "studies")
        assert study["0020000D"]["Value"] == [images.act.study_instance_uid]
        assert study["00201208"]["Value"] == [3]
        assert study["00080061"]["Value"] == ["CT"]
        assert study["00100010"]["Value"] == [{"Alphabetic": images.act.patient.dicom_name}]


def test_a_waiting_study_is_found_by_its_own_site_only(
    territory: Territory, edge_client: Client, imageur_client: Client, login: Login
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
        "ModalitiesInStudy=MR,CT",
        "ModalitiesInStudy=MR%5CCT",
        "StudyTime=0930",
        "StudyTime=09-0930",
        "StudyTime=-0930",
        "StudyDate=20261121-20261122&StudyTime=2300-0930",
        "StudyDate=20261122-20261123&StudyTime=0930-0800",
        "StudyDate=20261122-&StudyTime=093000-",
        "StudyDescription=*cérébral",
        "StudyDescription=Scanner c%3Fr%3Fbral",
        "ReferringPhysicianName=m%C3%A9decin%5ejeanne",
        "ReferringPhysicianName=MEDECIN*",
        "PatientID=D*",
        "PatientID=&PatientBirthDate=",
        "PatientBirthDate=19540317",
        "StudyInstanceUID=1.2.3,{uid}",
        "StudyInstanceUID=1.2.3%5C{uid}",
        "StudyInstanceUID=1.2.3&StudyInstanceUID={uid}",
        "limit=1",
        "limit=99999999999",
        "offset=0&limit=5",
    ],
)
def test_a_key_that_agrees_finds_the_study(images: Images, imageur_client: Client, query: str) -> None:
    query = query.format(uid=images.act.study_instance_uid)
    assert len(search(imageur_client, f"studies?{query}")) == 1


@pytest.mark.parametrize(
    "query",
    [
        "ModalitiesInStudy=MR",
        "ModalitiesInStudy=C",
        "StudyTime=0931-",
        "StudyTime=-0929",
        "StudyDate=20261121-20261122&StudyTime=2300-0929",
        "StudyDate=20261122-20261123&StudyTime=0931-0800",
        "StudyDescription=*CÉRÉBRAL",
        "StudyDescription=%25",
        "PatientID=_*",
        "StudyInstanceUID=,",
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
    "pattern", ["PatientName={family}*", "PatientName={family}&fuzzymatching=true", "PatientID=*"]
)
def test_a_pattern_finds_an_old_study_behind_many_that_are_closed(
    images: Images, imageur_client: Client, edge_client: Client, pattern: str
) -> None:
    family = images.act.patient.birth_name
    for number in range(8):
        waiting = make_ct(PatientName=f"{family}^X", PatientID=f"X-{number}", StudyDate="20261123")
        edge_client.post("/dicomweb/studies", make_body(waiting), content_type=MULTIPART)
    query = f"studies?limit=2&{pattern.format(family=family)}"
    assert [each["0020000D"]["Value"] for each in search(imageur_client, query)] == [
        [images.act.study_instance_uid]
    ]
    assert len(search(edge_client, f"{query}&offset=7")) == 2
    assert len(search(edge_client, f"{query}&offset=8")) == 1


@pytest.mark.parametrize(
    "query",
    [
        "limit=-1",
        "limit=x",
        "limit=²",
        "offset=-1",
        "fuzzymatching=peut-etre",
        "StudyDate=hier",
        "StudyDate=202611",
        "StudyDate=20261122-20261123-20261124",
        "StudyDate=-",
        "StudyDate=20261301",
        "StudyDate=20261122-20261301",
        "StudyDate=20261122-20261121",
        "PatientBirthDate=19540230",
        "StudyTime=2400",
        "StudyTime=2200-0600",
        "StudyTime=092",
        "StudyDate=20261122-&StudyTime=09-x",
        "Inconnu=1",
        "PatientName.Inconnu=1",
        "includefield=Inconnu",
        "PatientID=a%00b",
        "PatientID=a&PatientID=b",
    ],
)
def test_a_malformed_query_is_refused_with_the_name_of_its_key(imageur_client: Client, query: str) -> None:
    response = imageur_client.get(f"/dicomweb/studies?{query}")
    assert response.status_code == 400
    keys = json.loads(response.content)["error"].partition(" : ")[0]
    assert all(key in query for key in keys.split(", "))


def test_a_date_that_does_not_exist_is_refused_in_plain_words(imageur_client: Client) -> None:
    response = imageur_client.get("/dicomweb/series?PerformedProcedureStepStartDate=20260001-")
    assert response.status_code == 400
    said = json.loads(response.content)["error"]
    assert said.startswith("PerformedProcedureStepStartDate : cette date n’existe pas.")
    assert "20260001" not in said


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


def test_a_series_is_found_by_the_procedure_that_was_requested(
    edge_client: Client, imageur_client: Client, act: Act
) -> None:
    item = Dataset()
    item.ScheduledProcedureStepID, item.RequestedProcedureID = "ETAPE-1", "RP-1"
    content = make_ct(act, RequestAttributesSequence=[item], PerformedProcedureStepStartDate="20261122")
    edge_client.post("/dicomweb/studies", make_body(content), content_type=MULTIPART)
    for query in (
        "RequestAttributesSequence.RequestedProcedureID=RP-1",
        "00400275.00400009=ETAPE-1",
        "PerformedProcedureStepStartDate=20261101-20261130",
    ):
        [found] = search(imageur_client, f"series?{query}")
        assert found["00400275"]["Value"][0]["00401001"]["Value"] == ["RP-1"]
    assert search(imageur_client, "series?RequestAttributesSequence.RequestedProcedureID=ETAPE-1") == []


def test_names_are_found_fuzzily_whatever_their_accents(
    edge_client: Client, imageur_client: Client, act: Act
) -> None:
    act.patient.birth_name = "Lévêque-Dœuff"
    edge_client.post("/dicomweb/studies", make_body(make_ct(act)), content_type=MULTIPART)
    for name in ("leveque", "DŒUFF%20lév", "doeu,LEV", "*"):
        assert len(search(imageur_client, f"studies?PatientName={name}&fuzzymatching=true")) == 1
    for name in ("veque", "leveque%20x"):
        assert search(imageur_client, f"studies?PatientName={name}&fuzzymatching=true") == []
    for name in ("LÉVÊQUE-D*", "leveque*%5E*", "l%3Fv%3Fque*"):
        assert len(search(imageur_client, f"studies?PatientName={name}")) == 1


def test_the_latest_study_comes_first(edge_client: Client, territory: Territory, login: Login) -> None:
    for day, time in (("20261103", "08"), ("20261105", "0900"), ("20261105", "100000"), ("", "")):
        content = make_ct(StudyDate=day, StudyTime=time)
        edge_client.post("/dicomweb/studies", make_body(content), content_type=MULTIPART)
    client = login(territory.technologist)
    times = [each["00080030"].get("Value", [""])[0] for each in search(client, "studies")]
    assert times == ["100000", "0900", "08", ""]
    pages = [search(client, f"studies?limit=3&offset={offset}") for offset in (0, 3)]
    assert [each["0020000D"] for page in pages for each in page] == [
        each["0020000D"] for each in search(client, "studies")
    ]


def test_a_page_that_is_not_the_last_says_so(edge_client: Client, images: Images) -> None:
    edge_client.post("/dicomweb/studies", make_body(make_ct()), content_type=MULTIPART)
    assert "additional results" in edge_client.get("/dicomweb/studies?limit=1")["Warning"]
    assert "Warning" not in edge_client.get("/dicomweb/studies?limit=2")
    assert "additional results" in edge_client.get("/dicomweb/instances?limit=3")["Warning"]


def test_other_fields_come_when_asked(images: Images, imageur_client: Client) -> None:
    [plain] = search(imageur_client, "instances?InstanceNumber=1")
    [more] = search(imageur_client, "instances?InstanceNumber=1&includefield=SliceThickness")
    [whole] = search(imageur_client, "instances?InstanceNumber=1&includefield=all")
    assert "00180050" not in plain
    assert more["00180050"]["Value"] == whole["00180050"]["Value"] == [1.0]
    [study] = search(imageur_client, "studies?includefield=00080060,00180050&includefield=PatientSex")
    assert (study["00080060"]["Value"], study["00180050"]["Value"]) == (["CT"], [1.0])


@pytest.mark.parametrize(
    ("level", "present", "absent"),
    [("studies", "00100040", "00080060"), ("series", "00200052", "00280030")],
)
def test_all_fields_of_a_level_are_not_those_of_an_image(
    images: Images, imageur_client: Client, level: str, present: str, absent: str
) -> None:
    [found] = search(imageur_client, f"{level}?includefield=all")
    assert present in found
    assert absent not in found


def test_an_unknown_study_has_no_series(imageur_client: Client, images: Images) -> None:
    assert search(imageur_client, "studies/1.2.3/series") == []


def test_xml_is_not_made(imageur_client: Client, images: Images) -> None:
    response = imageur_client.get("/dicomweb/studies", headers={"Accept": "application/dicom+xml"})
    assert response.status_code == 406


def test_a_gateway_finds_the_classes_of_what_it_sent(
    images: Images, edge_client: Client, territory: Territory
) -> None:
    uids = [each.sop_instance_uid for each in images.instances]
    query = {"SOPInstanceUID": ",".join([*uids, "1.2.3"]), "limit": "4"}
    found = edge_client.get("/dicomweb/instances", query).json()
    assert {each["00080018"]["Value"][0]: each["00080016"]["Value"][0] for each in found} == dict.fromkeys(
        uids, "1.2.840.10008.5.1.4.1.1.2"
    )
    stranger = open_token(Role.EDGE, StructureFactory().pk)
    assert stranger.get("/dicomweb/instances", query).status_code in (200, 204)
    assert uids[0].encode() not in stranger.get("/dicomweb/instances", query).content
