"""The trail leaves over a real TLS socket, in order, nothing lost when the collector goes away (R43, R44)."""

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from diaphane.audit.forwarding import count_waiting, forward_trail
from diaphane.audit.models import Entry, Forwarding
from diaphane.audit.operations import Subject, record, record_view, seal_entries
from diaphane.audit.outside.messages import write_message, write_syslog
from diaphane.audit.outside.syslog import (
    Collector,
    CollectorError,
    CollectorSettingsError,
    read_collector,
)
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from tests.integration.diaphane_edge.certificates import Authority, Proof
from tests.scenes import Territory


class Peer:
    """A syslog receiver over TLS that reads counted frames; it may leave without answering."""

    def __init__(self, proof: Proof, *, leaves_early: bool = False) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(proof.certificate, proof.key)
        self._context, self._leaves_early = context, leaves_early
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.messages: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.close()
        self._thread.join(timeout=10)

    def _serve(self) -> None:
        while True:
            try:
                plain, _address = self._listener.accept()
            except OSError:
                return
            try:
                self._take(plain)
            except (OSError, ValueError):
                plain.close()

    def _take(self, plain: socket.socket) -> None:
        with self._context.wrap_socket(plain, server_side=True, suppress_ragged_eofs=False) as secured:
            if self._leaves_early:
                secured.recv(10)
                plain.close()
                return
            received = b""
            while piece := secured.recv(65536):
                received += piece
            self.messages += split_frames(received)
            secured.unwrap()


def split_frames(content: bytes) -> list[bytes]:
    """Read frames as RFC 5425 §4.3 counts them."""
    found = []
    while content:
        length, _space, rest = content.partition(b" ")
        found.append(rest[: int(length)])
        content = rest[int(length) :]
    return found


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


@pytest.fixture
def peer(authority: Authority) -> Iterator[Peer]:
    running = Peer(authority.certify("collector"))
    yield running
    running.close()


def collector_of(peer: Peer, authority: Authority) -> Collector:
    return Collector("127.0.0.1", peer.port, authority.certificate)


def write(by: Actor, at: datetime, count: int = 3) -> None:
    for number in range(count):
        subject = Subject("act", uuid7(), uuid7(), uuid7())
        record("request.submit", by=by, at=at, subject=subject, detail={"number": number})
    seal_entries()


def numbers_of(peer: Peer) -> list[str]:
    return [entry_number(each) for each in peer.messages]


def entry_number(message: bytes) -> str:
    root = fromstring(message.partition(b"\xef\xbb\xbf")[2])  # noqa: S314 - our own document
    return root.findall("ParticipantObjectIdentification")[-1].attrib["ParticipantObjectID"]


def test_the_trail_never_leaves_in_clear() -> None:
    for address in ("udp://somewhere:514", "tcp://somewhere:601", "somewhere", "tls://"):
        with pytest.raises(CollectorSettingsError):
            read_collector(address)
    assert read_collector("") is None
    assert read_collector("tls://somewhere") == Collector("somewhere", 6514)


def test_a_collector_that_another_authority_certified_gets_nothing(
    territory: Territory, at: datetime, peer: Peer, tmp_path: Path
) -> None:
    write(territory.requester, at)
    stranger = Authority(tmp_path / "other")
    with pytest.raises(CollectorError):
        forward_trail(collector=collector_of(peer, stranger), at=at)
    assert peer.messages == []
    assert Forwarding.objects.get().error


def test_every_sealed_entry_leaves_once_in_order(
    territory: Territory, at: datetime, peer: Peer, authority: Authority
) -> None:
    write(territory.requester, at)
    collector = collector_of(peer, authority)
    known = [str(each) for each in Entry.objects.order_by("seal__position").values_list("pk", flat=True)]
    assert forward_trail(collector=collector, at=at) == len(known)
    assert numbers_of(peer) == known
    assert forward_trail(collector=collector, at=at) == 0
    write(territory.requester, at, count=1)
    assert forward_trail(collector=collector, at=at) == 1
    assert len(numbers_of(peer)) == len(set(numbers_of(peer))) == len(known) + 1


def test_what_is_not_sealed_waits(
    territory: Territory, at: datetime, peer: Peer, authority: Authority
) -> None:
    seal_entries()
    collector = collector_of(peer, authority)
    forward_trail(collector=collector, at=at)
    record("request.submit", by=territory.requester, at=at, subject=Subject("act", uuid7()))
    assert forward_trail(collector=collector, at=at) == 0


def test_a_collector_that_leaves_without_an_answer_is_sent_everything_again(
    territory: Territory, at: datetime, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diaphane.audit.outside.syslog.TIMEOUT_SECONDS", 3.0)
    write(territory.requester, at)
    proof = authority.certify("collector")
    rude = Peer(proof, leaves_early=True)
    with pytest.raises(CollectorError):
        forward_trail(collector=collector_of(rude, authority), at=at)
    waiting = count_waiting(collector_of(rude, authority))
    rude.close()
    assert waiting == Entry.objects.count()
    with pytest.raises(CollectorError):  # nobody listens any more
        forward_trail(collector=collector_of(rude, authority), at=at)
    assert count_waiting(collector_of(rude, authority)) == waiting


def test_batches_follow_one_another(
    territory: Territory, at: datetime, peer: Peer, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diaphane.audit.forwarding.BATCH", 2)
    write(territory.requester, at, count=5)
    forward_trail(collector=collector_of(peer, authority), at=at)
    assert len(peer.messages) == Entry.objects.count()


def test_a_message_says_who_and_which_kind_and_no_name_of_a_patient(
    territory: Territory, at: datetime
) -> None:
    subject = Subject("study", uuid7(), uuid7(), territory.patient.pk)
    record_view("images", by=territory.imageur, at=at, subject=subject)
    entry = Entry.objects.latest("id")
    root = fromstring(write_message(entry))  # noqa: S314 - our own document
    event = root.find("EventIdentification")
    assert event is not None
    assert event.attrib["EventActionCode"] == "R"
    assert event.find("EventID").attrib["csd-code"] == "110103"  # type: ignore[union-attr]
    participant = root.find("ActiveParticipant")
    assert participant is not None
    assert participant.attrib["UserName"] == territory.imageur.label
    assert participant.attrib["UserIsRequestor"] == "true"
    text = write_message(entry).decode()
    assert str(territory.patient.pk) in text
    assert territory.patient.birth_name not in text
    assert territory.patient.ins not in text
    header = write_syslog(entry).partition(b"\xef\xbb\xbf")[0].decode()
    assert header.startswith("<85>1 ")
    assert " DICOM+RFC3881 - " in header
