"""Objects from modalities to the platform, over real sockets."""

import socket
import subprocess
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread, uid
from pydicom.encaps import encapsulate
from pynetdicom import AE, build_context
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.dsutils import encode
from pynetdicom.sop_class import CTImageStorage  # type: ignore[attr-defined]

from diaphane_dicom.identifiers import new_uid
from diaphane_dicom.native import transcode_to_native
from tests.unit.diaphane_dicom.files import readable_files, shipped

from .edge import EDGE_TITLE, SCANNER, Edge, uid_of, wait_until
from .receiver import TOKEN, Receiver
from .synthetic import make_image


def test_a_caller_with_an_unknown_ae_title_is_refused(edge: Edge, images: list[Path]) -> None:
    refused = edge.storescu(*images, ae_title="STRANGER")
    assert refused.returncode != 0
    assert "Calling AE Title Not Recognized" in refused.stderr + refused.stdout
    assert edge.states(images) == {}
    events = [event for event in edge.events() if event["event"] == "association_refused"]
    assert events[0]["calling_ae_title"] == "STRANGER"


def test_a_caller_of_another_ae_title_is_refused(edge: Edge) -> None:
    entity = AE(SCANNER)
    entity.add_requested_context("1.2.840.10008.1.1")
    association = entity.associate("127.0.0.1", edge.port, ae_title="OTHER")
    assert association.is_rejected


def test_a_known_ae_title_from_another_address_is_refused(tmp_path: Path, receiver: Receiver) -> None:
    peers = [{"ae_title": SCANNER, "address": "10.1.2.3"}]
    with Edge(tmp_path, platform_url=receiver.url, token="x", peers=peers) as edge:
        assert edge.tool("echoscu", "127.0.0.1", str(edge.port)).returncode != 0


def test_rubbish_on_the_port_changes_nothing(edge: Edge) -> None:
    for rubbish in (
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\0" * 4096,
        b"\x01\x00\xff\xff\xff\xff" + b"x" * 100,
    ):
        with socket.create_connection(("127.0.0.1", edge.port)) as connection:
            connection.sendall(rubbish)
    assert edge.tool("echoscu", "127.0.0.1", str(edge.port)).returncode == 0
    assert edge.has_no_stray_file()


@pytest.mark.parametrize(
    ("content", "uid", "status"),
    [
        (b"this is not a data set", "1.2.3", 0xC000),
        (None, "1.2.3.999", 0xA900),
    ],
    ids=["rubbish", "not the announced object"],
)
def test_a_wrong_object_is_refused_with_its_status(
    edge: Edge, content: bytes | None, uid: str, status: int
) -> None:
    dataset = dcmread(shipped("CT_small.dcm"))
    answer = store_bytes(edge, content if content is not None else encoded_data_set(dataset), uid)
    assert answer == status
    assert edge.has_no_stray_file()
    refused = [event for event in edge.events() if event["event"] == "object_refused"]
    assert refused[-1]["status"] == f"{status:04X}"
    assert str(dataset.PatientName) not in edge.log.read_text()


def encoded_data_set(dataset: object) -> bytes:
    encoded = encode(dataset, False, True)  # type: ignore[arg-type]
    assert encoded is not None
    return encoded


def store_bytes(edge: Edge, content: bytes, uid: str) -> int:
    """Send raw bytes as the data set of a C-STORE request."""
    entity = AE(SCANNER)
    entity.add_requested_context(CTImageStorage, "1.2.840.10008.1.2.1")
    association = entity.associate("127.0.0.1", edge.port, ae_title=EDGE_TITLE)
    assert association.is_established
    request = C_STORE()
    request.MessageID = 1
    request.AffectedSOPClassUID = CTImageStorage
    request.AffectedSOPInstanceUID = uid
    request.Priority = 0
    request.DataSet = BytesIO(content)
    association._reactor_checkpoint.clear()
    association.dimse.send_msg(request, association.accepted_contexts[0].context_id)
    _, answer = association.dimse.get_msg(block=True)
    association._reactor_checkpoint.set()
    association.release()
    assert answer is not None
    return int(answer.Status)


