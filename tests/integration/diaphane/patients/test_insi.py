"""The national service: one identity is taken, none and several are told, every call is traced (R40, R43)."""

from datetime import date

import pytest

from diaphane.audit.models import Entry
from diaphane.kernel.clock import now
from diaphane.patients.identities import InsiAnswer
from diaphane.patients.insi import Code, NotOneIdentityError, ask_national_service
from diaphane.patients.models import Patient
from diaphane.patients.operations import register_patient
from tests.factories import TEST_INS_OID, PatientFactory, make_ins
from tests.insi import LocalInsi
from tests.scenes import Territory

BORN = date(1961, 5, 9)


def register(territory: Territory, **traits: object) -> Patient:
    given = {
        "birth_name": "Lefèvre",
        "first_names": "Odette Anne",
        "sex": "F",
        "birth_date": BORN,
        "provisional": True,
    }
    patient = PatientFactory.build(**{**given, **traits})
    return register_patient(patient=patient, issuer=territory.site.issuer, by=territory.requester, at=now())


def someone(number: int, *, first_names: str = "ODETTE ANNE", place: str = "75101") -> InsiAnswer:
    ins = make_ins(sex="F", birth_date=BORN, number=number)
    return InsiAnswer(ins, TEST_INS_OID, "LEFEVRE", first_names, "F", BORN, place)


def ask(territory: Territory, patient: Patient, service: LocalInsi) -> Patient:
    return ask_national_service(patient_id=patient.pk, service=service, by=territory.requester, at=now())


def test_another_site_asks_nothing(territory: Territory) -> None:
    patient, service = register(territory), LocalInsi([someone(1)])
    with pytest.raises(Patient.DoesNotExist):
        ask_national_service(patient_id=patient.pk, service=service, by=territory.outsider, at=now())
    assert service.asked == []


def test_nobody_with_these_traits_is_told_and_traced(territory: Territory) -> None:
    patient = register(territory, birth_name="Lefort")
    with pytest.raises(NotOneIdentityError) as caught:
        ask(territory, patient, LocalInsi([someone(1)]))
    assert caught.value.code is Code.NONE
    assert Entry.objects.get(action="identity.insi_asked").detail == {"code": "01"}


def test_the_only_one_is_taken(territory: Territory) -> None:
    service = LocalInsi([someone(1)])
    done = ask(territory, register(territory), service)
    assert (done.identity_status, done.birth_place_code) == ("retrieved", "75101")
    assert len(service.asked) == 1


def test_among_several_the_other_given_names_then_the_birth_place_decide(territory: Territory) -> None:
    service = LocalInsi([someone(1), someone(2, first_names="ODETTE MARIE")])
    assert ask(territory, register(territory), service).ins == someone(1).ins
    assert [len(each.first_names) for each in service.asked] == [1, 2]


def test_the_birth_place_is_asked_last_and_only_where_it_is_known(territory: Territory) -> None:
    service = LocalInsi([someone(1), someone(2, place="69381")])
    with pytest.raises(NotOneIdentityError) as caught:
        ask(territory, register(territory), service)
    assert caught.value.code is Code.SEVERAL
    done = ask(territory, register(territory, birth_place_code="69381"), service)
    assert done.ins == someone(2).ins
