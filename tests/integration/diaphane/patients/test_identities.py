"""Identity statuses: who raises them, with which proof, and what takes trust away (R40, RNIV)."""

from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.patients.identities import InsiAnswer, doubt_identity, lose_ins, see_document, take_insi_answer
from diaphane.patients.models import Patient
from diaphane.patients.operations import register_patient
from diaphane.patients.transitions import IDENTITY
from tests.factories import TEST_INS_OID, PatientFactory, make_ins
from tests.scenes import Territory

BORN = date(1961, 5, 9)


@pytest.fixture
def patient(territory: Territory) -> Patient:
    built = PatientFactory.build(
        birth_name="Lefèvre", first_names="Odette Anne", sex="F", birth_date=BORN, provisional=True
    )
    return register_patient(patient=built, issuer=territory.site.issuer, by=territory.requester, at=now())


def answer(**changes: object) -> InsiAnswer:
    given = {
        "ins": make_ins(sex="F", birth_date=BORN, number=77),
        "oid": TEST_INS_OID,
        "birth_name": "LEFEVRE",
        "first_names": "ODETTE ANNE",
        "sex": "F",
        "birth_date": BORN,
        "birth_place_code": "99077",
    }
    return InsiAnswer(**{**given, **changes})  # type: ignore[arg-type]


def see(patient: Patient, by: Actor, kind: str = "passport") -> Patient:
    return see_document(patient_id=patient.pk, kind=kind, by=by, at=now())


def ask(patient: Patient, by: Actor, **changes: object) -> Patient:
    return take_insi_answer(patient_id=patient.pk, answer=answer(**changes), by=by, at=now())


def test_neither_another_site_nor_a_radiologist_touches_an_identity(
    territory: Territory, patient: Patient
) -> None:
    for actor in (territory.outsider, territory.imageur):
        with pytest.raises(Patient.DoesNotExist):
            see(patient, actor)
        with pytest.raises(Patient.DoesNotExist):
            ask(patient, actor)
        with pytest.raises(Patient.DoesNotExist):
            doubt_identity(patient_id=patient.pk, reason="…", by=actor, at=now())
    with pytest.raises(NotAllowedError):
        IDENTITY.check(patient, "validate", by=territory.imageur)


@pytest.mark.parametrize("kind", ["", "insi", "badge"])
def test_what_is_no_document_proves_nothing(territory: Territory, patient: Patient, kind: str) -> None:
    with pytest.raises(ConflictError):
        see(patient, territory.technologist, kind)
    assert not patient.proofs.exists()


def test_a_document_validates_and_the_national_service_then_qualifies(
    territory: Territory, patient: Patient
) -> None:
    assert see(patient, territory.technologist).identity_status == "validated"
    done = ask(patient, territory.requester)
    assert (done.identity_status, done.national_ins) == ("qualified", done.ins)
    assert Entry.objects.filter(action__startswith="identity.", patient_id=patient.pk).count() == 2


def test_the_national_service_retrieves_and_a_document_then_qualifies(
    territory: Territory, patient: Patient
) -> None:
    retrieved = ask(patient, territory.requester)
    assert (retrieved.identity_status, retrieved.national_ins) == ("retrieved", "")
    assert see(patient, territory.technologist).identity_status == "qualified"


@pytest.mark.parametrize(
    "changes",
    [
        {"birth_name": "LEFORT"},
        {"first_names": "ANNE"},
        {"first_names": "ODETTE MARIE"},
        {"first_names": "ODETTE-ANNE-MARIE JEANNE", "birth_name": "LEFORT"},
        {"first_names": ""},
        {"sex": "M"},
        {"birth_date": date(1961, 9, 5)},
        {"ins": "154039900000100"},
    ],
)
def test_an_answer_about_somebody_else_changes_nothing(
    territory: Territory, patient: Patient, changes: dict[str, object]
) -> None:
    with pytest.raises(Exception, match=r".") as caught:
        ask(patient, territory.requester, **changes)
    assert type(caught.value).__name__ in {"GuardError", "ValidationError"}
    patient.refresh_from_db()
    assert (patient.identity_status, patient.ins) == ("provisional", "")


def test_the_given_names_and_the_place_that_were_answered_are_corrections(
    territory: Territory, patient: Patient
) -> None:
    done = ask(patient, territory.requester, first_names="ODETTE ANNE MARIE-ROSE", birth_place_code="75101")
    assert (done.first_names, done.birth_place_code) == ("Odette Anne Marie-Rose", "75101")
    kept = done.corrections.get()
    assert kept.before == {"first_names": "Odette Anne", "birth_place_code": "99999"}
    assert kept.after == {"first_names": "Odette Anne Marie-Rose", "birth_place_code": "75101"}
    assert (kept.proof, kept.corrected_by_label) == ("insi", territory.requester.label)
    assert ("Lieu de naissance", "lieu non connu", "75101") in kept.lines
    again = ask(patient, territory.requester, first_names="ODETTE ANNE MARIE ROSE", birth_place_code="75101")
    assert again.corrections.count() == 1


def test_an_ins_that_another_identity_holds_is_not_taken(territory: Territory, patient: Patient) -> None:
    held = territory.patient
    with pytest.raises(ConflictError):
        ask(patient, territory.requester, ins=held.ins, oid=held.ins_oid)


def test_a_doubt_takes_the_status_and_the_proofs_away_until_a_document_is_seen(
    territory: Territory, patient: Patient
) -> None:
    with pytest.raises(GuardError):
        doubt_identity(patient_id=patient.pk, reason=" ", by=territory.technologist, at=now())
    see(patient, territory.technologist)
    ask(patient, territory.requester)
    doubted = doubt_identity(
        patient_id=patient.pk, reason="La photo n’est pas la sienne", by=territory.technologist, at=now()
    )
    assert (doubted.identity_status, doubted.national_ins) == ("provisional", "")
    assert not patient.proofs.filter(ended_at=None).exists()
    assert see(patient, territory.technologist).identity_status == "validated"


def test_an_ins_no_longer_confirmed_leaves_the_identity(territory: Territory, patient: Patient) -> None:
    with pytest.raises(ConflictError):
        lose_ins(patient_id=patient.pk, by=territory.technologist, at=now())
    see(patient, territory.technologist)
    ask(patient, territory.requester)
    left = lose_ins(patient_id=patient.pk, by=territory.technologist, at=now())
    assert (left.identity_status, left.ins) == ("validated", "")


@pytest.mark.parametrize("attribute", ["is_doubtful", "is_fictitious", "is_unidentified"])
def test_an_uncertain_identity_is_provisional(territory: Territory, attribute: str) -> None:
    with pytest.raises(IntegrityError, match="uncertain_identity"), transaction.atomic():
        Patient.objects.filter(pk=UUID(str(territory.patient.pk))).update(**{attribute: True})


def test_a_fictitious_identity_is_never_validated(territory: Territory, patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(is_fictitious=True)
    with pytest.raises(GuardError) as caught:
        see(patient, territory.technologist)
    assert [each.requirement for each in caught.value.missing] == ["R40"]
    assert not patient.proofs.exists()
