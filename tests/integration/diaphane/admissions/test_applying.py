"""What a message changes: found, made, corrected, proposed, merged; a trusted identity never overwritten."""

from datetime import date

import pytest

from diaphane.admissions.models import MessageState, Peer, Proposal, ProposalState, ReceivedMessage
from diaphane.admissions.proposing import decline_proposal, list_proposals, take_proposal
from diaphane.admissions.queue import dismiss_message, list_aside, list_latest, try_again
from diaphane.admissions.receiving import receive_message
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.patients.identities import see_document
from diaphane.patients.merging import review_pair, unmerge_pair
from diaphane.patients.models import Correction, IdentityPair, PairState, Patient, PatientIdentifier
from tests.factories import (
    TEST_INS_OID,
    PatientFactory,
    PatientIdentifierFactory,
    StructureFactory,
    make_actor,
    make_ins,
)
from tests.mllp import Ack, AdtText, open_peer, read_ack

pytestmark = pytest.mark.django_db
BORN = date(1954, 3, 17)


@pytest.fixture
def peer() -> Peer:
    return open_peer(StructureFactory())


@pytest.fixture
def desk(peer: Peer) -> Actor:
    return make_actor(Role.TECHNOLOGIST, peer.structure)


@pytest.fixture
def administrator(peer: Peer) -> Actor:
    return make_actor(Role.ADMINISTRATOR, peer.structure)


def send(peer: Peer, message: AdtText) -> Ack:
    return read_ack(receive_message(message.encode(), peers=[peer], at=now()).content)


def known(peer: Peer, ipp: str = "IPP0001", **traits: object) -> Patient:
    given = {"birth_name": "Lévêque", "first_names": "Zoé Anne", "sex": "F", "birth_date": BORN}
    patient = PatientFactory(**(given | traits))
    PatientIdentifierFactory(patient=patient, issuer=peer.structure.issuer, value=ipp)
    return Patient.objects.get(pk=patient.pk)


def test_the_same_traits_in_capitals_change_nothing(peer: Peer) -> None:
    patient = known(peer, provisional=True)
    assert send(peer, AdtText(name="LEVEQUE^ZOE^^^^^L")).verdict == "AA"
    assert not Correction.objects.exists()
    assert Patient.objects.get() == patient


def test_an_update_is_written_with_its_history(peer: Peer) -> None:
    patient = known(peer, provisional=True)
    told = send(
        peer, AdtText(event="A08", number="M77", name="LÉVÊQUE-ROY^Zoé^^^^^L", pid={13: "0199000011"})
    )
    assert told.verdict == "AA"
    correction = Correction.objects.get()
    assert correction.before == {"birth_name": "Lévêque", "phone": patient.phone}
    assert correction.after == {"birth_name": "LÉVÊQUE-ROY", "phone": "0199000011"}
    assert correction.reason == "Message A08 de l’hôpital, numéro M77"
    assert correction.corrected_by_label == peer.label


def test_an_empty_field_erases_nothing(peer: Peer) -> None:
    patient = known(peer, provisional=True, used_name="Roy")
    assert send(peer, AdtText(event="A08", sex="", born='""')).verdict == "AA"
    patient.refresh_from_db()
    assert (patient.used_name, patient.sex, patient.birth_date) == ("Roy", "F", BORN)


@pytest.mark.parametrize("status", ["qualified", "validated", "retrieved"])
def test_a_trusted_identity_is_never_overwritten(peer: Peer, status: str) -> None:
    patient = known(peer, identity_status=status)
    message = AdtText(event="A08", name="ROY^Zoé^^^^^L")
    told = send(peer, message)
    again = send(peer, AdtText(event="A08", name="ROY^Zoé^^^^^L"))
    assert told.verdict == again.verdict == "AA"
    assert told.words == ("L’identité n’est pas modifiée d’office ici : ce qui diffère attend une personne.",)
    patient.refresh_from_db()
    assert (patient.birth_name, patient.identity_status) == ("Lévêque", status)
    proposal = Proposal.objects.get()  # said twice, waits once
    assert (proposal.before, proposal.after) == ({"birth_name": "Lévêque"}, {"birth_name": "ROY"})


