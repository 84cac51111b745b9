"""The imageur sees what the safety rules find before deciding, and lifts it in writing (R66, R69, R85)."""

import pytest
from django.test import Client

from diaphane.acts.models import Duty
from diaphane.kernel.actors import Role
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.safety_models import SafetyAnswer
from tests.factories import StructureFactory, make_actor
from tests.scenes import SAFE_ANSWERS, under_review

from .pages import act_url, post

pytestmark = pytest.mark.django_db

VALIDATION = {
    "protocol": "Hélice injectée",
    "contrast_product": "Ioméprol",
    "contrast_volume": "60",
    "contrast_route": "intravenous",
    "granted_urgency": "urgent",
    "review_reason": "",
}
WEAK_KIDNEYS = SAFE_ANSWERS | {"egfr": "25"}


@pytest.mark.parametrize("name", ["answer_safety", "explain_safety"])
def test_a_visitor_another_structure_and_another_role_write_nothing(territory, login, name):
    request = under_review(territory, exam_code="CT-PE", answers={})
    values = {"safety_metformin": "yes", "safety_motive": "Oui"}
    stranger = make_actor(Role.IMAGEUR, StructureFactory())
    assert post(Client(), name, request.act_id, **values).status_code == 401
    assert post(login(stranger), name, request.act_id, **values).status_code == 404
    assert post(login(territory.technologist), name, request.act_id, **values).status_code == 403
    assert not SafetyAnswer.objects.exists()


def test_a_validation_without_a_motive_is_refused_and_the_motive_is_then_shown(territory, login):
    request = under_review(territory, exam_code="CT-PE", answers=WEAK_KIDNEYS)
    client = login(territory.imageur)
    page = client.get(act_url("act", request.act_id)).content.decode()
    assert page.index("DFG estimé sous 30") < page.index('name="safety_motive"')
    assert "Le dossier" in page
    refusal = post(client, "validate", request.act_id, **VALIDATION)
    assert refusal.status_code == 422
    assert "Votre motif, pour : DFG estimé sous 30" in refusal.content.decode()
    motive = {"safety_motive": "Hydratation, demi-dose"}
    assert post(client, "validate", request.act_id, **VALIDATION | motive).status_code == 204
    page = client.get(act_url("act", request.act_id)).content.decode()
    assert "Hydratation, demi-dose" in page
    assert "jugé par les règles 2026-11" in page


def test_the_imageur_notes_an_answer_and_the_finding_goes(territory, login):
    request = under_review(territory, exam_code="CT-PE", answers=SAFE_ANSWERS | {"kidneys": "unknown"})
    client = login(territory.imageur)
    assert "Antécédents rénaux inconnus" in client.get(act_url("act", request.act_id)).content.decode()
    wrong = post(client, "answer_safety", request.act_id, safety_egfr="12000", safety_creatinine="")
    assert wrong.status_code == 422
    assert "plausible" in wrong.content.decode()
    values = {"safety_kidneys": "none", "safety_informant": "relative"}
    kept = post(client, "answer_safety", request.act_id, **values)
    assert 'id="safety-rules"' in kept.content.decode()
    assert "Antécédents rénaux inconnus" not in kept.content.decode()
    assert "Antécédents rénaux inconnus" not in client.get(act_url("act", request.act_id)).content.decode()


def test_a_motive_that_a_vital_emergency_let_wait_is_written_afterwards(territory, login):
    request = under_review(territory, urgency="vital", exam_code="CT-PE", answers={})
    client = login(territory.imageur)
    vital = VALIDATION | {"granted_urgency": "vital"}
    assert post(client, "validate", request.act_id, **vital).status_code == 204
    assert "Écrire le motif qui est dû" in client.get(act_url("act", request.act_id)).content.decode()
    assert post(client, "explain_safety", request.act_id, safety_motive=" ").status_code == 422
    assert post(client, "explain_safety", request.act_id, safety_motive="Vital").status_code == 204
    kept = ExamRequest.objects.get()
    assert (kept.state, kept.safety_motive) == (RequestState.VALIDATED, "Vital")
    assert Duty.objects.get(guard="request.safety_motive").state == Duty.State.DONE
