"""Find or register the patient: absurd traits first, then twins, then the draft (R40)."""

from datetime import date

import pytest
from django.urls import reverse

from diaphane.kernel.identifiers import ins_key
from diaphane.patients.models import Patient
from diaphane.patients.queries import find_doubt
from diaphane.requests.models import ExamRequest
from tests.factories import PatientFactory, PatientIdentifierFactory, StructureFactory

from .pages import HTMX

pytestmark = pytest.mark.django_db

SOUND = {
    "birth_name": "Aubier",
    "first_names": "Jeanne Marie",
    "sex": "F",
    "birth_date": "1958-04-02",
    "phone": "06 99 00 11 22",
}


def register(client, **values):
    return client.post(reverse("requesting:new_patient"), SOUND | values, headers=HTMX)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"birth_date": "2999-01-01"}, "dans le futur"),
        ({"birth_date": "1820-01-01"}, "plus de 125 ans"),
        ({"birth_date": "hier"}, "date valide"),
        ({"phone": "appelez-moi"}, "en chiffres"),
        ({"birth_name": "A" * 500}, "100 caractères"),
        ({"birth_name": ""}, "obligatoire"),
        ({"birth_name": "1234"}, "avec des lettres"),
        ({"sex": ""}, "obligatoire"),
        ({"sex": "X"}, "choix valide"),
        ({"ins": "258049912345699", "ins_oid": "1.2.250.1.213.1.4.8"}, "n’est pas valide"),
        ({"ins": "jeanne", "ins_oid": "1.2.250.1.213.1.4.8"}, "n’est pas valide"),
        ({"first_names": "Jean\x00ne"}, "nul"),
    ],
)
def test_an_absurd_trait_is_refused_in_french_and_nothing_is_kept(territory, login, values, words):
    answer = register(login(territory.requester), **values)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Patient.objects.filter(first_names__startswith="Jeanne").exists()
    assert not ExamRequest.objects.exists()


def test_what_was_typed_stays_in_the_form_beside_the_error(territory, login):
    page = register(login(territory.requester), birth_date="2999-01-01").content.decode()
    assert 'value="Jeanne Marie"' in page


def test_an_ins_that_another_patient_holds_is_not_taken_and_both_are_to_be_compared(territory, login):
    held = territory.patient
    answer = register(login(territory.requester), ins=held.ins, ins_oid=held.ins_oid)
    assert answer.status_code == 204
    made = Patient.objects.get(birth_name="Aubier")
    assert made.ins == ""
    assert find_doubt(made)


def test_an_ins_known_at_another_site_with_the_same_traits_opens_the_draft_of_that_patient(territory, login):
    held = PatientFactory(**SOUND | {"birth_date": date(1958, 4, 2)})
    answer = register(login(territory.requester), ins=held.ins, ins_oid=held.ins_oid)
    assert answer.status_code == 204
    assert ExamRequest.objects.get().act.patient == held
    assert held.identifiers.get().issuer == territory.site.issuer


def test_an_ins_typed_by_hand_in_groups_leaves_the_identity_provisional(territory, login):
    nir = "2580499123456"
    typed = f"2 58 04 99 123 456 {ins_key(nir)}"
    answer = register(login(territory.requester), ins=typed, ins_oid="1.2.250.1.213.1.4.10")
    assert answer.status_code == 204
    made = Patient.objects.get(birth_name="Aubier")
    assert made.ins == nir + ins_key(nir)
    assert made.identity_status == Patient.IdentityStatus.PROVISIONAL


def test_the_test_inss_are_not_offered_in_production(territory, login, settings):
    from diaphane.kernel.modes import Mode

    settings.MODE = Mode.PRODUCTION
    page = login(territory.requester).get(reverse("requesting:new_patient")).content.decode()
    assert "NIR de test" not in page


def test_registering_opens_the_draft_with_the_telephones_on_record(territory, login):
    answer = register(login(territory.requester))
    request = ExamRequest.objects.get()
    assert answer["HX-Redirect"] == reverse("requesting:edit", args=[request.act_id])
    assert request.act.patient.first_names == "Jeanne Marie"
    assert request.contact == "06 99 00 11 22"
    assert request.callback_phone


def test_a_double_click_makes_one_patient_and_asks_whether_it_is_the_same(territory, login):
    client = login(territory.requester)
    register(client)
    again = register(client)
    assert "Est-ce ce patient" in again.content.decode()
    assert Patient.objects.filter(birth_name="Aubier").count() == 1
    assert ExamRequest.objects.count() == 1


def test_a_person_may_say_that_a_twin_is_someone_else(territory, login):
    client = login(territory.requester)
    register(client)
    assert register(client, is_distinct="on").status_code == 204
    assert Patient.objects.filter(birth_name="Aubier").count() == 2


def test_a_double_click_on_a_patient_opens_one_draft(territory, login):
    client = login(territory.requester)
    addresses = {
        client.post(reverse("requesting:start"), {"patient": str(territory.patient.pk)})["Location"]
        for _ in range(2)
    }
    assert len(addresses) == 1
    assert ExamRequest.objects.count() == 1


def test_another_site_s_patient_cannot_be_picked(territory, login):
    stranger = PatientIdentifierFactory(issuer=StructureFactory().issuer).patient
    answer = login(territory.requester).post(reverse("requesting:start"), {"patient": str(stranger.pk)})
    assert answer.status_code == 404


def test_a_patient_that_is_no_identifier_leads_back_to_the_search(territory, login):
    answer = login(territory.requester).post(reverse("requesting:start"), {"patient": "dupont"})
    assert answer["Location"] == reverse("requesting:choose_patient")


@pytest.mark.parametrize("words", ["zoe", "ZOÉ val", "12/05/1961", "Valcourt", "l'étang"])
def test_the_search_finds_by_name_given_name_and_birth_date(territory, login, words):
    found = PatientFactory(
        birth_name="Valcourt",
        used_name="L’Étang",
        first_names="Zoé",
        birth_date="1961-05-12",
        provisional=True,
    )
    PatientIdentifierFactory(patient=found, issuer=territory.site.issuer)
    page = login(territory.requester).post(reverse("requesting:find_patient"), {"words": words}, headers=HTMX)
    assert "L’ÉTANG Zoé" in page.content.decode()
    assert territory.patient.display_name not in page.content.decode()


def test_the_search_finds_by_ins_read_in_groups(territory, login):
    ins = territory.patient.ins
    words = f"{ins[0]} {ins[1:3]} {ins[3:5]} {ins[5:7]} {ins[7:10]} {ins[10:13]} {ins[13:]}"
    page = login(territory.requester).post(reverse("requesting:find_patient"), {"words": words})
    assert territory.patient.display_name in page.content.decode()


@pytest.mark.parametrize("words", ["31/02/1990", "99/99/9999", "%", "'; --", "x" * 101])
def test_absurd_words_find_nobody_and_break_nothing(territory, login, words):
    page = login(territory.requester).post(reverse("requesting:find_patient"), {"words": words}, headers=HTMX)
    assert page.status_code == 200


def test_the_search_does_not_find_another_site_s_patients(territory, login):
    stranger = PatientIdentifierFactory(issuer=StructureFactory().issuer).patient
    page = login(territory.requester).post(
        reverse("requesting:find_patient"), {"words": stranger.birth_name}, headers=HTMX
    )
    assert "Aucun patient de votre site" in page.content.decode()