def test_a_used_name_is_no_strict_trait_and_is_written(peer: Peer) -> None:
    patient = known(peer)
    send(peer, AdtText(event="A08", name="LÉVÊQUE^Zoé^^^^^L~ROY^Zoé^^^^^D"))
    patient.refresh_from_db()
    assert (patient.used_name, patient.identity_status) == ("ROY", "qualified")


def test_what_a_person_put_right_is_not_brought_back(peer: Peer) -> None:
    patient = known(peer, provisional=True, birth_name="Lévêque")
    send(peer, AdtText(event="A08", name="ROY^Zoé^^^^^L"))
    told = send(peer, AdtText(event="A08", name="LÉVÊQUE^Zoé^^^^^L"))
    assert told.verdict == "AA"
    patient.refresh_from_db()
    assert patient.birth_name == "ROY"
    assert Proposal.objects.get().after == {"birth_name": "LÉVÊQUE"}


def test_an_earlier_message_that_comes_late_undoes_nothing(peer: Peer) -> None:
    known(peer, provisional=True)
    send(peer, AdtText(event="A08", name="ROY^Zoé^^^^^L", msh={7: "20261126120000"}))
    told = send(peer, AdtText(event="A08", name="DUVAL^Zoé^^^^^L", msh={7: "20261126110000"}))
    assert told.verdict == "AE"
    assert told.words == ("Un message plus récent sur ce patient a déjà été appliqué.",)
    assert Patient.objects.get().birth_name == "ROY"


def test_an_ins_is_kept_and_raises_no_status(peer: Peer) -> None:
    ins = make_ins(sex="F", birth_date=BORN, number=7)
    send(peer, AdtText(ins=ins, pid={32: "VALI"}))
    patient = Patient.objects.get()
    assert (patient.ins, patient.ins_oid, patient.identity_status) == (ins, TEST_INS_OID, "provisional")


def test_an_ins_with_a_wrong_key_is_left_out_and_said(peer: Peer) -> None:
    ins = make_ins(sex="F", birth_date=BORN, number=7)
    wrong = ins[:-2] + f"{(int(ins[-2:]) + 1) % 97:02d}"
    told = send(peer, AdtText(ins=wrong))
    assert (told.verdict, told.words) == ("AA", ("La clé de l’INS est fausse : il a été laissé de côté.",))
    assert Patient.objects.get().ins == ""


def test_an_ins_known_at_another_site_with_the_same_traits_is_that_patient(peer: Peer) -> None:
    patient = PatientFactory(birth_name="Lévêque", first_names="Zoé", sex="F", birth_date=BORN)
    send(peer, AdtText(ins=patient.ins))
    assert Patient.objects.count() == 1
    assert PatientIdentifier.objects.get().value == "IPP0001"


def test_an_ins_that_another_holds_is_proposed_to_be_compared(peer: Peer) -> None:
    holder = PatientFactory(birth_name="Duval", first_names="Ida", sex="F", birth_date=BORN)
    patient = known(peer, provisional=True)
    assert send(peer, AdtText(event="A08", ins=holder.ins)).verdict == "AA"
    patient.refresh_from_db()
    assert patient.ins == ""
    assert IdentityPair.objects.get().reasons == ["same_ins"]


def test_somebody_with_the_same_traits_is_compared_by_a_person(peer: Peer) -> None:
    known(peer, ipp="D000000001", provisional=True)
    assert send(peer, AdtText(name="LÉVÊQUE^Zoé^^^^^L")).verdict == "AA"
    assert Patient.objects.count() == 2
    assert IdentityPair.objects.get().state == PairState.PROPOSED


def test_a_death_is_written_and_another_day_does_not_replace_it(peer: Peer) -> None:
    patient = known(peer)
    send(peer, AdtText(event="A08", pid={29: "20261120", 30: "Y"}))
    patient.refresh_from_db()
    assert patient.deceased_on == date(2026, 11, 20)
    told = send(peer, AdtText(event="A08", pid={29: "20261121", 30: "Y"}))
    assert told.words == ("Un autre jour de décès est enregistré : il reste.",)
    undated = known(peer, ipp="IPP0009", birth_name="Autre")
    told = send(peer, AdtText(event="A08", ipp="IPP0009", name="AUTRE^Zoé^^^^^L", pid={30: "Y"}))
    assert told.words == ("Le décès est annoncé sans son jour : il n’est pas écrit.",)
    undated.refresh_from_db()
    assert undated.deceased_on is None


