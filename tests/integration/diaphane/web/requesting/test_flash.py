"""Demande flash: refused first, then sent once; what is missing is owed, what never yields stands (V)."""

from uuid import uuid4

import pytest
from django.urls import reverse

from diaphane.acts.models import Act, Duty
from diaphane.kernel.actors import Role
from diaphane.kernel.errors import GuardError
from diaphane.patients.models import Patient
from diaphane.patients.settling import settle_as_new
from diaphane.requests.catalogue import CATALOGUE
from diaphane.requests.flash import IDENTITY_KNOWN, REGIONS
from diaphane.requests.guards import HOURS
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import take_request, validate_request
from tests.factories import PatientFactory, PatientIdentifierFactory, StructureFactory, make_actor
from tests.integration.diaphane.requests.test_conventions import close_now
from tests.queue import run_jobs

from .pages import HTMX, act_url

pytestmark = pytest.mark.django_db


def send(client, *, headers=HTMX, **values):
    told = {
        "attempt": uuid4(),
        "patient": "",
        "age": "70",
        "sex": "M",
        "exam_code": "CT-STROKE",
        "question": "Occlusion ? Déficit droit vu il y a 40 min",
        "callback_phone": "01 99 00 00 02",
    }
    return client.post(reverse("requesting:flash"), told | values, headers=headers)


def list_owed(request):
    return dict(Duty.objects.filter(act=request.act, state="open").values_list("guard", "owner_role"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"exam_code": ""}, "L’examen demandé"),
        ({"question": " "}, "La question posée"),
        ({"callback_phone": ""}, "Un numéro où vous rappeler"),
        ({"callback_phone": "rappelez-moi"}, "en chiffres"),
        ({"age": ""}, "Un âge, même approximatif"),
        ({"age": "300"}, "125"),
        ({"patient": "personne"}, "UUID"),
        ({"exam_code": "MAMMOGRAPHY"}, "choix valide"),
    ],
)
def test_what_no_urgency_bypasses_is_asked_for_and_nothing_is_kept(territory, login, values, words):
    before = Patient.objects.count()
    answer = send(login(territory.requester), **values)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ExamRequest.objects.exists()
    assert Patient.objects.count() == before


def test_without_a_convention_it_does_not_leave_and_says_why(territory, login):
    territory.convention.delete()
    answer = send(login(territory.requester))
    assert answer.status_code == 422
    assert "Aucune convention en vigueur" in answer.content.decode()
    assert not Patient.objects.filter(is_unidentified=True).exists()


def test_another_site_s_patient_cannot_be_chosen(territory, login):
    other = PatientFactory()
    PatientIdentifierFactory(patient=other, issuer=StructureFactory().issuer)
    assert send(login(territory.requester), patient=other.pk).status_code == 404
    assert not ExamRequest.objects.exists()


def test_a_technologist_sends_none(territory, login):
    assert send(login(territory.technologist)).status_code == 403


def test_an_unknown_patient_leaves_at_once_and_everything_else_is_owed_by_who_asked(territory, login):
    client = login(territory.requester)
    answer = send(client)
    request = ExamRequest.objects.get()
    assert answer.headers["HX-Redirect"] == act_url("act", request.act_id)
    assert (request.state, request.act.requested_urgency) == (RequestState.SUBMITTED, Act.Urgency.VITAL)
    assert request.act.patient.is_unidentified
    assert request.act.reading_structure == territory.reader
    owed = list_owed(request)
    assert set(owed) == {
        IDENTITY_KNOWN,
        "request.distance",
        "request.contact",
        "request.context",
        "request.safety",
        "request.information",
        "request.ionising",
        "request.justified_by_requester",
    }
    assert set(owed.values()) == {Role.REQUESTING_PHYSICIAN.value}
    page = client.get(act_url("act", request.act_id)).content.decode()
    for words in ("Demande flash", "Dire qui est le patient", "À régulariser", "Médecin demandeur"):
        assert words in page


