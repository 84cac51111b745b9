"""Correct the traits of an identified patient: who, on which ground, and what it does (R38, R40)."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import InternalError, connection, transaction
from django.db.utils import ProgrammingError

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.patients.correcting import correct_traits, mark_fictitious, record_death
from diaphane.patients.models import Correction, Patient
from diaphane.patients.operations import register_unidentified
from diaphane.patients.queries import list_former_identities
from tests.factories import make_actor
from tests.scenes import Territory

WHY = "Faute de frappe à l’accueil"


def copy(patient: Patient, **changes: object) -> Patient:
    traits = Patient.objects.get(pk=patient.pk)
    for name, value in changes.items():
        setattr(traits, name, value)
    return traits


def correct(territory: Territory, *, proof: str = "", reason: str = WHY, **changes: object) -> Correction:
    return correct_traits(
        patient_id=territory.patient.pk,
        traits=copy(territory.patient, **changes),
        reason=reason,
        proof=proof,
        by=territory.technologist,
        at=now(),
    )


def test_neither_another_role_nor_another_site_corrects(territory: Territory) -> None:
    traits = copy(territory.patient, birth_name="Autre")
    values = {"patient_id": territory.patient.pk, "traits": traits, "reason": WHY, "proof": "passport"}
    for actor in (territory.imageur, make_actor(Role.DPO, territory.site)):
        with pytest.raises(NotAllowedError):
            correct_traits(**values, by=actor, at=now())  # type: ignore[arg-type]
    with pytest.raises(Patient.DoesNotExist):
        correct_traits(**values, by=territory.outsider, at=now())  # type: ignore[arg-type]
    assert not Correction.objects.exists()


def test_a_proven_identity_is_corrected_on_a_document_alone(territory: Territory) -> None:
    before = territory.patient.birth_name
    for refused in ({"proof": ""}, {"proof": "insi"}, {"proof": "passport", "reason": " "}):
        with pytest.raises(GuardError):
            correct(territory, birth_name="Autre", **refused)
    with pytest.raises(ConflictError):
        correct(territory, proof="passport")
    with pytest.raises(ValidationError):
        correct(territory, proof="passport", birth_date=now().date() + timedelta(days=2))
    territory.patient.refresh_from_db()
    assert territory.patient.birth_name == before
    assert territory.patient.identity_status == "qualified"


def test_a_strict_trait_takes_the_ins_away_and_keeps_what_was(territory: Territory) -> None:
    patient = territory.patient
    before, ins = patient.birth_name, patient.ins
    correction = correct(territory, proof="passport", birth_name="Rectifié")
    patient.refresh_from_db()
    assert (patient.birth_name, patient.ins, patient.identity_status) == ("Rectifié", "", "validated")
    assert correction.before == {"birth_name": before}
    assert correction.after == {"birth_name": "Rectifié"}
    assert correction.lost_ins == ins
    proofs = {proof.kind for proof in patient.proofs.filter(ended_at=None)}
    assert proofs == {"passport"}
    entry = Entry.objects.get(action="identity.corrected")
    assert entry.subject_id == UUID(str(patient.pk))
    assert "Rectifié" not in str(entry.detail)
    assert patient.identifiers.count() == 1


def test_a_used_name_or_a_telephone_takes_no_trust_away(territory: Territory) -> None:
    correct(territory, used_name="Usage", phone="06 99 00 00 11")
    territory.patient.refresh_from_db()
    assert territory.patient.identity_status == "qualified"
    assert territory.patient.ins


def test_a_provisional_identity_is_corrected_on_a_word_and_stays_so(territory: Territory) -> None:
    Patient.objects.filter(pk=territory.patient.pk).update(identity_status="provisional", ins="", ins_oid="")
    correct(territory, birth_date=date(1954, 3, 18))
    territory.patient.refresh_from_db()
    assert territory.patient.identity_status == "provisional"


def test_what_was_written_is_never_changed(territory: Territory) -> None:
    correction = correct(territory, phone="06 99 00 00 11")
    with (
        pytest.raises((InternalError, ProgrammingError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM patients_correction WHERE id = %s", [correction.pk])


def test_former_traits_are_told_in_their_order(territory: Territory) -> None:
    first, born = territory.patient.birth_name, territory.patient.birth_date
    correct(territory, proof="passport", birth_name="Deuxième")
    correct(territory, proof="passport", birth_name="Troisième", birth_date=date(1955, 1, 2))
    territory.patient.refresh_from_db()
    former = [(each.birth_name, each.birth_date) for each in list_former_identities(territory.patient)]
    assert former == [("Deuxième", born), (first, born)]


def test_an_unidentified_patient_is_settled_not_corrected(territory: Territory) -> None:
    unknown = register_unidentified(
        sex="M", age=40, issuer=territory.site.issuer, by=territory.technologist, at=now()
    )
    with pytest.raises(ConflictError):
        correct_traits(
            patient_id=unknown.pk,
            traits=copy(unknown, birth_name="Autre"),
            reason=WHY,
            proof="passport",
            by=territory.technologist,
            at=now(),
        )


def test_a_fictitious_identity_has_no_ins_and_stays_provisional(territory: Territory) -> None:
    said = {"patient_id": territory.patient.pk, "by": territory.technologist, "at": now()}
    with pytest.raises(GuardError):
        mark_fictitious(**said, is_fictitious=True, reason="")  # type: ignore[arg-type]
    mark_fictitious(**said, is_fictitious=True, reason="Formation")  # type: ignore[arg-type]
    territory.patient.refresh_from_db()
    assert (territory.patient.ins, territory.patient.identity_status) == ("", "provisional")
    with pytest.raises(ConflictError):
        mark_fictitious(**said, is_fictitious=True, reason="Formation")  # type: ignore[arg-type]
    mark_fictitious(**said, is_fictitious=False, reason="Erreur")  # type: ignore[arg-type]


def test_a_death_is_after_the_birth_and_can_be_taken_back(territory: Territory) -> None:
    said = {"patient_id": territory.patient.pk, "by": territory.technologist, "at": now(), "reason": WHY}
    for wrong in (date(1954, 3, 16), now().date() + timedelta(days=2)):
        with pytest.raises(ValidationError):
            record_death(**said, on=wrong)  # type: ignore[arg-type]
    record_death(**said, on=date(2020, 1, 1))  # type: ignore[arg-type]
    record_death(**said, on=None)  # type: ignore[arg-type]
    territory.patient.refresh_from_db()
    assert territory.patient.deceased_on is None