def test_a_merge_is_done_as_the_platform_merges_and_can_be_undone(peer: Peer, desk: Actor) -> None:
    kept, gone = known(peer, "IPP1", provisional=True), known(peer, "IPP2", provisional=True)
    told = send(peer, AdtText(event="A40", ipp="IPP1", prior="IPP2"))
    assert (told.verdict, told.words) == ("AA", ())
    gone.refresh_from_db()
    assert gone.merged_into == kept
    assert set(kept.identifiers.values_list("value", flat=True)) == {"IPP1", "IPP2"}
    pair = IdentityPair.objects.get()
    assert (pair.state, pair.reasons, pair.decided_by_label) == (PairState.MERGED, ["hospital"], peer.label)
    review_pair(pair_id=pair.pk, by=desk, at=now())  # a person is always the second one
    unmerge_pair(pair_id=pair.pk, reason="Deux personnes", by=desk, at=now())
    gone.refresh_from_db()
    assert gone.merged_into is None
    send(peer, AdtText(event="A08", ipp="IPP2", name="DUVAL^Zoé^^^^^L"))
    gone.refresh_from_db()
    assert gone.birth_name == "DUVAL"


def test_a_merge_is_applied_once_whatever_says_it_again(peer: Peer) -> None:
    known(peer, "IPP1", provisional=True), known(peer, "IPP2", provisional=True)
    for _time in range(2):
        assert send(peer, AdtText(event="A40", ipp="IPP1", prior="IPP2")).words == ()
    assert IdentityPair.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"birth_name": "Duval", "provisional": True},
        {"birth_date": date(1955, 3, 17), "provisional": True},
        {"sex": "M", "provisional": True},
        {"is_doubtful": True, "provisional": True},
        {},  # the same traits, and another INS
    ],
)
def test_a_doubtful_merge_is_proposed_and_not_done(peer: Peer, other: dict[str, object]) -> None:
    known(peer, "IPP1")
    gone = known(peer, "IPP2", **other)
    told = send(peer, AdtText(event="A40", ipp="IPP1", prior="IPP2"))
    assert told.verdict == "AA"
    assert told.words == (
        "Ce rapprochement est douteux : il est proposé à la cellule d’identitovigilance, et n’est pas fait.",
    )
    gone.refresh_from_db()
    assert gone.merged_into is None
    assert IdentityPair.objects.get().state == PairState.PROPOSED


def test_two_that_a_person_set_apart_are_not_merged_by_a_message(peer: Peer) -> None:
    one, other = known(peer, "IPP1", provisional=True), known(peer, "IPP2", provisional=True)
    first, second = sorted((one, other), key=lambda each: each.pk)
    IdentityPair.objects.create(
        first=first, second=second, reasons=["same_traits"], state=PairState.DISTINCT, created_at=now()
    )
    send(peer, AdtText(event="A40", ipp="IPP1", prior="IPP2"))
    assert not Patient.objects.exclude(merged_into=None).exists()


def test_a_number_that_disappears_unknown_finds_who_stays(peer: Peer) -> None:
    kept = known(peer, "IPP1", provisional=True)
    assert send(peer, AdtText(event="A40", ipp="IPP1", prior="IPP2")).verdict == "AA"
    assert set(kept.identifiers.values_list("value", flat=True)) == {"IPP1", "IPP2"}


def test_a_number_of_another_authority_finds_nobody_here(peer: Peer) -> None:
    known(peer, "IPP0001", provisional=True)
    other = open_peer(StructureFactory(), facility="AUTRE")
    send(other, AdtText(msh={4: "AUTRE"}))
    assert Patient.objects.count() == 2


