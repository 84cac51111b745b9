"""What comes through an association, well said or not, over real sockets."""

import os
import struct
import threading
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pynetdicom.sop_class import CTImageStorage  # type: ignore[attr-defined]

from .edge import Edge, wait_until
from .raw import (
    ABORT,
    ABORT_RQ,
    ECHO_CONTEXT,
    RELEASE_RP,
    RELEASE_RQ,
    STORAGE_CONTEXT,
    UNKNOWN_CONTEXT,
    VERIFICATION,
    RawModality,
    echo_message,
    raw_modality,
    store_message,
)
from .scu import association
from .synthetic import make_images

WORKLIST = "1.2.840.10008.5.1.4.31"


def pdu(context: int, control: int, value: bytes) -> bytes:
    return struct.pack(">BxLLBB", 4, len(value) + 6, len(value) + 2, context, control) + value


BROKEN = {
    "an unknown PDU": b"\x0b\x00\x00\x00\x00\x04abcd",
    "a PDU longer than agreed": struct.pack(">BxL", 4, (128 << 10) + 1),
    "a value longer than its PDU": struct.pack(">BxLLBB", 4, 10, 100, 1, 3) + b"abcd",
    "a value shorter than its header": struct.pack(">BxLLBB", 4, 6, 1, 1, 3),
    "a PDU without a value": struct.pack(">BxL", 4, 0),
    "a command set that is none": pdu(STORAGE_CONTEXT, 3, b"rubbish!"),
    "an unknown context": pdu(UNKNOWN_CONTEXT, 3, b"\0" * 8),
    "a data set alone": pdu(STORAGE_CONTEXT, 2, b"\0" * 8),
    "another association": struct.pack(">BxL", 1, 68) + b"\0\1" + b" " * 66,
    "text": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("stream", BROKEN.values(), ids=BROKEN)
def test_what_the_standard_does_not_allow_ends_the_association_alone(
    edge: Edge, images: list[Path], stream: bytes
) -> None:
    with raw_modality(edge) as other, raw_modality(edge) as modality:
        modality.send(store_message(images[0]))
        assert modality.status() == 0
        modality.send(stream)
        assert modality.is_aborted()
        other.send(store_message(images[1]))
        assert other.status() == 0
    assert edge.states(images[:2]).keys() <= {"received", "compressed", "sent", "acknowledged"}
    wait_until(edge.has_no_stray_file)


@pytest.mark.parametrize("longest", [16384, 300, 64])
@pytest.mark.parametrize("piece", [0, 1000, 7])
def test_fragments_of_any_size_are_put_together(
    edge: Edge, images: list[Path], longest: int, piece: int
) -> None:
    with raw_modality(edge) as modality:
        modality.send(store_message(images[0], longest=longest), piece=piece)
        assert modality.status() == 0
    wait_until(lambda: edge.states(images) == {"acknowledged": 1})


@pytest.mark.parametrize("cut_before_end", [1, 2000])
def test_a_connection_cut_in_the_middle_of_an_object_leaves_nothing(
    edge: Edge, images: list[Path], cut_before_end: int
) -> None:
    with raw_modality(edge) as modality:
        modality.send(store_message(images[0])[:-cut_before_end])
        modality.close()
    wait_until(lambda: any(event["event"] == "object_cut" for event in edge.events()))
    wait_until(edge.has_no_stray_file)
    assert edge.states(images) == {}
    assert edge.storescu(images[0]).returncode == 0


def test_an_abort_in_the_middle_of_an_object_leaves_nothing(edge: Edge, images: list[Path]) -> None:
    with raw_modality(edge) as modality:
        messages = store_message(images[0], longest=1000)
        modality.send(messages[: messages.rindex(b"\x04\x00\x00")] + ABORT_RQ)
        assert modality.is_closed()
    wait_until(edge.has_no_stray_file)
    assert edge.states(images) == {}


def test_objects_echoes_and_queries_may_follow_each_other_in_any_order(
    edge: Edge, images: list[Path]
) -> None:
    query = Dataset()
    query.PatientName = "*"
    with association(edge, VERIFICATION, str(CTImageStorage), WORKLIST) as opened:
        for path in images:
            assert opened.send_c_store(dcmread(path)).Status == 0
            assert opened.send_c_echo().Status == 0
            assert [status.Status for status, _ in opened.send_c_find(query, WORKLIST)][-1] in (0, 0xC001)
        assert opened.send_c_echo().Status == 0
        opened.release()
        assert opened.is_released
    wait_until(lambda: edge.states(images) == {"acknowledged": 5})


def test_what_is_sent_without_waiting_is_answered_in_order(edge: Edge, images: list[Path]) -> None:
    with raw_modality(edge) as modality:
        modality.send(b"".join(store_message(path) for path in images) + echo_message() + RELEASE_RQ)
        assert [modality.status() for _ in range(6)] == [0] * 6
        assert modality.read()[0] == RELEASE_RP
        assert modality.is_closed()


def test_an_object_under_a_context_for_echoes_is_refused(edge: Edge, images: list[Path]) -> None:
    with raw_modality(edge) as modality:
        modality.send(store_message(images[0], context=ECHO_CONTEXT))
        assert modality.status() == 0x0122
        modality.send(store_message(images[0]))
        assert modality.status() == 0


def test_several_associations_store_at_once(edge: Edge, tmp_path: Path) -> None:
    series = [make_images(tmp_path / str(number), count=10) for number in range(6)]
    senders = [threading.Thread(target=edge.storescu, args=paths) for paths in series]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    everything = [path for paths in series for path in paths]
    wait_until(lambda: edge.states(everything) == {"acknowledged": 60} and edge.has_no_stray_file())


def test_a_stop_in_the_middle_of_an_object_is_clean(edge: Edge, images: list[Path]) -> None:
    with raw_modality(edge) as modality:
        modality.send(store_message(images[0])[:-100])
        wait_until(lambda: _has_begun(edge))
        assert edge.stop() == 0
        assert modality.read()[0] in (0, ABORT)
    edge.ensure_running()
    assert edge.states(images) == {}
    assert edge.storescu(images[0]).returncode == 0


def test_neither_threads_nor_files_are_left_by_associations(edge: Edge, images: list[Path]) -> None:
    assert edge.storescu(*images).returncode == 0
    wait_until(
        lambda: edge.states(images) == {"acknowledged": len(images)}
    )  # the link's own threads are there
    before = _count_threads(edge)
    for stream in [*BROKEN.values(), store_message(images[0])[:-1], b""]:
        with raw_modality(edge) as modality:
            modality.send(stream)
            _finish(modality)
    wait_until(lambda: _count_threads(edge) <= before and not _list_associations(edge))


LISTENING = "0A"
"""The state of a listening socket in /proc/net/tcp."""


def _finish(modality: RawModality) -> None:
    modality.send(ABORT_RQ)
    modality.close()


def _has_begun(edge: Edge) -> bool:
    assert edge.process is not None
    return any(
        os.readlink(link).endswith(".slot")
        for link in Path(f"/proc/{edge.process.pid}/fd").iterdir()
        if link.is_symlink() and link.exists()
    )


def _count_threads(edge: Edge) -> int:
    assert edge.process is not None
    return len(list(Path(f"/proc/{edge.process.pid}/task").iterdir()))


def _list_associations(edge: Edge) -> list[str]:
    """List the connections to the DICOM port that the gateway holds open."""
    assert edge.process is not None
    folder = Path(f"/proc/{edge.process.pid}")
    held = {os.readlink(link) for link in (folder / "fd").iterdir() if link.is_symlink()}
    rows = [row.split() for row in (folder / "net" / "tcp").read_text().splitlines()[1:]]
    own = [row for row in rows if f"socket:[{row[9]}]" in held and row[3] != LISTENING]
    return [row[1] for row in own if int(row[1].split(":")[1], 16) == edge.port]