def test_what_is_known_is_not_owed(territory, login):
    send(
        login(territory.requester),
        patient=territory.patient.pk,
        pregnancy="not_concerned",
        risks="80 kg, pas d’allergie",
        biology="Créatinine 80 µmol/L ce jour",
    )
    request = ExamRequest.objects.get()
    assert request.act.patient == territory.patient
    assert IDENTITY_KNOWN not in list_owed(request)
    assert Duty.objects.get(guard="request.safety").reason == "Les examens antérieurs (ou «\xa0aucun\xa0»)"


def test_pressed_twice_it_sends_once(territory, login):
    client, attempt = login(territory.requester), uuid4()
    first, second = send(client, attempt=attempt), send(client, attempt=attempt)
    assert first.headers["HX-Redirect"] == second.headers["HX-Redirect"]
    assert ExamRequest.objects.count() == 1
    assert Patient.objects.filter(is_unidentified=True).count() == 1


def test_a_colleague_s_page_is_never_taken_for_mine(territory, login):
    attempt, colleague = uuid4(), make_actor(Role.REQUESTING_PHYSICIAN, territory.site)
    send(login(territory.requester), attempt=attempt)
    send(login(colleague), attempt=attempt)
    assert set(ExamRequest.objects.values_list("author_id", flat=True)) == {
        territory.requester.id,
        colleague.id,
    }


def test_off_hours_it_leaves_and_its_page_still_opens(territory, login):
    close_now(territory)
    client = login(territory.requester)
    send(client)
    request = ExamRequest.objects.get()
    assert HOURS.code in list_owed(request)
    assert client.get(act_url("act", request.act_id)).status_code == 200


def test_an_unknown_implant_still_stops_the_mri(territory, login, at):
    send(login(territory.requester), patient=territory.patient.pk, exam_code="MR-STROKE")
    request = take_request(request=ExamRequest.objects.get(), by=territory.imageur, at=at)
    assert "request.implants_asked" in list_owed(request)
    with pytest.raises(GuardError) as refused:
        validate_request(
            request=request,
            protocol="Diffusion, FLAIR",
            contrast_prescription="",
            granted_urgency="vital",
            review_reason="",
            safety_motive="Urgence vitale",
            by=territory.imageur,
            at=at,
        )
    assert "R85" in {each.requirement for each in refused.value.missing}


def test_the_imageur_still_justifies_it(territory, login, at):
    send(login(territory.requester), patient=territory.patient.pk)
    request = take_request(request=ExamRequest.objects.get(), by=territory.imageur, at=at)
    with pytest.raises(GuardError) as refused:
        validate_request(
            request=request,
            protocol="",
            contrast_prescription="",
            granted_urgency="vital",
            review_reason="",
            by=territory.imageur,
            at=at,
        )
    assert "R69" in {each.requirement for each in refused.value.missing}


def test_saying_who_the_patient_is_settles_what_was_owed(territory, login, at):
    send(login(territory.requester))
    request = ExamRequest.objects.get()
    traits = PatientFactory.build(birth_name="Sarment", provisional=True)
    settle_as_new(patient_id=request.act.patient_id, traits=traits, by=territory.requester, at=at)
    run_jobs()
    assert Duty.objects.get(guard=IDENTITY_KNOWN).state == Duty.State.DONE


def test_the_search_shows_the_patients_of_the_site_and_unknown_first(territory, login):
    client = login(territory.requester)
    words = {"words": territory.patient.birth_name}
    for headers in ({}, HTMX):
        page = client.post(reverse("requesting:flash_patients"), words, headers=headers).content.decode()
        assert page.index("Inconnu") < page.index(str(territory.patient.pk))
    none = client.post(reverse("requesting:flash_patients"), {"words": "Zzyx"}, headers=HTMX)
    assert "Aucun patient" in none.content.decode()


def test_every_region_stands_for_an_exam_that_is_read_at_a_distance():
    assert all(not CATALOGUE[code].refused_by for code in REGIONS)


def test_without_scripts_a_wrong_answer_keeps_the_page(territory, login):
    answer = send(login(territory.requester), headers={}, callback_phone="rappelez-moi")
    assert answer.status_code == 422
    assert "Déficit droit" in answer.content.decode()
