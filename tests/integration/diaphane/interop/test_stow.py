"""What is stored, what is refused and why, object by object (PS3.18 §10.5)."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from diaphane.acts.models import Act
from diaphane.events.models import Event
from diaphane.imaging.models import Instance, Reconciliation
from diaphane.imaging.storage import DurableFolder
from diaphane.interop.dicomweb import stow
from tests.images import make_ct, make_htj2k_ct

from .conftest import BOUNDARY, MULTIPART, make_body

REFERENCED, FAILED, REASON = "00081199", "00081198", "00081197"


def post(client: Client, *contents: bytes, study: str = "") -> tuple[int, dict[str, object]]:
    address = f"/dicomweb/studies/{study}" if study else "/dicomweb/studies"
    response = client.post(address, make_body(*contents), content_type=MULTIPART)
    return response.status_code, json.loads(response.content)


def count_items(answer: dict[str, object], tag: str) -> int:
    return len(answer.get(tag, {"Value": []})["Value"])  # type: ignore[index]


def list_reasons(answer: dict[str, object]) -> list[int]:
    return [item[REASON]["Value"][0] for item in answer[FAILED]["Value"]]  # type: ignore[index]


def test_rubbish_is_refused_with_a_reason(edge_client: Client) -> None:
    status, answer = post(edge_client, b"bonjour")
    assert (status, list_reasons(answer)) == (409, [stow.CANNOT_UNDERSTAND])
    assert not Instance.objects.exists()


def test_good_objects_are_stored_beside_bad_ones(edge_client: Client, act: Act) -> None:
    good = make_ct(act)
    status, answer = post(edge_client, b"", good, make_ct(act)[:-50])
    assert (status, count_items(answer, REFERENCED), count_items(answer, FAILED)) == (202, 1, 2)
    assert Instance.objects.count() == 1


@pytest.mark.parametrize("is_damaged", [True, False])
def test_an_object_that_differs_from_its_announced_digest_was_damaged_on_the_way(
    edge_client: Client, act: Act, is_damaged: bool
) -> None:
    content = make_ct(act)
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    sent = content[:-1] + bytes([content[-1] ^ 1]) if is_damaged else content
    headers = f"Content-Type: application/dicom\r\nContent-Digest: md5=:AA==:, sha-256=:{digest}:"
    body = f"--{BOUNDARY}\r\n{headers}\r\n\r\n".encode() + sent + f"\r\n--{BOUNDARY}--\r\n".encode()
    response = edge_client.post("/dicomweb/studies", body, content_type=MULTIPART)
    answer = json.loads(response.content)
    if is_damaged:
        assert (response.status_code, list_reasons(answer)) == (409, [stow.PROCESSING_FAILURE])
        assert answer[FAILED]["Value"][0]["00081155"] == {"vr": "UI"}
    assert response.status_code == (409 if is_damaged else 200)
    assert Instance.objects.count() == (0 if is_damaged else 1)


@pytest.mark.parametrize("digest", ["", "sha-256", "sha-256=:%:", "sha-256=:A:", "sha-512=:AAAA:"])
def test_a_digest_that_cannot_be_read_says_nothing(edge_client: Client, act: Act, digest: str) -> None:
    head = f"--{BOUNDARY}\r\nContent-Digest: {digest}\r\n\r\n".encode()
    body = head + make_ct(act) + f"\r\n--{BOUNDARY}--\r\n".encode()
    assert edge_client.post("/dicomweb/studies", body, content_type=MULTIPART).status_code == 200


def test_a_cut_object_is_named_in_the_answer(edge_client: Client, act: Act) -> None:
    _status, answer = post(edge_client, make_ct(act, SOPInstanceUID="1.2.3")[:-50])
    assert answer[FAILED]["Value"][0]["00081155"]["Value"] == ["1.2.3"]  # type: ignore[index]


def test_a_body_of_another_type_is_refused(edge_client: Client) -> None:
    for content_type in ("application/json", "multipart/related; type=application/dicom+json; boundary=x"):
        assert edge_client.post("/dicomweb/studies", b"{}", content_type=content_type).status_code == 415


@pytest.mark.parametrize(
    "body", [b"x", b"--limite", f"--{BOUNDARY}\r\n\r\nno end".encode(), f"--{BOUNDARY}junk\r\n".encode()]
)
def test_a_body_that_is_cut_is_refused(edge_client: Client, body: bytes) -> None:
    response = edge_client.post("/dicomweb/studies", body, content_type=MULTIPART)
    assert response.status_code == 400
    assert not Instance.objects.exists()


def test_an_object_that_is_too_large_is_refused(
    edge_client: Client, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stow, "LARGEST_PART", 1000)
    response = edge_client.post("/dicomweb/studies", make_body(make_ct(act)), content_type=MULTIPART)
    assert response.status_code == 413


def test_a_full_disk_asks_to_try_again_and_stores_nothing(
    edge_client: Client, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(DurableFolder, "save", fail)
    response = edge_client.post("/dicomweb/studies", make_body(make_ct(act)), content_type=MULTIPART)
    assert response.status_code == 503
    assert not Instance.objects.exists()


def test_an_object_of_another_study_than_the_address_is_refused(edge_client: Client, act: Act) -> None:
    status, answer = post(edge_client, make_ct(act), study="1.2.3")
    assert (status, list_reasons(answer)) == (409, [stow.PROCESSING_FAILURE])
    assert not Instance.objects.exists()


def test_another_content_under_a_known_name_is_a_conflict(edge_client: Client, act: Act) -> None:
    post(edge_client, make_ct(act, SOPInstanceUID="1.2.3"))
    status, answer = post(edge_client, make_ct(act, SOPInstanceUID="1.2.3", InstanceNumber=7))
    assert (status, list_reasons(answer)) == (409, [stow.DUPLICATE_INSTANCE])
    assert Reconciliation.objects.get().reason == Reconciliation.Reason.CONFLICT


def test_the_same_object_again_has_the_same_answer(edge_client: Client, act: Act) -> None:
    content = make_ct(act)
    assert post(edge_client, content) == post(edge_client, content)
    assert Instance.objects.count() == 1


def test_an_object_of_no_known_exam_is_kept(edge_client: Client) -> None:
    status, answer = post(edge_client, make_ct())
    assert (status, count_items(answer, REFERENCED)) == (200, 1)
    assert Reconciliation.objects.get().reason == Reconciliation.Reason.UNKNOWN_STUDY


def test_one_request_stores_many_and_tells_the_act_once(edge_client: Client, act: Act) -> None:
    status, answer = post(edge_client, *(make_htj2k_ct(act, number=n) for n in range(5)))
    assert (status, count_items(answer, REFERENCED)) == (200, 5)
    assert Event.objects.filter(kind="images.received", act_id=act.pk).count() == 1
    retrieve = answer["00081190"]["Value"][0]  # type: ignore[index]
    assert retrieve == f"http://testserver/dicomweb/studies/{act.study_instance_uid}"


def test_nothing_is_left_where_transfers_arrive(edge_client: Client, act: Act) -> None:
    post(edge_client, make_ct(act), b"rubbish")
    assert list((Path(settings.OBJECTS) / "incoming").iterdir()) == []
