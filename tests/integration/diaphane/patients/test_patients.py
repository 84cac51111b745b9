"""Patients: strict traits, found by their own site only, registered once (R40, R42)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from diaphane.audit.models import Entry
from diaphane.kernel.clock import now
from diaphane.patients.models import Patient
from diaphane.patients.operations import LookAlikeError, register_new_patient, register_patient
from diaphane.patients.queries import get_local_identifier, get_patient, list_patients
from tests.concurrency import at_once
from tests.factories import PatientFactory
from tests.scenes import Territory, make_territory


def build(**traits: object) -> Patient:
    given = {"birth_name": "Lefeuvre", "first_names": "Odette", "provisional": True, "sex": "F"}
    return PatientFactory.build(**{**given, **traits})


def register(territory: Territory, patient: Patient) -> Patient:
    return register_patient(patient=patient, issuer=territory.site.issuer, by=territory.requester, at=now())


def test_another_site_finds_nobody(territory: Territory) -> None:
    assert not list_patients(territory.outsider)
    with pytest.raises(Patient.DoesNotExist):
        get_patient(territory.patient.pk, actor=territory.outsider)


def test_a_radiologist_does_not_browse_patients(territory: Territory) -> None:
    assert not list_patients(territory.imageur)


@pytest.mark.parametrize(
    ("traits", "field"),
    [
        ({"birth_date": timezone.localdate() + timedelta(days=1)}, "birth_date"),
        ({"birth_date": date(1800, 1, 1)}, "birth_date"),
        ({"birth_name": ""}, "birth_name"),
        ({"birth_name": "1234"}, "birth_name"),
        ({"first_names": "..."}, "first_names"),
        ({"used_name": "-"}, "used_name"),
        ({"sex": "X"}, "sex"),
        ({"ins": "154039900000100", "ins_oid": "1.2.250.1.213.1.4.10"}, "ins"),
        ({"ins_oid": "1.2.3"}, "ins_oid"),
        ({"phone": "rien"}, "phone"),
    ],
)
def test_an_absurd_trait_is_refused_and_nothing_is_kept(
    territory: Territory, traits: dict[str, object], field: str
) -> None:
    before = Patient.objects.count()
    with pytest.raises(ValidationError) as caught:
        register(territory, build(**traits))
    assert field in caught.value.message_dict
    assert Patient.objects.count() == before


def test_every_absurd_trait_is_said_at_once(territory: Territory) -> None:
    absurd = build(first_names="?", birth_date=timezone.localdate() + timedelta(days=1), phone="rien")
    with pytest.raises(ValidationError) as caught:
        register(territory, absurd)
    assert set(caught.value.message_dict) == {"first_names", "birth_date", "phone"}


def test_a_qualified_identity_has_an_ins(territory: Territory) -> None:
    patient = build(provisional=False, ins="", ins_oid="", identity_status="qualified")
    with pytest.raises(IntegrityError, match="qualified_identity"), transaction.atomic():
        patient.save()


def test_one_ins_is_one_patient(territory: Territory) -> None:
    twin = build(provisional=False, ins=territory.patient.ins, ins_oid=territory.patient.ins_oid)
    with pytest.raises(ValidationError):
        register(territory, twin)


def test_a_registered_patient_has_a_local_identifier_and_a_trace(territory: Territory) -> None:
    patient = register(territory, build())
    assert get_local_identifier(patient, issuer=territory.site.issuer)
    assert get_local_identifier(patient, issuer=territory.reader.issuer) == ""
    assert get_patient(patient.pk, actor=territory.technologist) == patient
    assert Entry.objects.filter(action="patient.registered", patient_id=patient.pk).exists()


def test_someone_with_the_same_traits_is_shown_before_a_second_one_is_made(territory: Territory) -> None:
    known = register(territory, build())
    with pytest.raises(LookAlikeError) as caught:
        register_new_patient(
            patient=build(birth_name="LEFEUVRE"),
            issuer=territory.site.issuer,
            is_distinct=False,
            by=territory.requester,
            at=now(),
        )
    assert caught.value.look_alikes == [known]
    made = register_new_patient(
        patient=build(), issuer=territory.site.issuer, is_distinct=True, by=territory.requester, at=now()
    )
    assert made != known


@pytest.mark.django_db(transaction=True)
def test_a_double_click_registers_one_patient() -> None:
    territory = make_territory()

    def click() -> object:
        return register_new_patient(
            patient=build(),
            issuer=territory.site.issuer,
            is_distinct=False,
            by=territory.requester,
            at=now(),
        )

    outcomes = at_once(click, click)
    assert sorted(type(each).__name__ for each in outcomes) == ["LookAlikeError", "Patient"]


def test_names_are_written_for_people_and_for_dicom() -> None:
    patient = build(used_name="Marchand", first_names="Odette Anne")
    assert patient.display_name == "MARCHAND Odette"
    assert patient.dicom_name == "LEFEUVRE^Odette Anne"