def test_echo_is_answered(edge: Edge) -> None:
    assert edge.tool("echoscu", "127.0.0.1", str(edge.port)).returncode == 0


def test_a_series_reaches_the_platform_exact_and_leaves_the_spool(
    edge: Edge, receiver: Receiver, images: list[Path]
) -> None:
    sent = edge.storescu(*images)
    assert sent.returncode == 0, sent.stderr
    wait_until(lambda: edge.states(images) == {"acknowledged": 5} and edge.has_no_stray_file())
    for path in images:
        before = dcmread(path)
        content = receiver.objects[uid_of(path)]
        assert dcmread(BytesIO(content)).file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.202"
        after = dcmread(BytesIO(transcode_to_native(content)))
        assert np.array_equal(after.pixel_array, before.pixel_array)
        assert {e.tag: e for e in after} == {e.tag: e for e in before}
    assert {receiver.deliveries[uid_of(path)] for path in images} == {1}


@pytest.mark.filterwarnings("ignore:Expected explicit VR")
def test_every_shipped_file_that_an_archive_would_take_arrives(edge: Edge, receiver: Receiver) -> None:
    paths = {p: dcmread(p, stop_before_pixels=True) for p in readable_files() if p.name not in UNFIT}
    statuses = {path.name: store_file(edge, path) for path in paths}
    assert {name for name, status in statuses.items() if status != 0} == set()
    expected = {str(header.SOPInstanceUID) for header in paths.values()}
    wait_until(lambda: expected <= receiver.objects.keys())


UNFIT = {
    "JPEGLSNearLossless_08.dcm",
    "JPEGLSNearLossless_16.dcm",
    "SC_rgb_jls_lossy_line.dcm",
    "SC_rgb_jls_lossy_sample.dcm",
    "SC_rgb_jpeg.dcm",
    "MR_truncated.dcm",
    "UN_sequence.dcm",
    "badVR.dcm",
    "empty_charset_LEI.dcm",
    "meta_missing_tsyntax.dcm",
    "nested_priv_SQ.dcm",
    "no_meta_group_length.dcm",
    "priv_SQ.dcm",
    "rtplan_truncated.dcm",
}
"""Files without the identifiers of an instance, or that a sender cannot read."""


def store_file(edge: Edge, path: Path) -> int:
    dataset = dcmread(path)
    entity = AE(SCANNER)
    entity.add_requested_context(dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID)
    association = entity.associate("127.0.0.1", edge.port, ae_title=EDGE_TITLE)
    assert association.is_established
    status = association.send_c_store(path)
    association.release()
    return int(status.Status)


def test_a_private_storage_class_is_taken(edge: Edge, receiver: Receiver, tmp_path: Path) -> None:
    path = make_image(tmp_path / "private.dcm", SOPClassUID="1.2.250.1.999.1")
    assert store_file(edge, path) == 0
    wait_until(lambda: uid_of(path) in receiver.objects)


def test_the_same_object_twice_is_delivered_once(edge: Edge, receiver: Receiver, images: list[Path]) -> None:
    assert edge.storescu(images[0]).returncode == 0
    assert edge.storescu(images[0]).returncode == 0
    wait_until(lambda: edge.states(images) == {"acknowledged": 1})
    assert edge.storescu(images[0]).returncode == 0
    wait_until(edge.has_no_stray_file)
    assert receiver.deliveries[uid_of(images[0])] == 1


