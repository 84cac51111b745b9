"""What is answered to a message, what is kept of it, and how often it is applied (R40)."""

import pytest

from diaphane.admissions.models import MessageState, Peer, ReceivedMessage
from diaphane.admissions.receiving import receive_message
from diaphane.audit.models import Entry
from diaphane.kernel.clock import now
from diaphane.patients.models import Patient, PatientIdentifier
from tests.factories import StructureFactory
from tests.mllp import Ack, AdtText, open_peer, read_ack

pytestmark = pytest.mark.django_db


@pytest.fixture
def peer() -> Peer:
    return open_peer(StructureFactory())


def ask(peer: Peer, content: bytes, encoding: str = "utf-8") -> Ack:
    known = list(Peer.objects.filter(address=peer.address))
    return read_ack(receive_message(content, peers=known, at=now()).content, encoding)


def test_a_sender_that_is_not_declared_is_refused_and_nothing_is_kept(peer: Peer) -> None:
    told = ask(peer, AdtText(msh={4: "AILLEURS"}).encode())
    assert (told.verdict, told.codes) == ("AR", ("207",))
    assert told.words == ("Cet expéditeur n’est pas déclaré à cette adresse.",)
    assert not ReceivedMessage.objects.exists()


def test_an_admission_is_taken_in_and_acknowledged(peer: Peer) -> None:
    message = AdtText(event="A01")
    told = ask(peer, message.encode())
    assert (told.verdict, told.control_id, told.words) == ("AA", message.number, ())
    kept = ReceivedMessage.objects.get()
    assert (kept.state, bytes(kept.body)) == (MessageState.APPLIED, b"")
    patient = Patient.objects.get()
    assert (patient.birth_name, patient.first_names, patient.sex) == ("LÉVÊQUE", "Zoé Anne", "F")
    issued = PatientIdentifier.objects.get()
    assert (issued.issuer, issued.value) == (peer.structure.issuer, "IPP0001")
    trail = Entry.objects.get(action="hospital_message.applied")
    assert (trail.actor_label, trail.patient_id) == (peer.label, patient.pk)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("8859/1", "iso-8859-1"), ("UNICODE UTF-8", "utf-8"), ("8859/15", "iso-8859-15")],
)
def test_names_keep_their_accents_and_so_does_the_answer(peer: Peer, charset: str, encoding: str) -> None:
    told = ask(peer, AdtText(charset=charset).encode(encoding), encoding)
    assert told.verdict == "AA"
    assert Patient.objects.get().birth_name == "LÉVÊQUE"
    refused = ask(peer, AdtText(charset=charset, msh={9: "ORU^R01"}).encode(encoding), encoding)
    assert refused.words == ("Seuls les messages ADT sont acceptés ici.",)


def test_characters_that_are_not_those_announced_are_kept_aside(peer: Peer) -> None:
    told = ask(peer, AdtText(charset="UNICODE UTF-8").encode("iso-8859-1"))
    assert (told.verdict, told.codes, told.locations) == ("AR", ("102",), ("MSH^1^18",))
    kept = ReceivedMessage.objects.get()
    assert kept.state == MessageState.ASIDE
    assert b"L\xc9V\xcaQUE" in bytes(kept.body)


def test_a_message_said_again_is_acknowledged_again_and_applied_once(peer: Peer) -> None:
    content = AdtText().encode()
    assert [ask(peer, content).verdict for _time in range(3)] == ["AA"] * 3
    assert ReceivedMessage.objects.count() == Patient.objects.count() == 1
    assert Entry.objects.filter(action="hospital_message.applied").count() == 1


def test_a_number_used_for_another_content_waits_for_a_person(peer: Peer) -> None:
    ask(peer, AdtText(number="M1", ipp="IPP0001").encode())
    other = AdtText(number="M1", ipp="IPP0002", name="AUTRE^Paul^^^^^L").encode()
    for _time in range(2):  # saying it again decides nothing
        told = ask(peer, other)
        assert (told.verdict, told.codes, told.locations) == ("AE", ("205",), ("MSH^1^10",))
    assert Patient.objects.count() == 1
    assert ReceivedMessage.objects.get(state=MessageState.ASIDE).fault == "205-reused"


@pytest.mark.parametrize(
    ("msh", "code"),
    [({9: "ADT^A02"}, "201"), ({9: "ORU^R01"}, "200"), ({11: "D"}, "202"), ({10: ""}, "101")],
)
def test_what_is_not_for_us_is_refused_and_stays_with_its_sender(
    peer: Peer, msh: dict[int, str], code: str
) -> None:
    told = ask(peer, AdtText(msh=msh).encode())
    assert (told.verdict, told.codes) == ("AR", (code,))
    assert not ReceivedMessage.objects.exists()


@pytest.mark.parametrize(
    ("message", "location"),
    [
        (AdtText(born="195403"), "PID^1^7"),
        (AdtText(born=""), "PID^1^7"),
        (AdtText(name="^^^^^^L"), "PID^1^5"),
        (AdtText(pid={3: "X^^^AUTRE^PI"}), "PID^1^3"),
        (AdtText(event="A40"), "MRG"),
    ],
)
def test_what_lacks_something_is_kept_aside_and_says_where(
    peer: Peer, message: AdtText, location: str
) -> None:
    told = ask(peer, message.encode())
    assert (told.verdict, told.locations) == ("AE", (location,))
    kept = ReceivedMessage.objects.get()
    assert kept.state == MessageState.ASIDE
    assert bytes(kept.body) == message.encode()
    assert not Patient.objects.exists()


def test_what_is_no_message_is_kept_aside_where_its_site_is_known(peer: Peer) -> None:
    told = ask(peer, b"bonjour")
    assert (told.verdict, told.codes) == ("AR", ("100",))
    assert ReceivedMessage.objects.get().fault == "100-no-header"


def test_what_is_no_message_is_not_kept_at_an_address_that_two_sites_share(peer: Peer) -> None:
    open_peer(StructureFactory(), facility="AUTRE")
    assert ask(peer, b"bonjour").verdict == "AR"
    assert not ReceivedMessage.objects.exists()
