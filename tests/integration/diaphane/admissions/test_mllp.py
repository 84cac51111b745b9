"""Messages over a real MLLP socket: who may speak, what is answered, what is kept (R39, R40)."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hl7.client import MLLPClient

from diaphane.admissions.models import MessageState, Peer, ReceivedMessage
from diaphane.audit.models import Entry
from diaphane.config import hearing
from diaphane.config.hearing import make_tls
from diaphane.kernel.clock import now
from diaphane.patients.models import Patient, PatientIdentifier
from tests.certificates import make_certificate
from tests.concurrency import at_once
from tests.factories import StructureFactory
from tests.mllp import AdtText, Caller, listening, open_peer, read_ack

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port() -> Iterator[int]:
    with listening() as found:
        yield found


@pytest.fixture
def peer() -> Peer:
    return open_peer(StructureFactory())


@pytest.fixture
def caller(port: int, peer: Peer) -> Iterator[Caller]:
    found = Caller(port)
    yield found
    found.close()


def test_an_unknown_address_is_hung_up_on_and_traced_once(port: int) -> None:
    open_peer(StructureFactory(), address="192.0.2.7")
    for _time in range(2):
        stranger = Caller(port)
        assert stranger.receive() == b""
        stranger.close()
    assert Entry.objects.filter(action="hospital_peer.refused").count() == 1
    assert not ReceivedMessage.objects.exists()


def test_a_sender_that_is_shut_out_is_refused_on_its_open_connection(caller: Caller, peer: Peer) -> None:
    assert caller.ask(AdtText().encode()).verdict == "AA"
    Peer.objects.update(closed_at=now())
    caller.send(b"\x0b" + AdtText(ipp="IPP0002").encode() + b"\x1c\r")
    answered = caller.receive()
    assert not answered or read_ack(answered).verdict == "AR"
    assert Patient.objects.count() == 1


def test_a_client_of_another_make_is_understood(port: int, peer: Peer) -> None:
    with MLLPClient("127.0.0.1", port) as client:
        answered = client.send_message(AdtText().encode())
    assert b"MSA|AA|" in answered
    assert Patient.objects.count() == 1


def test_the_same_message_on_two_connections_at_once_is_applied_once(port: int, peer: Peer) -> None:
    content = AdtText().encode()

    def send() -> str:
        caller = Caller(port)
        try:
            return caller.ask(content).verdict
        finally:
            caller.close()

    assert at_once(send, send) == ["AA", "AA"]
    assert Patient.objects.count() == PatientIdentifier.objects.count() == 1


def test_two_messages_about_one_new_patient_at_once_make_one_patient(port: int, peer: Peer) -> None:
    contents = iter([AdtText(event="A01").encode(), AdtText(event="A08").encode()])

    def send() -> str:
        caller = Caller(port)
        try:
            return caller.ask(next(contents)).verdict
        finally:
            caller.close()

    assert at_once(send, send) == ["AA", "AA"]
    assert Patient.objects.count() == 1
    assert ReceivedMessage.objects.filter(state=MessageState.APPLIED).count() == 2


def test_a_frame_whose_end_never_comes_is_not_applied(port: int, peer: Peer) -> None:
    caller = Caller(port)
    caller.send(b"\x0b" + AdtText().encode())
    caller.socket.shutdown(socket.SHUT_WR)
    assert read_ack(caller.receive()).words == ("Le message est coupé : sa fin n’est pas arrivée.",)
    assert caller.receive() == b""
    caller.close()
    assert not ReceivedMessage.objects.exists()
    again = Caller(port)
    assert again.ask(AdtText().encode()).verdict == "AA"
    again.close()


def test_a_frame_in_pieces_and_two_frames_in_one_piece_are_understood(caller: Caller) -> None:
    first, second = AdtText().encode(), AdtText(ipp="IPP0002", name="AUTRE^Paul^^^^^L").encode()
    caller.send(b"\x0b" + first[:40])
    caller.send(first[40:] + b"\x1c\r\x0b" + second + b"\x1c\r")
    assert [read_ack(caller.receive()).verdict for _time in range(2)] == ["AA", "AA"]
    assert Patient.objects.count() == 2


def test_what_begins_no_frame_ends_the_connection(caller: Caller) -> None:
    caller.send(b"GET / HTTP/1.1\r\n\r\n")
    assert read_ack(caller.receive()).verdict == "AR"
    assert caller.receive() == b""


def test_a_frame_that_is_too_large_is_refused_and_holds_nothing(peer: Peer) -> None:
    with listening(largest=20_000) as port:
        caller = Caller(port)
        caller.send(b"\x0bMSH" + b"x" * 30_000)
        assert read_ack(caller.receive()).words == ("Le message est plus grand que ce qui est accepté ici.",)
        assert caller.receive() == b""
        caller.close()
    assert not ReceivedMessage.objects.exists()


def test_a_pinned_certificate_is_asked_for(peer: Peer, tmp_path: Path) -> None:
    server, known, other = (make_certificate(tmp_path / name) for name in ("server", "known", "other"))
    clients = tmp_path / "clients.pem"
    clients.write_text(known.certificate.read_text() + other.certificate.read_text())
    Peer.objects.update(certificate=known.fingerprint)
    tls = make_tls(str(server.certificate), str(server.key), str(clients))
    with listening(tls=tls) as port:
        right = Caller(port, known.as_client(trusts=server))
        assert right.ask(AdtText().encode()).verdict == "AA"
        right.close()
        wrong = Caller(port, other.as_client(trusts=server))
        assert wrong.receive() == b""
        wrong.close()
    assert Entry.objects.filter(action="hospital_peer.refused").exists()


def test_beyond_this_machine_tls_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert hearing.main(["--host", "0.0.0.0"]) == 2  # noqa: S104 - refused, that is the point
    assert "TLS" in capsys.readouterr().err