def test_a_proposal_is_decided_by_the_site_on_a_document(peer: Peer, desk: Actor) -> None:
    patient = known(peer)
    send(peer, AdtText(event="A08", name="ROY^Zoé^^^^^L"))
    proposal = list_proposals(desk).get()
    elsewhere = make_actor(Role.TECHNOLOGIST, StructureFactory())
    said = {"proposal_id": proposal.pk, "reason": "Livret de famille vu", "at": now()}
    assert not list_proposals(elsewhere).exists()
    with pytest.raises(ConflictError):
        take_proposal(**said, proof="identity_card", by=elsewhere)
    with pytest.raises(NotAllowedError):
        take_proposal(**said, proof="identity_card", by=make_actor(Role.IMAGEUR, peer.structure))
    with pytest.raises(GuardError):
        take_proposal(**said, proof="", by=desk)
    take_proposal(**said, proof="identity_card", by=desk)
    patient.refresh_from_db()
    assert (patient.birth_name, patient.identity_status) == ("ROY", "validated")
    assert Correction.objects.get().proof == "identity_card"
    with pytest.raises(ConflictError):
        decline_proposal(proposal_id=proposal.pk, reason="Trop tard", by=desk, at=now())


def test_a_proposal_may_be_declined_with_the_reason(peer: Peer, desk: Actor) -> None:
    known(peer)
    send(peer, AdtText(event="A08", name="ROY^Zoé^^^^^L"))
    proposal = Proposal.objects.get()
    with pytest.raises(GuardError):
        decline_proposal(proposal_id=proposal.pk, reason=" ", by=desk, at=now())
    decline_proposal(proposal_id=proposal.pk, reason="Faute de frappe du SIH", by=desk, at=now())
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by_label) == (ProposalState.DECLINED, desk.label)


def test_an_aside_message_is_seen_and_tried_again_by_its_administrator(
    peer: Peer, administrator: Actor, desk: Actor
) -> None:
    message = AdtText(pid={3: "IPP0001^^^NOUVEAU^PI"})
    assert send(peer, message).verdict == "AE"
    aside = list_aside(administrator).get()
    assert not list_aside(make_actor(Role.ADMINISTRATOR, StructureFactory())).exists()
    with pytest.raises(NotAllowedError):
        try_again(message_id=aside.pk, by=desk, at=now())
    assert not try_again(message_id=aside.pk, by=administrator, at=now())
    Peer.objects.update(authority="NOUVEAU")
    assert try_again(message_id=aside.pk, by=administrator, at=now())
    assert Patient.objects.get().birth_name == "LÉVÊQUE"
    assert [each.state for each in list_latest(administrator, most=5)] == [MessageState.APPLIED]
    with pytest.raises(ConflictError):
        try_again(message_id=aside.pk, by=administrator, at=now())


def test_an_aside_message_is_applied_when_its_sender_says_it_again(peer: Peer) -> None:
    message = AdtText(pid={3: "IPP0001^^^NOUVEAU^PI"})
    assert send(peer, message).verdict == "AE"
    peer.authority = "NOUVEAU"
    peer.save()
    assert send(peer, message).verdict == "AA"
    assert ReceivedMessage.objects.get().state == MessageState.APPLIED


def test_an_aside_message_is_dismissed_with_a_reason_and_its_content_goes(
    peer: Peer, administrator: Actor
) -> None:
    send(peer, AdtText(born=""))
    aside = list_aside(administrator).get()
    with pytest.raises(GuardError):
        dismiss_message(message_id=aside.pk, reason="", by=administrator, at=now())
    dismiss_message(message_id=aside.pk, reason="Essai du SIH", by=administrator, at=now())
    aside.refresh_from_db()
    assert (aside.state, bytes(aside.body)) == (MessageState.DISMISSED, b"")


def test_a_failure_of_ours_loses_nothing(
    peer: Peer, administrator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_applying: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("diaphane.admissions.receiving.apply_adt", fail)
        told = send(peer, AdtText())
    assert (told.verdict, told.codes) == ("AE", ("207",))
    aside = list_aside(administrator).get()
    assert try_again(message_id=aside.pk, by=administrator, at=now())


def test_a_document_seen_since_makes_the_next_update_a_proposal(peer: Peer, desk: Actor) -> None:
    send(peer, AdtText())
    patient = Patient.objects.get()
    see_document(patient_id=patient.pk, kind="passport", by=desk, at=now())
    send(peer, AdtText(event="A08", name="ROY^Zoé^^^^^L"))
    patient.refresh_from_db()
    assert (patient.birth_name, patient.identity_status) == ("LÉVÊQUE", "validated")
