"""A gateway reads its own site's worklist and announces its counts."""

import json
from datetime import datetime

import pytest
from django.test import Client

from diaphane.acquisition.models import Exam, ExamState
from diaphane.acts.models import Act
from diaphane.imaging.models import Gateway, GatewayReport
from diaphane.imaging.queries import count_images
from diaphane.kernel.actors import Role
from tests import reading_scenes
from tests.factories import StructureFactory
from tests.scenes import Territory

from .conftest import open_token


@pytest.fixture
def scheduled(territory: Territory, at: datetime) -> Exam:
    """Return an exam planned in a room of the site."""
    return reading_scenes.scheduled(territory, at=at)


def test_another_site_reads_nothing_of_it(scheduled: Exam) -> None:
    stranger = open_token(Role.EDGE, StructureFactory().pk)
    assert json.loads(stranger.get("/edge/v1/worklist").content) == {"items": []}


def test_a_gateway_reads_the_worklist_of_its_site(scheduled: Exam, edge_client: Client) -> None:
    act = scheduled.act
    [item] = json.loads(edge_client.get("/edge/v1/worklist").content)["items"]
    assert item["0020000D"]["Value"] == [act.study_instance_uid]
    assert item["00080050"]["Value"] == [act.accession_number]
    assert item["00100010"]["Value"] == [{"Alphabetic": act.patient.dicom_name}]
    assert item["00100021"]["Value"] == [act.requesting_site.issuer]
    [step] = item["00400100"]["Value"]
    assert step["00080060"]["Value"] == ["CT"]
    assert step["00400020"]["Value"] == ["SCHEDULED"]


@pytest.mark.parametrize(
    ("urgency", "priority"),
    [("vital", "STAT"), ("urgent", "HIGH"), ("delayed", "MEDIUM"), ("scheduled", "ROUTINE")],
)
def test_the_worklist_tells_the_urgency_that_was_granted(
    scheduled: Exam, edge_client: Client, urgency: str, priority: str
) -> None:
    Act.objects.filter(pk=scheduled.act_id).update(requested_urgency="vital", granted_urgency=urgency)
    [item] = json.loads(edge_client.get("/edge/v1/worklist").content)["items"]
    assert item["00401003"]["Value"] == [priority]


def test_a_worklist_that_has_not_moved_is_not_sent_again(scheduled: Exam, edge_client: Client) -> None:
    tag = edge_client.get("/edge/v1/worklist")["ETag"]
    assert edge_client.get("/edge/v1/worklist", headers={"If-None-Match": tag}).status_code == 304
    Exam.objects.filter(pk=scheduled.pk).update(state=ExamState.IN_PROGRESS)
    again = edge_client.get("/edge/v1/worklist", headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert b"STARTED" in again.content


def make_status(act: Act, **changed: object) -> dict[str, object]:
    tally = {"study_instance_uid": act.study_instance_uid, "received": 300, "acknowledged": 12}
    queue = {"waiting": 288, "set_aside": 0, "oldest_seconds": 4.5}
    status: dict[str, object] = {"at": "2026-11-22T10:00:00Z", "ae_title": "LISIERE", "queue": queue}
    return status | {"studies": [tally], "last_error": None} | changed


@pytest.mark.parametrize(
    "changed",
    [
        {"ae_title": ""},
        {"ae_title": "X" * 17},
        {"queue": None},
        {"queue": {"waiting": -1}},
        {"queue": {"waiting": "many"}},
        {"studies": {}},
        {"studies": [{"study_instance_uid": "x", "received": 1, "acknowledged": 1}]},
        {"studies": [{"study_instance_uid": "1.2", "received": True, "acknowledged": 1}]},
        {"lanes": {}},
        {"lanes": [{"lane": "whenever", "waiting": 1, "oldest_seconds": 1}]},
        {"lanes": [{"lane": "vital", "waiting": -1, "oldest_seconds": 1}]},
        {"asides": {}},
        {"asides": [{"study_instance_uid": "x", "reason": "refused 0110", "images": 1}]},
        {"asides": [{"study_instance_uid": "1.2", "reason": "<b>", "images": 1}]},
        {"asides": [{"study_instance_uid": "1.2", "reason": "refused 0110", "images": -1}]},
        {"disk": []},
        {"disk": {"free_bytes": -1, "total_bytes": 10}},
        {"disk": {"free_bytes": 1, "total_bytes": 2**70}},
    ],
)
def test_a_malformed_status_is_refused(edge_client: Client, act: Act, changed: dict[str, object]) -> None:
    status = make_status(act, **changed)
    response = edge_client.post("/edge/v1/status", json.dumps(status), content_type="application/json")
    assert response.status_code == 400
    assert not Gateway.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b" " * 3_000_000])
def test_a_status_that_is_not_json_is_refused(edge_client: Client, body: bytes) -> None:
    response = edge_client.post("/edge/v1/status", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json() == {"error": "Cet état est mal formé."}


def test_what_a_gateway_announces_is_expected(edge_client: Client, act: Act) -> None:
    status = make_status(act, last_error="La plateforme ne répond pas.")
    response = edge_client.post("/edge/v1/status", json.dumps(status), content_type="application/json")
    assert response.status_code == 204
    assert count_images(act).expected == 288
    report = GatewayReport.objects.get()
    assert (Gateway.objects.get().waiting, report.announced, report.waiting) == (288, 300, 288)


def test_the_lanes_and_the_disk_of_a_gateway_are_kept(edge_client: Client, act: Act) -> None:
    lanes = [{"lane": "vital", "waiting": 3, "oldest_seconds": 12}]
    status = make_status(act, lanes=lanes, disk={"free_bytes": 5 << 40, "total_bytes": 8 << 40})
    edge_client.post("/edge/v1/status", json.dumps(status), content_type="application/json")
    gateway = Gateway.objects.get()
    assert gateway.lanes == lanes
    assert (gateway.disk_free_bytes, gateway.disk_total_bytes) == (5 << 40, 8 << 40)
