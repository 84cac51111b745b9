"""A gateway hears whose earlier studies to look for, tells what it found, and hears which to fetch."""

import json
from datetime import datetime

import pytest
from django.test import Client

from diaphane.acts.models import Act
from diaphane.imaging.models import PriorSearch
from diaphane.imaging.prior_fetching import ask_for_priors
from diaphane.kernel.actors import Role
from tests.factories import StructureFactory
from tests.scenes import Territory

from .conftest import open_token

STUDY = {
    "study_instance_uid": "1.2.3.4",
    "patient_issuer": "LISIERE",
    "study_date": "20250110",
    "description": "Scanner cérébral",
    "modalities": ["CT"],
    "body_parts": ["HEAD"],
}


@pytest.fixture
def search(act: Act, at: datetime) -> PriorSearch:
    ask_for_priors(act=act, at=at)
    return PriorSearch.objects.get()


def put(client: Client, search: PriorSearch, what: str, content: object) -> tuple[int, bytes]:
    body = content if isinstance(content, bytes) else json.dumps(content)
    response = client.put(f"/edge/v1/priors/{search.pk}/{what}", body, content_type="application/json")
    return response.status_code, response.content


def test_another_site_hears_nothing_and_says_nothing(search: PriorSearch) -> None:
    stranger = open_token(Role.EDGE, StructureFactory().pk)
    assert stranger.get("/edge/v1/priors").json() == {"searches": []}
    assert put(stranger, search, "candidates", {"studies": [STUDY]})[0] == 404
    assert put(stranger, search, "outcome", {"state": "done"})[0] == 404


def test_a_connected_service_is_no_gateway(search: PriorSearch, territory: Territory) -> None:
    service = open_token(Role.SERVICE, territory.site.pk)
    assert service.get("/edge/v1/priors").status_code == 403


def test_a_gateway_hears_who_is_looked_for(edge_client: Client, search: PriorSearch, act: Act) -> None:
    [told] = edge_client.get("/edge/v1/priors").json()["searches"]
    patient, issuer = act.patient, act.requesting_site.issuer
    assert told["id"] == str(search.pk)
    assert {"value": patient.identifiers.get(issuer=issuer).value, "issuer": issuer} in told["identifiers"]
    assert told["names"] == [f"{patient.birth_name}^{patient.first_names}"]
    assert told["birth_date"] == f"{patient.birth_date:%Y%m%d}"


def test_a_gateway_tells_what_it_found_and_hears_what_to_fetch(
    edge_client: Client, search: PriorSearch
) -> None:
    other = STUDY | {"study_instance_uid": "1.2.3.5", "body_parts": ["KNEE"]}
    status, answer = put(edge_client, search, "candidates", {"studies": [STUDY, other]})
    assert (status, json.loads(answer)) == (200, {"fetch": ["1.2.3.4"]})
    assert put(edge_client, search, "outcome", {"state": "done", "reason": "", "missing": 2})[0] == 204
    search.refresh_from_db()
    assert (search.state, search.missing, len(search.candidates)) == ("done", 2, 2)
    assert edge_client.get("/edge/v1/priors").json() == {"searches": []}


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        [],
        {},
        {"studies": {}},
        {"studies": [STUDY | {"study_instance_uid": "1.02"}]},
        {"studies": [STUDY | {"modalities": "CT"}]},
        {"studies": [STUDY | {"description": None}]},
        {"studies": [STUDY] * 501},
    ],
)
def test_malformed_studies_are_refused(edge_client: Client, search: PriorSearch, content: object) -> None:
    assert put(edge_client, search, "candidates", content)[0] == 400


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        [],
        {},
        {"state": "asked"},
        {"state": "over"},
        {"state": "done", "missing": -1},
        {"state": "done", "reason": 3},
    ],
)
def test_a_malformed_outcome_is_refused(edge_client: Client, search: PriorSearch, content: object) -> None:
    assert put(edge_client, search, "outcome", content)[0] == 400
    search.refresh_from_db()
    assert search.state == "asked"
