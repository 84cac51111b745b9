"""A patient gets ready and answers in their own space, beside what the site answered (R66, R85, R128)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.asking import answer_in_own_space
from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.operations import open_exam, schedule_exam
from diaphane.acquisition.safety_guards import list_table_questions
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.requests.models import RequestState
from diaphane.requests.safety import judge_request
from diaphane.requests.safety_models import SafetyAnswer
from tests.factories import PatientFactory, RoomFactory, make_patient_actor
from tests.scenes import Territory, validated

pytestmark = pytest.mark.django_db
Login = Callable[[Actor], Client]


@pytest.fixture
def exam(territory: Territory) -> Exam:
    """An injected scanner that was validated, with harmless answers of the site, and planned."""
    return open_exam(act=validated(territory, urgency="scheduled", exam_code="CT-PE").act, at=now())


@pytest.fixture
def patient(territory: Territory) -> Actor:
    return make_patient_actor(territory.patient)


def answer(exam: Exam, by: Actor, **answers: str) -> None:
    answer_in_own_space(exam=exam, answers=answers, by=by, at=now())


def test_another_patient_and_a_professional_find_nothing(
    exam: Exam, territory: Territory, login: Login
) -> None:
    address = reverse("patient:prepare", args=[exam.act_id])
    other = make_patient_actor(PatientFactory(birth_name="Autre"))
    assert Client().get(address).status_code == 302
    assert login(other).get(address).status_code == 404
    assert login(territory.technologist).get(address).status_code == 403
    post = reverse("patient:answer_questions", args=[exam.act_id])
    assert login(other).post(post, {"question_metformin": "yes"}).status_code == 404
    for who in (other, territory.technologist):
        with pytest.raises(NotAllowedError):
            answer(exam, who, metformin="yes")
    assert not SafetyAnswer.objects.filter(moment="space").exists()


def test_an_answer_that_is_not_asked_is_refused_whole(exam: Exam, patient: Actor) -> None:
    for wrong in ({"pregnancy": "excluded"}, {"egfr": "90"}, {"metformin": "peut-être"}, {}):
        with pytest.raises(GuardError):
            answer(exam, patient, **{"thyroid": "none"} | wrong if wrong else {})
    assert not SafetyAnswer.objects.filter(moment="space").exists()


def test_one_reads_when_how_and_what_to_bring_then_answers(
    exam: Exam, territory: Territory, patient: Actor, login: Login
) -> None:
    room = RoomFactory(structure=territory.site)
    starts_at = now() + timedelta(days=9)
    schedule_exam(exam=exam, room=room, starts_at=starts_at, by=territory.technologist, at=now())
    client, address = login(patient), reverse("patient:prepare", args=[exam.act_id])
    page = client.get(address).content.decode()
    for words in ("carte Vitale", territory.site.name, room.name, "metformine", "Je ne sais pas"):
        assert words in page
    answers = {f"question_{name}": value for name, value in (("metformin", "no"), ("thyroid", "unknown"))}
    assert client.post(reverse("patient:answer_questions", args=[exam.act_id]), answers).status_code == 302
    kept = {each.question_id: each for each in SafetyAnswer.objects.filter(moment="space")}
    assert {name: each.value for name, each in kept.items()} == {"metformin": "no", "thyroid": "unknown"}
    assert {(each.informant, each.by_id) for each in kept.values()} == {("patient", patient.id)}
    # What the site said is asked again at the table all the same, and shows what the patient wrote.
    asked = {each.question.id: each for each in list_table_questions(exam, at=now())}
    assert asked["metformin"].answered is None
    assert asked["metformin"].own == kept["metformin"]
    assert asked["metformin"].said.moment == "request"  # type: ignore[union-attr]


def test_not_to_know_contradicts_no_record(exam: Exam, patient: Actor) -> None:
    answer(exam, patient, metformin="unknown")
    assert not judge_request(Exam.objects.get(pk=exam.pk).act.request, at=now()).differences


def test_an_answer_that_differs_is_shown_to_both_and_one_that_binds_suspends_the_protocol(
    exam: Exam, territory: Territory, patient: Actor, login: Login
) -> None:
    answer(exam, patient, iodine_reaction="immediate")
    request = Exam.objects.get(pk=exam.pk).act.request
    [difference] = judge_request(request, at=now()).differences
    assert [each.value for each in difference.answers] == ["none", "immediate"]
    assert request.state == RequestState.SUBMITTED
    for who, name in ((territory.technologist, "technologist:exam"), (territory.imageur, "reading_room:act")):
        page = login(who).get(reverse(name, args=[exam.act_id])).content.decode()
        assert "Dans son espace" in page
        assert patient.label in page


def test_nothing_is_answered_once_the_exam_has_started(exam: Exam, patient: Actor, login: Login) -> None:
    Exam.objects.filter(pk=exam.pk).update(state=ExamState.IN_PROGRESS)
    exam.refresh_from_db()
    with pytest.raises(ConflictError):
        answer(exam, patient, metformin="yes")
    page = login(patient).get(reverse("patient:prepare", args=[exam.act_id])).content.decode()
    assert "Envoyer mes réponses" not in page
