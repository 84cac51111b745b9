"""Search: found by what a person says, by those of the site only, kept in step with every row (R40, R42)."""

from datetime import date

import pytest

from diaphane.kernel.clock import now
from diaphane.patients.models import Patient, PatientIdentifier
from diaphane.patients.operations import register_patient
from diaphane.patients.searching import search_patients
from tests.factories import PatientFactory
from tests.scenes import Territory


def register(territory: Territory, **traits: object) -> Patient:
    given = {
        "birth_name": "Lefèvre",
        "used_name": "Le Goff-Dœuff",
        "first_names": "Marie-Hélène Zoé",
        "birth_date": date(1961, 5, 9),
        "provisional": True,
        "sex": "F",
    }
    patient = PatientFactory.build(**{**given, **traits})
    return register_patient(patient=patient, issuer=territory.site.issuer, by=territory.requester, at=now())


def find(territory: Territory, words: str, *, most: int = 20) -> list[Patient]:
    return search_patients(territory.requester, words=words, most=most)


def test_neither_another_site_nor_a_radiologist_nor_an_account_finds_anyone(territory: Territory) -> None:
    register(territory)
    for actor in (territory.outsider, territory.imageur):
        assert search_patients(actor, words="lefevre", most=20) == []


@pytest.mark.parametrize(
    "words",
    [
        "lefevre",
        "LEFÈVRE marie",
        "zoe lefevre",
        "marie helene le goff",
        "mariehelene",
        "legoff",
        "le goff doeuff",
        "legoffdœuff",
        "lef mar",
        "l m",
        "le",
        "Lefebvre",
        "lefaivre marie",
        "Marie Elene Legof",
        "09/05/1961",
        "9.5.61",
        "1961-05-09",
        "09051961",
        "09 05 1961",
        "1961 lef",
        "lefevre 09/05/1961",
        "09/05/1961 helene",
    ],
)
def test_a_patient_is_found_by_what_a_person_says(territory: Territory, words: str) -> None:
    assert register(territory) in find(territory, words)


@pytest.mark.parametrize(
    "words", ["", "   ", "nobody lefevre", "lefevre 10/05/1961", "lefevre 1960", "goffle", "evre"]
)
def test_a_patient_is_not_found_by_what_is_not_theirs(territory: Territory, words: str) -> None:
    assert register(territory) not in find(territory, words)


@pytest.mark.parametrize("words", ["%", "'", "1/", "99/99/2000", "0/0/0", "1" * 40, "\\", "_____", "a & b:*"])
def test_odd_words_break_nothing_and_reach_no_other_site(territory: Territory, words: str) -> None:
    assert set(find(territory, words)) <= {territory.patient}
    assert search_patients(territory.outsider, words=words, most=20) == []


def test_a_capital_typed_by_a_person_never_reads_as_an_issuer_or_a_date(territory: Territory) -> None:
    register(territory)
    assert find(territory, "B19610509") == []


def test_a_patient_is_found_by_the_ins_however_it_is_spaced_and_by_what_the_site_calls_them(
    territory: Territory,
) -> None:
    ins = territory.patient.ins
    spaced = f"{ins[0]} {ins[1:3]} {ins[3:5]} {ins[5:7]} {ins[7:10]} {ins[10:13]} {ins[13:]}"
    assert find(territory, spaced) == [territory.patient]
    assert find(territory, ins[:9]) == [territory.patient]
    local = register(territory).identifiers.get().value
    assert [each.identifiers.get().value for each in find(territory, local.lower())] == [local]


def test_the_likeliest_come_first_and_no_more_than_asked(territory: Territory) -> None:
    longer = register(territory, birth_name="Martineau", used_name="")
    sounding = register(territory, birth_name="Martain", used_name="")
    same = register(territory, birth_name="Martin", used_name="")
    assert find(territory, "martin") == [same, longer, sounding]
    assert find(territory, "martin", most=2) == [same, longer]


def test_a_changed_name_and_a_new_identifier_are_found_at_once(territory: Territory) -> None:
    patient = register(territory)
    patient.used_name = "Quimper"
    patient.save(update_fields=["used_name"])
    assert find(territory, "quimper") == [patient]
    assert find(territory, "goff") == []
    assert patient not in search_patients(territory.outsider, words="quimper", most=5)


def test_another_site_finds_a_patient_once_it_has_named_them(territory: Territory) -> None:
    patient = register(territory)
    site = territory.outsider.structure_id
    assert site is not None
    from diaphane.organisations.queries import get_structure

    PatientIdentifier.objects.create(patient=patient, issuer=get_structure(site).issuer, value="X1")
    assert search_patients(territory.outsider, words="lefevre", most=5) == [patient]
