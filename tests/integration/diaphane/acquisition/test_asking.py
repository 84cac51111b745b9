"""The safety questions at the table: asked again, compared, and what a new fact stops (R66, R68, R85)."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from diaphane.acquisition.asking import (
    Told,
    answer_at_table,
    confirm_at_table,
    note_new_fact,
    settle_difference,
)
from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import declare_ready, start_exam
from diaphane.acquisition.safety_guards import list_table_questions
from diaphane.acts.models import Duty, Step
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, DiaphaneError, GuardError, NotAllowedError
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import refuse_request, take_request, validate_request
from diaphane.requests.safety import judge_request
from diaphane.requests.safety_models import SafetyAnswer
from tests.factories import make_actor
from tests.scenes import Territory

from .table import IOMEPROL, arrived, ask_again, planned, ready, started

pytestmark = pytest.mark.django_db

MRI, INJECTED = "MR-STROKE", "CT-PE"


@pytest.fixture
def injected(territory: Territory) -> Exam:
    """An injected scanner at the table; nothing is asked again yet."""
    return arrived(territory, exam_code=INJECTED, contrast=IOMEPROL)


def tell(exam: Exam, territory: Territory, informant: str = "patient", **answers: str) -> None:
    answer_at_table(exam=exam, told=Told(answers, informant), by=territory.technologist, at=now())


def settle(
    exam: Exam, by: object, value: str, motive: str = "Vu sur sa carte", name: str = "metformin"
) -> None:
    settle_difference(exam=exam, question_id=name, value=value, motive=motive, by=by, at=now())  # type: ignore[arg-type]


def request_of(exam: Exam) -> ExamRequest:
    return ExamRequest.objects.get(act_id=exam.act_id)


def missing_of(call: Callable[[], object]) -> dict[str, str]:
    """Return what a refusal asks for, by field, or by its words."""
    with pytest.raises(GuardError) as refusal:
        call()
    return {each.field or str(each.what): str(each.what) for each in refusal.value.missing}


def blocks_start(exam: Exam, territory: Territory) -> set[str]:
    return set(missing_of(lambda: start_exam(exam=exam, by=territory.technologist, at=now())))


def decide(territory: Territory, exam: Exam, **changes: object) -> ExamRequest:
    """Take the reopened request and validate it again."""
    taken = take_request(request=request_of(exam), by=territory.imageur, at=now())
    given: dict[str, object] = {
        "protocol": "Sans injection",
        "contrast_prescription": IOMEPROL,
        "granted_urgency": "urgent",
        "review_reason": "",
    }
    return validate_request(request=taken, **given | changes, by=territory.imageur, at=now())  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [Role.REQUESTING_PHYSICIAN, Role.IMAGEUR, Role.ADMINISTRATOR])
def test_only_the_technologist_answers_at_the_table(territory: Territory, injected: Exam, role: Role) -> None:
    by, count = make_actor(role, territory.site), SafetyAnswer.objects.count()
    with pytest.raises(NotAllowedError):
        answer_at_table(exam=injected, told=Told({"metformin": "no"}, "patient"), by=by, at=now())
    with pytest.raises(NotAllowedError):
        confirm_at_table(exam=injected, question_ids=["metformin"], by=by, at=now())
    assert SafetyAnswer.objects.count() == count


def test_nothing_is_answered_at_the_table_before_the_arrival_nor_after_the_start(
    territory: Territory,
) -> None:
    for exam in (planned(territory, exam_code=MRI), started(territory)):
        with pytest.raises(ConflictError):
            tell(exam, territory, on_skin="no")


def test_who_answered_must_be_said(territory: Territory, injected: Exam) -> None:
    assert "safety_informant" in missing_of(lambda: tell(injected, territory, "", metformin="no"))


def test_an_answer_of_the_table_stands_beside_the_first_one_and_neither_is_changed(
    territory: Territory, injected: Exam
) -> None:
    tell(injected, territory, "relative", metformin="no")
    tell(injected, territory, "relative", metformin="no")
    kept = list(SafetyAnswer.objects.filter(question_id="metformin"))
    assert [(each.moment, each.informant, each.by_id) for each in kept] == [
        ("request", "record", territory.requester.id),
        ("table", "relative", territory.technologist.id),
    ]
    assert (
        Entry.objects.filter(action="request.safety_answered", actor_id=territory.technologist.id).count()
        == 1
    )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE requests_safetyanswer SET value = 'yes'")


def test_what_the_rules_ask_is_asked_again_a_laboratory_number_is_not(
    territory: Territory, injected: Exam
) -> None:
    asked = {each.question.id: each for each in list_table_questions(injected, at=now())}
    assert {"iodine_reaction", "kidneys", "metformin", "thyroid"} <= set(asked)
    assert not {"egfr", "route", "creatinine_days"} & set(asked)
    assert not any(each.answered for each in asked.values())
    assert asked["metformin"].is_harmless
    assert not asked["hours_since_injection"].is_harmless  # nobody said it


def test_one_touch_confirms_what_is_harmless_and_nothing_else(territory: Territory, injected: Exam) -> None:
    by = territory.technologist
    asked = list_table_questions(injected, at=now())
    with pytest.raises(GuardError):
        confirm_at_table(exam=injected, question_ids=["hours_since_injection"], by=by, at=now())
    harmless = [each.question.id for each in asked if each.is_harmless]
    confirm_at_table(exam=injected, question_ids=harmless, by=by, at=now())
    kept = SafetyAnswer.objects.get(question_id="kidneys", moment="table")
    assert (kept.value, kept.informant) == ("none", "patient")
    waiting = [each.question.id for each in list_table_questions(injected, at=now()) if not each.answered]
    assert waiting == ["hours_since_injection"]


def test_pregnancy_is_never_confirmed_by_one_touch(territory: Territory) -> None:
    territory.patient.sex, territory.patient.birth_date = "F", now().date().replace(year=1994, day=1)
    territory.patient.save()
    exam = arrived(territory, exam_code=MRI, pregnancy="excluded")
    asked = {each.question.id: each for each in list_table_questions(exam, at=now())}
    assert asked["pregnancy"].said is not None
    assert not asked["pregnancy"].is_harmless
    with pytest.raises(GuardError):
        confirm_at_table(exam=exam, question_ids=["pregnancy"], by=territory.technologist, at=now())


def test_an_exam_does_not_start_while_a_question_waits(territory: Territory) -> None:
    exam = arrived(territory, exam_code=INJECTED, contrast=IOMEPROL)
    found = missing_of(lambda: declare_ready(exam=exam, by=territory.technologist, at=now()))
    assert "table_iodine_reaction" in found
    assert found["table_iodine_reaction"] == "Réaction antérieure à un produit iodé ?"


def test_a_vital_emergency_goes_on_and_the_questions_stay_owed_until_answered(territory: Territory) -> None:
    exam = ready(territory, urgency="vital")
    request = request_of(exam)
    request.contrast_prescription = IOMEPROL  # prescribed on the way: its questions are open
    request.save()
    exam = start_exam(exam=Exam.objects.get(pk=exam.pk), by=territory.technologist, at=now())
    duty = Duty.objects.get(guard="exam.safety_asked")
    assert duty.state == Duty.State.OPEN
    ask_again(territory, exam)
    duty.refresh_from_db()
    assert duty.state == Duty.State.DONE


def test_answers_that_differ_stop_the_start_and_the_most_careful_governs(
    territory: Territory, injected: Exam
) -> None:
    ask_again(territory, injected, metformin="yes")
    safety = judge_request(request_of(injected), at=now())
    assert [each.question_id for each in safety.differences] == ["metformin"]
    found = missing_of(lambda: declare_ready(exam=injected, by=territory.technologist, at=now()))
    assert "metformine" in found["differs_metformin"].lower()


def test_the_careful_answer_of_the_site_governs_over_a_reassuring_table(territory: Territory) -> None:
    motive = "Prémédication, médecin présent"
    exam = arrived(
        territory, exam_code=INJECTED, contrast=IOMEPROL, motive=motive, iodine_reaction="immediate"
    )
    tell(exam, territory, iodine_reaction="none")
    ids = [each.id for each in judge_request(request_of(exam), at=now()).findings]
    assert "iodine-immediate" in ids
    with pytest.raises(NotAllowedError):
        settle(exam, territory.technologist, "none", name="iodine_reaction")
    settle(exam, territory.imageur, "none", "Confondu avec un malaise", name="iodine_reaction")
    after = judge_request(request_of(exam), at=now())
    assert "iodine-immediate" not in [each.id for each in after.findings]
    assert not after.differences


@pytest.mark.parametrize("role", [Role.REQUESTING_PHYSICIAN, Role.ADMINISTRATOR])
def test_others_do_not_say_which_answer_is_right(territory: Territory, injected: Exam, role: Role) -> None:
    tell(injected, territory, metformin="yes")
    with pytest.raises(NotAllowedError):
        settle(injected, make_actor(role, territory.site), "no")


def test_a_difference_is_settled_once_with_a_motive_and_by_one_of_its_answers(
    territory: Territory, injected: Exam
) -> None:
    tell(injected, territory, metformin="yes")
    assert "motive" in missing_of(lambda: settle(injected, territory.technologist, "yes", " "))
    with pytest.raises(ConflictError):
        settle(injected, territory.technologist, "unknown")
    settle(injected, territory.technologist, "yes")
    kept = SafetyAnswer.objects.get(moment="settled")
    assert (kept.value, kept.motive, kept.by_id) == ("yes", "Vu sur sa carte", territory.technologist.id)
    assert SafetyAnswer.objects.filter(question_id="metformin").count() == 3
    with pytest.raises(ConflictError):
        settle(injected, territory.technologist, "yes")
    tell(injected, territory, metformin="no")  # said anew: it differs again
    assert judge_request(request_of(injected), at=now()).differences


def test_a_new_fact_at_the_table_suspends_the_protocol_and_the_imageur_decides_again(
    territory: Territory,
) -> None:
    exam = ready(territory, exam_code=INJECTED, contrast=IOMEPROL)
    tell(exam, territory, iodine_reaction="immediate")
    request = request_of(exam)
    assert (request.state, request.is_suspended) == (RequestState.SUBMITTED, True)
    step = Step.objects.get(machine="request", transition="reopen")
    assert (step.actor_id, step.source, step.target) == (territory.technologist.id, "validated", "submitted")
    assert "Hypersensibilité immédiate" in step.reason
    assert request.protocol
    stopped = "Le protocole est suspendu : le radiologue décide à nouveau"
    assert stopped in blocks_start(exam, territory)
    assert "safety_motive" in missing_of(lambda: decide(territory, exam))
    request = ExamRequest.objects.get(pk=request.pk)
    again = {"protocol": "Hélice", "contrast_prescription": IOMEPROL, "granted_urgency": "urgent"}
    kept = {"review_reason": "", "safety_motive": "Prémédication, réanimateur présent"}
    moved = validate_request(request=request, **again, **kept, by=territory.imageur, at=now())
    assert (moved.state, moved.is_suspended) == (RequestState.VALIDATED, False)
    assert blocks_start(exam, territory) == {"differs_iodine_reaction"}
    settle(exam, territory.technologist, "immediate", "Elle montre sa carte", name="iodine_reaction")
    assert start_exam(exam=exam, by=territory.technologist, at=now()).state == "in_progress"


@pytest.mark.parametrize("urgency", ["urgent", "vital"])
def test_a_suspended_protocol_stops_a_vital_emergency_too(territory: Territory, urgency: str) -> None:
    exam = ready(territory, exam_code=INJECTED, contrast=IOMEPROL, urgency=urgency)
    tell(exam, territory, thyroid="overt")
    assert "Le protocole est suspendu : le radiologue décide à nouveau" in blocks_start(exam, territory)


def test_a_harmless_answer_reopens_nothing(territory: Territory) -> None:
    exam = ready(territory, exam_code=INJECTED, contrast=IOMEPROL)
    tell(exam, territory, metformin="yes")
    assert request_of(exam).state == RequestState.VALIDATED


@pytest.mark.parametrize("who", ["requester", "imageur"])
def test_a_result_that_comes_after_the_validation_reopens_the_request(territory: Territory, who: str) -> None:
    territory.patient.sex, territory.patient.birth_date = "F", now().date().replace(year=1994, day=1)
    territory.patient.save()
    exam = planned(territory, exam_code=INJECTED, pregnancy="excluded")
    told = Told({"pregnancy": "first_trimester"}, "record")
    note_new_fact(exam=exam, told=told, by=getattr(territory, who), at=now())
    request = request_of(exam)
    assert request.is_suspended
    assert "pregnancy-contrast" in [each.id for each in judge_request(request, at=now()).findings]
    kept = SafetyAnswer.objects.get(question_id="pregnancy")
    assert (kept.moment, kept.by_id) == ("after", getattr(territory, who).id)


def test_an_implant_found_after_the_validation_stops_an_mri_whatever_the_urgency(
    territory: Territory,
) -> None:
    exam = ready(territory, exam_code=MRI, urgency="vital")
    note_new_fact(exam=exam, told=Told({"implant": "unknown"}, "record"), by=territory.requester, at=now())
    assert request_of(exam).is_suspended
    found = blocks_start(exam, territory)
    assert any("Implant inconnu" in each for each in found)


def test_no_new_fact_is_noted_once_the_exam_has_started_nor_by_a_stranger(territory: Territory) -> None:
    told = Told({"metformin": "yes"}, "record")
    stranger = make_actor(Role.ADMINISTRATOR, territory.site)
    before, after = planned(territory, exam_code=MRI), started(territory)
    with pytest.raises(NotAllowedError):
        note_new_fact(exam=before, told=told, by=stranger, at=now())
    with pytest.raises(ConflictError):
        note_new_fact(exam=after, told=told, by=territory.requester, at=now())


def test_an_unknown_pregnancy_blocks_at_the_table_although_the_imageur_knew_of_the_silence(
    territory: Territory,
) -> None:
    territory.patient.sex, territory.patient.birth_date = "F", now().date().replace(year=1994, day=1)
    territory.patient.save()
    exam = arrived(territory, exam_code=MRI, pregnancy="", motive="Bénéfice certain, à redemander")
    assert request_of(exam).state == RequestState.VALIDATED
    tell(exam, territory, pregnancy="unknown")
    assert request_of(exam).is_suspended


def test_a_reopened_request_may_be_refused(territory: Territory) -> None:
    exam = ready(territory, exam_code=INJECTED, contrast=IOMEPROL)
    tell(exam, territory, iodine_reaction="severe_delayed")
    taken = take_request(request=request_of(exam), by=territory.imageur, at=now())
    words = {"motive": "contraindicated", "words": "Réaction sévère", "alternative": "IRM"}
    refuse_request(request=taken, **words, by=territory.imageur, at=now())
    with pytest.raises(DiaphaneError):
        start_exam(exam=exam, by=territory.technologist, at=now())
