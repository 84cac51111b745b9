"""A request for the wrong patient, noticed late: refused once there are images, else begun again (R40)."""

import pytest
from django.urls import reverse

from diaphane.acquisition.models import Exam, ExamState
from diaphane.acts.models import Act, Duty, Step
from diaphane.kernel.actors import Role
from diaphane.privacy.handing.gathering import list_held_act_ids
from diaphane.privacy.models import DataExport
from diaphane.requests.models import ExamRequest, RequestState
from tests import reading_scenes
from tests.factories import PatientFactory, PatientIdentifierFactory, make_actor
from tests.queue import run_jobs
from tests.scenes import SAFE_ANSWERS, draft, submitted, validated

from .pages import act_url, post

pytestmark = pytest.mark.django_db
REASON = "Homonyme : la bonne date de naissance est 1948"


@pytest.fixture
def right(territory):
    patient = PatientFactory(birth_name="Brunemont")
    PatientIdentifierFactory(patient=patient, issuer=territory.site.issuer)
    return patient


def move(client, request, patient, *, reason=REASON):
    return post(client, "wrong_patient", request.act_id, patient=str(patient.pk), reason=reason)


def test_another_site_and_other_roles_move_nothing(territory, login, right):
    request = submitted(territory)
    assert move(login(territory.outsider), request, right).status_code == 404
    for actor in (territory.technologist, territory.imageur, make_actor(Role.SECRETARY, territory.site)):
        assert move(login(actor), request, right).status_code == 403
    assert ExamRequest.objects.get().state == RequestState.SUBMITTED


def test_without_a_reason_to_nobody_or_to_the_same_patient_it_stays(territory, login, right):
    request, client = submitted(territory), login(territory.requester)
    assert move(client, request, right, reason=" ").status_code == 422
    assert post(client, "wrong_patient", request.act_id, reason=REASON).status_code == 422
    assert move(client, request, territory.patient).status_code == 409
    assert move(client, request, PatientFactory()).status_code == 404
    assert ExamRequest.objects.get().state == RequestState.SUBMITTED


def test_once_images_came_the_way_out_is_quarantine(territory, login, right):
    exam = reading_scenes.in_progress(territory)
    answer = move(login(territory.requester), exam.act.request, right)
    assert answer.status_code == 422
    assert "quarantaine" in answer.content.decode()
    assert ExamRequest.objects.get().state == RequestState.VALIDATED
    assert Act.objects.count() == 1


@pytest.mark.parametrize("make", [draft, submitted, validated])
def test_it_ends_in_error_and_begins_again_in_the_right_record(territory, login, right, make):
    request, client = make(territory), login(territory.requester)
    run_jobs()
    answer = move(client, request, right)
    wrong, made = ExamRequest.objects.get(pk=request.pk), ExamRequest.objects.exclude(pk=request.pk).get()
    assert answer.headers["HX-Redirect"] == act_url("edit", made.act_id)
    assert (wrong.state, wrong.moved_to_act) == (RequestState.ENTERED_IN_ERROR, made.act_id)
    assert (made.state, made.moved_from_act) == (RequestState.DRAFT, wrong.act_id)
    assert (made.act.patient, wrong.act.patient) == (right, territory.patient)
    assert Step.objects.get(transition="enter_in_error").reason == REASON
    assert not Exam.objects.exclude(state=ExamState.CANCELLED).exists()
    assert "Saisie par erreur" in client.get(act_url("act", wrong.act_id)).content.decode()
    assert "d’un autre patient" in client.get(act_url("edit", made.act_id)).content.decode()


def test_the_clinic_of_the_day_follows_and_nothing_that_belongs_to_a_record(territory, login, right):
    request = submitted(territory, answers=SAFE_ANSWERS)
    move(login(territory.requester), request, right)
    made = ExamRequest.objects.exclude(pk=request.pk).get()
    assert (made.question, made.history) == (request.question, request.history)
    assert made.act.requested_urgency == request.act.requested_urgency
    for name in ("antecedents", "risks", "biology", "pregnancy", "implants", "information", "contact"):
        assert getattr(made, name) == ""
    assert not made.safety_answers.exists()


def test_nothing_stays_owed_in_the_wrong_record_and_it_leaves_the_radiologists_list(territory, login, right):
    request = submitted(territory, urgency="vital", history="", risks="")
    assert Duty.objects.filter(act=request.act, state="open").exists()
    move(login(territory.requester), request, right)
    assert not Duty.objects.filter(act=request.act, state="open").exists()
    page = login(territory.imageur).get(reverse("reading_room:list")).content.decode()
    assert territory.patient.birth_name not in page


def test_no_copy_of_the_wrong_patient_s_data_holds_what_speaks_of_another(territory, login, right):
    request = submitted(territory)
    export = DataExport(patient=territory.patient)
    assert list_held_act_ids(export) == [request.act_id]
    move(login(territory.requester), request, right)
    assert list_held_act_ids(export) == []


def test_a_request_in_error_is_neither_moved_again_nor_copied(territory, login, right):
    request, client = submitted(territory), login(territory.requester)
    move(client, request, right)
    assert move(client, request, right).status_code == 409
    assert post(client, "copy", request.act_id).status_code == 409


def test_the_search_leaves_the_wrong_patient_out(territory, login, right):
    request, client = submitted(territory), login(territory.requester)
    found = post(client, "find_right", request.act_id, words=right.birth_name).content.decode()
    assert str(right.pk) in found
    same = post(client, "find_right", request.act_id, words=territory.patient.birth_name).content.decode()
    assert str(territory.patient.pk) not in same
    assert client.get(act_url("wrong_patient", request.act_id)).status_code == 200
