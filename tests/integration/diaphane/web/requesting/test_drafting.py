"""Write and send a request: each guard said in French, saved by itself, sent once (R1, R4, R63, R64–R69)."""

import re

import pytest
from django.urls import reverse

from diaphane.acts.models import Duty, Step
from diaphane.audit.models import Entry
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import draft_request
from tests.scenes import COMPLETE_REQUEST, draft, submitted

from .pages import act_url, post

pytestmark = pytest.mark.django_db

FULL = COMPLETE_REQUEST | {"urgency": "urgent"}


@pytest.fixture
def blank(territory, at):
    return draft_request(patient=territory.patient, site=territory.site, by=territory.requester, at=at)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"exam_code": "MAMMOGRAPHY"}, "La mammographie n’est pas interprétée à distance"),
        ({"exam_code": "ULTRASOUND"}, "L’échographie à distance n’est pas prise en charge ici"),
        ({"exam_code": ""}, "L’examen demandé"),
        ({"urgency": ""}, "Le degré d’urgence demandé"),
        ({"question": " "}, "La question posée"),
        ({"history": ""}, "Contexte et histoire"),
        ({"antecedents": ""}, "Les antécédents"),
        ({"wanted_by": ""}, "Le délai souhaité"),
        ({"risks": ""}, "Terrain à risque"),
        ({"biology": ""}, "La biologie utile"),
        ({"prior_imaging": ""}, "Les examens antérieurs"),
        ({"pregnancy": ""}, "Circonstances"),
        ({"pregnancy": "unknown"}, "Grossesse inconnue"),
        ({"previous_ionising": ""}, "Les examens irradiants antérieurs"),
        ({"justification": ""}, "Pourquoi cet examen"),
        ({"distance_reason": ""}, "Pourquoi à distance"),
        ({"information": ""}, "L’information du patient"),
        ({"callback_phone": ""}, "Un numéro où vous rappeler"),
        ({"contact": ""}, "Comment joindre le patient"),
    ],
)
def test_what_is_missing_is_listed_live_and_blocks_the_sending(territory, login, blank, values, words):
    client = login(territory.requester)
    saved = post(client, "edit", blank.act_id, **FULL | values)
    assert saved.status_code == 200
    assert words in saved.content.decode()
    sent = post(client, "submit", blank.act_id, **FULL | values)
    assert sent.status_code == 422
    assert words in sent.content.decode()
    assert ExamRequest.objects.get().state == RequestState.DRAFT


def test_a_blank_draft_lists_everything_at_once_each_linked_to_its_field(territory, login, blank):
    page = login(territory.requester).get(act_url("edit", blank.act_id)).content.decode()
    for field in ("exam_code", "question", "history", "antecedents", "risks", "biology", "prior_imaging"):
        assert f'href="#id_{field}"' in page
        assert f'id="id_{field}"' in page


def test_a_site_without_convention_cannot_send(territory, login, at):
    request = draft(territory)
    territory.convention.delete()
    answer = post(login(territory.requester), "submit", request.act_id, **FULL)
    assert answer.status_code == 422
    assert "Aucune convention en vigueur" in answer.content.decode()
    assert "L’administration de la structure" in answer.content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"callback_phone": "rappelez-moi"}, "en chiffres"),
        ({"callback_phone": "0" * 31}, "trop long"),
        ({"history": "a" * 100_000}, "5000 caractères au plus"),
        ({"wanted_by": "a" * 121}, "120 caractères au plus"),
        ({"treating_physician_email": "docteur"}, "adresse de courriel valide"),
        ({"exam_code": "SCANNER-DU-MUR"}, "choix valide"),
        ({"urgency": "hier"}, "choix valide"),
        ({"question": "avec un nul \x00"}, "nul"),
    ],
)
def test_an_absurd_answer_is_said_at_its_field_and_the_sound_ones_are_kept(
    territory, login, blank, values, words
):
    client = login(territory.requester)
    typed = FULL | {"antecedents": "Asthme"} | values
    for name, status in (("edit", 200), ("submit", 422)):
        answer = post(client, name, blank.act_id, **typed)
        assert answer.status_code == status
        assert words in answer.content.decode()
    kept = ExamRequest.objects.get()
    assert kept.antecedents == "Asthme"
    assert kept.state == RequestState.DRAFT


def test_a_request_with_an_answer_that_cannot_be_read_is_not_called_ready(territory, login, blank):
    client = login(territory.requester)
    saved = post(client, "edit", blank.act_id, **FULL | {"callback_phone": "rappelez-moi"}).content.decode()
    assert "Une réponse est à revoir" in saved
    assert "Prête à être envoyée" not in saved
    assert "La demande est complète" not in saved
    assert "Prête à être envoyée" in post(client, "edit", blank.act_id, **FULL).content.decode()


@pytest.mark.parametrize("exam", ["MAMMOGRAPHY", "ULTRASOUND"])
def test_an_exam_that_is_never_read_here_says_so_at_its_own_field(territory, login, blank, exam):
    client = login(territory.requester)
    saved = post(client, "edit", blank.act_id, exam_code=exam).content.decode()
    [said] = re.findall(r'id="id_exam_code_error"[^>]*>(.*?)</div>', saved, re.DOTALL)
    assert "distance" in said
    page = client.get(act_url("edit", blank.act_id)).content.decode()
    assert said.strip() in page
    saved = post(client, "edit", blank.act_id, exam_code="CT-HEAD").content.decode()
    assert re.search(r'id="id_exam_code_error"[^>]*>\s*</div>', saved)


def test_the_draft_is_saved_as_it_is_typed(territory, login, blank):
    answer = post(login(territory.requester), "edit", blank.act_id, question="Fracture ?")
    assert "Enregistré à" in answer.content.decode()
    assert ExamRequest.objects.get().question == "Fracture ?"