@pytest.mark.parametrize("is_first_gone", [True, False])
def test_other_content_under_the_same_identifier_is_set_aside(
    edge: Edge, receiver: Receiver, images: list[Path], tmp_path: Path, is_first_gone: bool
) -> None:
    other = dcmread(images[0])
    other.PatientName = "AUTRE^PERSONNE"
    other.save_as(tmp_path / "other.dcm")
    if not is_first_gone:
        receiver.cut()
    assert edge.storescu(images[0]).returncode == 0
    wait_until(lambda: edge.states(images) == {"acknowledged" if is_first_gone else "compressed": 1})
    assert edge.storescu(tmp_path / "other.dcm").returncode == 0
    wait_until(lambda: edge.states(images).get("set_aside") == 1)
    assert edge.storescu(tmp_path / "other.dcm").returncode == 0
    receiver.behave()
    wait_until(lambda: edge.states(images) == {"acknowledged": 1, "set_aside": 1})
    assert edge.reasons(images[0]) == ["refused 0111" if is_first_gone else "other_content"]
    if not is_first_gone:  # else the platform, which keeps it apart too, asks there
        told = {"study_instance_uid": str(other.StudyInstanceUID), "reason": "other_content", "images": 1}
        wait_until(lambda: told in receiver.statuses[-1]["asides"])
    assert b"AUTRE^PERSONNE" not in receiver.objects[uid_of(images[0])]
    assert any(b"AUTRE^PERSONNE" in kept.read_bytes() for kept in edge.files())
    assert "AUTRE" not in edge.log.read_text()


@pytest.mark.parametrize("is_first_gone", [True, False])
def test_the_same_pixels_in_another_transfer_syntax_are_ignored(
    edge: Edge, receiver: Receiver, images: list[Path], tmp_path: Path, is_first_gone: bool
) -> None:
    again = tmp_path / "again.dcm"
    subprocess.run(["dcmcrle", str(images[0]), str(again)], check=True)
    if not is_first_gone:
        receiver.cut()
    assert edge.storescu(images[0]).returncode == 0
    if is_first_gone:
        wait_until(lambda: edge.states(images) == {"acknowledged": 1})
    assert store_file(edge, again) == 0
    wait_until(lambda: edge.states(images) == {"acknowledged": 2} if is_first_gone else _is_same(edge))
    receiver.behave()
    wait_until(lambda: set(edge.states(images)) == {"acknowledged"})
    assert edge.reasons(images[0]) == []
    assert edge.has_no_stray_file()


def _is_same(edge: Edge) -> bool:
    return any(event["event"] == "object_same" for event in edge.events())


def test_a_full_disk_refuses_with_its_status_and_takes_again_when_there_is_room(
    tmp_path: Path, receiver: Receiver, images: list[Path]
) -> None:
    (tmp_path / "full").mkdir()
    with Edge(tmp_path / "full", platform_url=receiver.url, token=TOKEN, spared_megabytes=1 << 40) as full:
        assert store_file(full, images[0]) == 0xA700
        assert full.tool("echoscu", "127.0.0.1", str(full.port)).returncode == 0
    with Edge(tmp_path / "full", platform_url=receiver.url, token=TOKEN) as roomy:
        assert store_file(roomy, images[0]) == 0
        wait_until(lambda: roomy.states(images) == {"acknowledged": 1})


KEPT_AS_THEY_COME = (
    uid.MPEG2MPML,
    uid.MPEG4HP41,
    uid.HEVCMP51,
    uid.JPEGLSNearLossless,
    uid.JPEG2000,
    uid.JPEGExtended12Bit,
    uid.HTJ2KLossless,
    uid.HTJ2K,
)
"""Syntaxes of which no shipped file is an example: what is in their fragments is not read here."""


def test_video_and_other_compressed_syntaxes_are_taken_and_leave_byte_for_byte(
    edge: Edge, receiver: Receiver, images: list[Path]
) -> None:
    contexts = [build_context(uid.CTImageStorage, each) for each in KEPT_AS_THEY_COME]
    association = AE(SCANNER).associate("127.0.0.1", edge.port, contexts, ae_title=EDGE_TITLE)
    assert association.is_established
    assert len(association.accepted_contexts) == len(KEPT_AS_THEY_COME)
    sent = {}
    for syntax in KEPT_AS_THEY_COME:
        dataset = dcmread(images[0])
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = new_uid()
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset.PixelData = encapsulate([syntax.encode() * 9])
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True
        assert association.send_c_store(dataset).Status == 0
        sent[str(dataset.SOPInstanceUID)] = (syntax, dataset.PixelData)
    association.release()
    wait_until(lambda: sent.keys() <= receiver.objects.keys())
    for number, came in sent.items():
        left = dcmread(BytesIO(receiver.objects[number]))
        assert (left.file_meta.TransferSyntaxUID, left.PixelData) == came
