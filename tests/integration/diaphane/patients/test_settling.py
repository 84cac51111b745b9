"""Somebody whom nobody could name, settled later as new or known, and images under either name (R40)."""

import pytest

from diaphane.imaging.headers import StudyIdentity
from diaphane.imaging.matching import is_same_patient
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError
from diaphane.patients.merging import unmerge_pair
from diaphane.patients.models import Patient, PatientIdentifier
from diaphane.patients.operations import register_unidentified
from diaphane.patients.queries import get_patient
from diaphane.patients.searching import search_patients
from diaphane.patients.settling import settle_as_known, settle_as_new
from tests.factories import PatientFactory
from tests.scenes import Territory, draft

from .test_merging import merge, pair_of


def unidentified(territory: Territory) -> Patient:
    return register_unidentified(
        sex="M", age=40, issuer=territory.site.issuer, by=territory.technologist, at=now()
    )


def test_an_unidentified_patient_is_settled_as_somebody_new(territory: Territory) -> None:
    patient = unidentified(territory)
    act = draft(Territory(**{**vars(territory), "patient": patient})).act
    assert patient.display_name.startswith("INCONNU ")
    assert patient.age_on(now().date()) == 40
    traits = PatientFactory.build(birth_name="Garnier", first_names="Paul", sex="M", provisional=True)
    sent = patient.identifiers.get().value
    done = settle_as_new(patient_id=patient.pk, traits=traits, by=territory.requester, at=now())
    assert (done.pk, done.birth_name, done.is_unidentified) == (patient.pk, "Garnier", False)
    assert (act.patient_id, done.identifiers.get().value) == (patient.pk, sent)
    assert search_patients(territory.requester, words="garnier paul", most=5) == [done]
    with pytest.raises(ConflictError):
        settle_as_new(patient_id=patient.pk, traits=traits, by=territory.requester, at=now())


def test_an_unidentified_patient_is_settled_as_somebody_known_and_that_is_undone(
    territory: Territory,
) -> None:
    patient = unidentified(territory)
    act = draft(Territory(**{**vars(territory), "patient": patient})).act
    sent = patient.identifiers.get().value
    pair = settle_as_known(
        patient_id=patient.pk,
        known_id=territory.patient.pk,
        reason="Reconnu par sa femme",
        by=territory.technologist,
        at=now(),
    )
    act.refresh_from_db()
    assert act.patient == territory.patient
    assert PatientIdentifier.objects.get(value=sent).patient == territory.patient
    unmerge_pair(pair_id=pair.pk, reason="Ce n’est pas lui", by=territory.requester, at=now())
    assert get_patient(patient.pk, actor=territory.technologist).is_unidentified


def test_images_sent_under_the_label_stay_the_patient_s_once_identified_or_recognised(
    territory: Territory,
) -> None:
    patient = unidentified(territory)
    sent = StudyIdentity("1.2", patient.dicom_name, "X1", "", f"{patient.birth_date:%Y%m%d}")
    assert is_same_patient(sent, patient)
    traits = PatientFactory.build(birth_name="Garnier", first_names="Paul", sex="M", provisional=True)
    assert is_same_patient(
        sent, settle_as_new(patient_id=patient.pk, traits=traits, by=territory.requester, at=now())
    )
    assert not is_same_patient(sent, unidentified(territory))


def test_images_under_either_name_are_the_merged_patient_s(territory: Territory) -> None:
    pair, kept, double = pair_of(territory, birth_name="Lefebvre")
    sent = StudyIdentity("1.2", double.dicom_name, "X1", "", f"{double.birth_date:%Y%m%d}")
    assert not is_same_patient(sent, kept)
    merge(territory, pair, kept)
    assert is_same_patient(sent, kept)


def test_nobody_elsewhere_settles_a_patient(territory: Territory) -> None:
    patient = unidentified(territory)
    traits = PatientFactory.build(provisional=True)
    with pytest.raises(Patient.DoesNotExist):
        settle_as_new(patient_id=patient.pk, traits=traits, by=territory.outsider, at=now())
    with pytest.raises(Patient.DoesNotExist):
        settle_as_known(
            patient_id=patient.pk,
            known_id=territory.patient.pk,
            reason="…",
            by=territory.outsider,
            at=now(),
        )