def test_saving_the_same_words_again_leaves_no_trace(territory, login, blank):
    client = login(territory.requester)
    for _ in range(3):
        post(client, "edit", blank.act_id, **FULL)
    assert Entry.objects.filter(action="request.saved").count() == 1


def test_a_complete_request_is_sent_to_the_structure_of_the_convention(territory, login, blank):
    answer = post(login(territory.requester), "submit", blank.act_id, **FULL)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == act_url("act", blank.act_id)
    sent = ExamRequest.objects.get()
    assert sent.state == RequestState.SUBMITTED
    assert sent.act.reading_structure == territory.reader


def test_a_double_click_sends_once(territory, login, blank):
    client = login(territory.requester)
    answers = [post(client, "submit", blank.act_id, **FULL) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert Step.objects.filter(transition="submit").count() == 1


def test_without_scripts_the_form_is_sent_all_the_same(territory, login, blank):
    answer = login(territory.requester).post(act_url("submit", blank.act_id), FULL)
    assert answer.status_code == 302
    assert ExamRequest.objects.get().state == RequestState.SUBMITTED


def test_what_is_typed_after_the_sending_leads_to_the_request_and_changes_nothing(territory, login):
    request = submitted(territory)
    answer = post(login(territory.requester), "edit", request.act_id, **FULL | {"question": "autre"})
    assert answer["HX-Redirect"] == act_url("act", request.act_id)
    assert ExamRequest.objects.get().question == COMPLETE_REQUEST["question"]


def test_a_vital_emergency_leaves_with_four_answers_and_owes_the_rest(territory, login, blank):
    flash = {
        "exam_code": "CT-STROKE",
        "urgency": "vital",
        "question": "AVC ?",
        "callback_phone": "01 99 00 00 02",
    }
    client = login(territory.requester)
    saved = post(client, "edit", blank.act_id, **flash).content.decode()
    assert "Urgence vitale\u00a0: ceci peut attendre" in saved
    assert post(client, "submit", blank.act_id, **flash).status_code == 204
    owed = set(Duty.objects.filter(state="open").values_list("requirement", flat=True))
    assert {"R63", "R65", "R66", "R67", "R68", "R69"} <= owed


def test_a_vital_emergency_never_opens_mammography(territory, login, blank):
    asked = FULL | {"urgency": "vital", "exam_code": "MAMMOGRAPHY"}
    assert post(login(territory.requester), "submit", blank.act_id, **asked).status_code == 422


def test_a_draft_can_be_put_aside(territory, login, blank):
    assert login(territory.requester).post(act_url("discard", blank.act_id)).status_code == 302
    assert ExamRequest.objects.get().state == RequestState.DISCARDED


def test_the_irradiating_exams_are_marked_for_the_page(territory, login, blank):
    page = login(territory.requester).get(act_url("edit", blank.act_id)).content.decode()
    assert '<option value="CT-HEAD" data-ionising>' in page
    assert '<option value="MR-STROKE" data-magnetic>' in page
    assert "Non pris en charge à distance" in page


def test_opening_a_draft_is_recorded_once_per_session(territory, login, blank):
    client = login(territory.requester)
    for _ in range(3):
        client.get(act_url("edit", blank.act_id))
    assert Entry.objects.filter(action="viewed.act", act_id=blank.act_id).count() == 1


def test_three_megabytes_of_text_have_a_clear_answer_and_leave_the_draft_as_it_was(territory, login, blank):
    answer = post(login(territory.requester), "edit", blank.act_id, history="a" * 3_000_000)
    assert answer.status_code == 400
    assert "trop long" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert ExamRequest.objects.get().history == ""


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"implants": ""}, "id_implants"),
        ({"implants": "peut-être"}, "choix valide"),
        ({"implants": "listed", "implants_details": " "}, "id_implants_details"),
    ],
)
def test_an_mri_is_not_asked_for_without_an_answer_on_implants(territory, login, blank, values, words):
    asked = FULL | {"exam_code": "MR-STROKE"} | values
    answer = post(login(territory.requester), "submit", blank.act_id, **asked)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_an_unknown_implant_is_an_answer_that_the_imageur_reads(territory, login, blank):
    asked = FULL | {"exam_code": "MR-STROKE", "implants": "unknown"}
    assert post(login(territory.requester), "submit", blank.act_id, **asked).status_code == 204
    page = login(territory.imageur).get(reverse("reading_room:act", args=[blank.act_id])).content.decode()
    assert "Implants inconnus" in page


def version_in(page: str) -> str:
    return re.search(r'name="version" value="([0-9a-f]+)"', page).group(1)


@pytest.mark.parametrize("name", ["edit", "submit"])
def test_a_page_made_before_somebody_else_s_words_does_not_overwrite_them(territory, login, blank, name):
    client = login(territory.requester)
    before = version_in(client.get(act_url("edit", blank.act_id)).content.decode())
    post(client, "edit", blank.act_id, **FULL | {"history": "Écrit ailleurs", "version": before})
    answer = post(client, name, blank.act_id, **FULL | {"history": "Écrit ici", "version": before})
    assert answer.status_code == 409
    assert "modifié ailleurs" in answer.content.decode()
    assert ExamRequest.objects.get().history == "Écrit ailleurs"


def test_each_save_and_each_refusal_bring_the_page_the_new_version(territory, login, blank):
    client = login(territory.requester)
    version = version_in(client.get(act_url("edit", blank.act_id)).content.decode())
    for question in ("un", "deux"):
        for name in ("edit", "submit"):
            answer = post(client, name, blank.act_id, question=f"{question} {name}", version=version)
            version = version_in(answer.content.decode())
    assert ExamRequest.objects.get().question == "deux submit"
