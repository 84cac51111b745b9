"""The safety questions of a request's form: asked by exam, saved as typed, refused in words (R66)."""

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.kernel.clock import now
from diaphane.requests.operations import validate_request
from diaphane.requests.safety_models import SafetyAnswer
from tests.scenes import COMPLETE_REQUEST, SAFE_ANSWERS, draft, refused, submitted, under_review

from .pages import act_url, post

pytestmark = pytest.mark.django_db

INJECTED = COMPLETE_REQUEST | {"urgency": "urgent", "exam_code": "CT-PE"}
MRI = COMPLETE_REQUEST | {"urgency": "urgent", "exam_code": "MR-STROKE"}
LISTED = {"implants": "listed", "implants_details": "Stimulateur"}


def test_a_visitor_and_another_site_answer_nothing(territory, login):
    request = draft(territory, answers={})
    values = INJECTED | {"safety_metformin": "yes"}
    assert post(Client(), "edit", request.act_id, **values).status_code == 401
    assert post(login(territory.outsider), "edit", request.act_id, **values).status_code == 404
    assert post(login(territory.imageur), "edit", request.act_id, **values).status_code == 403
    assert not SafetyAnswer.objects.exists()


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("safety_creatinine", "0,9", "Peu plausible en µmol/L"),
        ("safety_egfr", "-4", "Ce nombre ne peut pas être négatif."),
        ("safety_kidneys", "trois", "choix valide"),
    ],
)
def test_an_answer_that_cannot_be_is_said_at_its_field_and_the_others_are_kept(
    territory, login, name, raw, words
):
    request = draft(territory, exam_code="CT-PE", answers={})
    values = INJECTED | {"safety_egfr": "", "safety_creatinine": "", "safety_metformin": "no"}
    client = login(territory.requester)
    page = post(client, "edit", request.act_id, **values | {name: raw, "safety_informant": "record"})
    at_field = page.content.decode().split(f'id="id_{name}_error"')[-1].split("</div>")[0]
    assert words in at_field
    assert [(each.question_id, each.value) for each in SafetyAnswer.objects.all()] == [("metformin", "no")]
    sent = post(client, "submit", request.act_id, **values | {name: raw})
    assert sent.status_code == 422
    assert words in sent.content.decode()


def test_the_questions_follow_the_exam_and_disturb_no_field_that_is_shown(territory, login):
    request = draft(territory, exam_code="CT-HEAD", answers={})
    client = login(territory.requester)
    page = client.get(act_url("edit", request.act_id)).content.decode()
    assert "Les règles ne demandent rien pour cet examen." in page
    assert "Metformine" not in page
    saved = post(client, "edit", request.act_id, **INJECTED | {"safety_shown": ""}).content.decode()
    assert 'id="safety_slot_metformin"' in saved
    assert 'name="safety_metformin"' in saved
    assert "Fonction rénale inconnue" in saved
    again = INJECTED | {"safety_shown": "egfr route kidneys metformin", "safety_metformin": "yes"}
    saved = post(client, "edit", request.act_id, **again).content.decode()
    assert 'id="safety_slot_metformin"' not in saved
    assert 'id="safety_slot_thyroid"' in saved


def test_findings_carry_their_word_their_source_and_who_answered(territory, login):
    request = draft(territory, exam_code="MR-STROKE", answers={}, **LISTED)
    client = login(territory.requester)
    answers = {"safety_implant": "cardiac", "safety_metal_in_eye": "yes", "safety_informant": "relative"}
    saved = post(client, "edit", request.act_id, **MRI | LISTED | answers).content.decode()
    assert "STOP" in saved
    assert "Dispositif cardiaque : pas d’IRM" in saved
    assert "Un proche" in saved
    assert "à valider" in saved
    assert "Règles 2026-11, à approuver par un médecin du site" in saved
    page = client.get(act_url("edit", request.act_id)).content.decode()
    assert 'value="cardiac" id="id_safety_implant_1" checked' in " ".join(page.split()).replace(" >", ">")


def test_a_number_and_not_known_contradict_each_other(territory, login):
    request = draft(territory, exam_code="CT-PE", answers={})
    values = INJECTED | {"safety_egfr": "60", "safety_egfr_unknown": "on", "safety_creatinine": ""}
    saved = post(login(territory.requester), "edit", request.act_id, **values).content.decode()
    assert "Donnez une seule réponse" in saved
    assert not SafetyAnswer.objects.exists()


def test_the_demandeur_answers_after_sending_until_it_is_decided(territory, login):
    request = submitted(territory, exam_code="CT-PE", answers={"egfr": "25"})
    client = login(territory.requester)
    page = client.get(act_url("act", request.act_id)).content.decode()
    assert "DFG estimé sous 30" in page
    assert act_url("answer_safety", request.act_id) in page
    outside = post(login(territory.outsider), "answer_safety", request.act_id, safety_kidneys="none")
    assert outside.status_code == 404
    wrong = post(client, "answer_safety", request.act_id, safety_egfr="", safety_creatinine="0.9")
    assert wrong.status_code == 422
    assert "Peu plausible en µmol/L" in wrong.content.decode()
    kept = post(client, "answer_safety", request.act_id, safety_egfr="61", safety_creatinine="")
    assert "DFG estimé sous 30" not in kept.content.decode()
    assert SafetyAnswer.objects.filter(moment="review").count() == 1
    cancelled = refused(territory)
    assert post(client, "answer_safety", cancelled.act_id, safety_kidneys="none").status_code == 409


def test_the_technologist_reads_the_findings_and_the_motive_on_the_card(territory, login, run_jobs):
    request = validate_request(
        request=under_review(territory, exam_code="CT-PE", answers=SAFE_ANSWERS | {"egfr": "25"}),
        protocol="Hélice injectée",
        contrast_prescription="Ioméprol 60 mL",
        granted_urgency="urgent",
        review_reason="",
        safety_motive="Hydratation, demi-dose",
        by=territory.imageur,
        at=now(),
    )
    run_jobs()
    page = login(territory.technologist).get(reverse("technologist:exam", args=[request.act_id]))
    assert "DFG estimé sous 30" in page.content.decode()
    assert "Hydratation, demi-dose" in page.content.decode()
