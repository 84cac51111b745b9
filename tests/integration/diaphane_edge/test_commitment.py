"""A modality asks what is safe, and is told on the same association or on one of its own (PS3.4 annex J)."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pynetdicom import AE, evt

from diaphane_dicom.identifiers import new_uid

from .edge import SCANNER, Edge, free_port, uid_of, wait_until
from .receiver import SOP_CLASS, TOKEN, Receiver
from .scu import association
from .synthetic import make_image, make_images

COMMITMENT, WELL_KNOWN = "1.2.840.10008.1.20.1", "1.2.840.10008.1.20.1.1"
OTHER_CLASS = "1.2.840.10008.5.1.4.1.1.4"
Report = tuple[int, Dataset]


@dataclass
class Modality:
    """A modality that listens for reports, on associations that it opened or on others."""

    port: int = field(default_factory=free_port)
    reports: "queue.Queue[Report]" = field(default_factory=queue.Queue)
    status: int = 0x0000

    def hear(self, event: evt.Event) -> tuple[int, None]:
        self.reports.put((event.event_type, event.event_information))
        return self.status, None

    @property
    def handlers(self) -> list[evt.EventHandlerType]:
        return [(evt.EVT_N_EVENT_REPORT, self.hear)]

    def next_report(self) -> Report:
        return self.reports.get(timeout=60)

    @contextmanager
    def listening(self) -> Iterator[None]:
        entity = AE(SCANNER)
        entity.add_supported_context(COMMITMENT, scu_role=True, scp_role=True)
        server = entity.start_server(("127.0.0.1", self.port), block=False, evt_handlers=self.handlers)
        try:
            yield
        finally:
            server.shutdown()


@pytest.fixture
def modality() -> Modality:
    return Modality()


@pytest.fixture
def edge(tmp_path: Path, receiver: Receiver, modality: Modality) -> Iterator[Edge]:
    peers = [{"ae_title": SCANNER, "address": "127.0.0.1", "port": modality.port}]
    with Edge(tmp_path, platform_url=receiver.url, token=TOKEN, peers=peers) as edge:
        yield edge


def request(uids: list[str], *, sop_class: str = SOP_CLASS, transaction: str = "") -> Dataset:
    asked = Dataset()
    asked.TransactionUID = transaction or new_uid()
    asked.ReferencedSOPSequence = Sequence()
    for uid in uids:
        reference = Dataset()
        reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = sop_class, uid
        asked.ReferencedSOPSequence.append(reference)
    return asked


def ask(edge: Edge, asked: Dataset, *, action: int = 1, instance: str = WELL_KNOWN) -> int:
    """Ask, release at once, and return the status of the answer."""
    with association(edge, COMMITMENT) as opened:
        return int(opened.send_n_action(asked, action, COMMITMENT, instance)[0].Status)


def committed(report: Dataset) -> set[str]:
    return {each.ReferencedSOPInstanceUID for each in report.get("ReferencedSOPSequence") or []}


def failed(report: Dataset) -> dict[str, int]:
    return {
        each.ReferencedSOPInstanceUID: each.FailureReason for each in report.get("FailedSOPSequence") or []
    }


@pytest.mark.parametrize(
    ("asked", "action", "instance", "status"),
    [
        (request([new_uid()]), 2, WELL_KNOWN, 0x0123),
        (request([new_uid()]), 1, "1.2.3", 0x0112),
        (request([]), 1, WELL_KNOWN, 0x0115),
        (request(["1.02"]), 1, WELL_KNOWN, 0x0115),
        (request([new_uid()], sop_class=""), 1, WELL_KNOWN, 0x0115),
        (request([new_uid()], transaction="1.02"), 1, WELL_KNOWN, 0x0115),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    edge: Edge, asked: Dataset, action: int, instance: str, status: int
) -> None:
    assert ask(edge, asked, action=action, instance=instance) == status


def test_a_stranger_is_promised_nothing(edge: Edge) -> None:
    with association(edge, COMMITMENT, ae_title="STRANGER") as opened:
        assert opened.is_rejected


def test_what_is_on_the_disk_is_committed_while_the_link_is_down(
    edge: Edge, modality: Modality, receiver: Receiver, images: list[Path]
) -> None:
    receiver.cut()
    assert edge.storescu(*images).returncode == 0
    uids = [uid_of(path) for path in images]
    asked = request(uids)
    with modality.listening():
        assert ask(edge, asked) == 0x0000
        event_type, report = modality.next_report()
    assert (event_type, report.TransactionUID) == (1, asked.TransactionUID)
    assert committed(report) == set(uids)
    assert "FailedSOPSequence" not in report


def test_what_the_platform_verified_is_committed(
    edge: Edge, modality: Modality, receiver: Receiver, images: list[Path]
) -> None:
    edge.storescu(*images)
    wait_until(lambda: edge.states(images) == {"acknowledged": len(images)})
    with modality.listening():
        ask(edge, request([uid_of(path) for path in images]))
        event_type, report = modality.next_report()
    assert event_type == 1
    assert committed(report) == {uid_of(path) for path in images}


def test_what_is_unknown_or_of_another_class_is_named_with_its_reason(
    edge: Edge, modality: Modality, receiver: Receiver, tmp_path: Path
) -> None:
    waiting, gone = (make_images(tmp_path / name, count=1)[0] for name in ("waiting", "gone"))
    edge.storescu(gone)
    wait_until(lambda: edge.states([gone]) == {"acknowledged": 1})
    receiver.http_status = 503
    edge.storescu(waiting)
    unknown = new_uid()
    asked = request([unknown])
    for path in (waiting, gone):
        asked.ReferencedSOPSequence += request([uid_of(path)], sop_class=OTHER_CLASS).ReferencedSOPSequence
    with modality.listening():
        ask(edge, asked)
        receiver.behave()
        event_type, report = modality.next_report()
    assert event_type == 2
    assert committed(report) == set()
    assert failed(report) == {unknown: 0x0112, uid_of(waiting): 0x0119, uid_of(gone): 0x0119}


def test_an_object_that_came_with_two_contents_is_not_committed(
    edge: Edge, modality: Modality, tmp_path: Path
) -> None:
    uid = new_uid()
    for seed in (1, 2):
        edge.storescu(make_image(tmp_path / f"{seed}" / "image.dcm", seed=seed, SOPInstanceUID=uid))
    with modality.listening():
        ask(edge, request([uid]))
        _event_type, report = modality.next_report()
    assert failed(report) == {uid: 0x0110}


def count_answered(edge: Edge) -> int:
    return sum(each["event"] == "commitment_answered" for each in edge.events())


def test_a_modality_that_keeps_its_association_open_is_told_on_it(
    edge: Edge, modality: Modality, images: list[Path]
) -> None:
    edge.storescu(*images)
    with association(edge, COMMITMENT, handlers=modality.handlers) as opened:
        for asked in range(1, 6):
            opened.send_n_action(request([uid_of(images[0])]), 1, COMMITMENT, WELL_KNOWN)
            event_type, report = modality.next_report()
            assert (event_type, committed(report)) == (1, {uid_of(images[0])})
            wait_until(lambda asked=asked: count_answered(edge) == asked)  # its answer reached who reported
        assert opened.is_established
    assert modality.reports.empty()


def test_a_request_survives_a_kill_and_a_modality_that_does_not_listen_yet(
    edge: Edge, modality: Modality, images: list[Path]
) -> None:
    edge.storescu(*images)
    assert ask(edge, request([uid_of(images[0])])) == 0x0000
    wait_until(lambda: any(each["event"] == "commitment_waits" for each in edge.events()))
    edge.kill()
    edge.start()
    with modality.listening():
        assert committed(modality.next_report()[1]) == {uid_of(images[0])}
        wait_until(lambda: any(each["event"] == "commitment_answered" for each in edge.events()))
    assert modality.reports.empty()


def test_a_report_that_the_modality_refuses_comes_again(
    edge: Edge, modality: Modality, images: list[Path]
) -> None:
    edge.storescu(*images)
    modality.status = 0x0110
    with modality.listening():
        ask(edge, request([uid_of(images[0])]))
        modality.next_report()
        modality.status = 0x0000
        modality.next_report()
        wait_until(lambda: any(each["event"] == "commitment_answered" for each in edge.events()))
