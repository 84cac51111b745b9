"""A reopened request and its exam end together, whichever ends first (R74, R85)."""

from collections.abc import Callable
from datetime import datetime

import pytest

from diaphane.acquisition.asking import Told, note_new_fact
from diaphane.acquisition.cancelling import cancel_exam
from diaphane.acquisition.models import Exam
from diaphane.acquisition.withdrawing import withdraw_consent
from diaphane.consents.answers import Details
from diaphane.events.models import Delivery
from diaphane.journeys.reopened import cancel_exam_of_request, withdraw_reopened
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.requests.models import ExamRequest
from diaphane.requests.operations import cancel_request, refuse_request, take_request
from diaphane.requests.substituting import propose_exam
from diaphane.scheduling.queries import get_appointment
from tests.reading_scenes import scheduled
from tests.scenes import Territory

RunJobs = Callable[[], int]


def reopened(territory: Territory) -> Exam:
    """Return a planned exam whose request went back to the imageur."""
    exam = scheduled(territory, exam_code="CT-PE", at=now())
    told = Told({"iodine_reaction": "severe_delayed"}, "record")
    note_new_fact(exam=exam, told=told, by=territory.requester, at=now())
    return exam


def states_of(exam: Exam) -> tuple[str, str]:
    return (
        ExamRequest.objects.get(act_id=exam.act_id).state,
        Exam.objects.get(pk=exam.pk).state,
    )


def test_a_refusal_cancels_the_exam_and_gives_its_slot_back(territory: Territory, run_jobs: RunJobs) -> None:
    exam = reopened(territory)
    run_jobs()
    taken = take_request(request=exam.act.request, by=territory.imageur, at=now())
    words = {"motive": "contraindicated", "words": "Réaction sévère", "alternative": "IRM"}
    refuse_request(request=taken, **words, by=territory.imageur, at=now())
    run_jobs()
    assert states_of(exam) == ("refused", "cancelled")
    assert get_appointment(exam.act) is None
    again = Delivery.objects.get(consumer="cancel_exam", event__act_id=exam.act_id)
    cancel_exam_of_request(again.event)
    assert states_of(exam) == ("refused", "cancelled")


def test_a_cancelled_exam_withdraws_what_waits_for_the_imageur(
    territory: Territory, run_jobs: RunJobs, at: datetime
) -> None:
    exam = reopened(territory)
    cancel_exam(exam=exam, motive="left", by=territory.technologist, at=now())
    run_jobs()
    assert states_of(exam) == ("cancelled", "cancelled")
    again = Delivery.objects.get(consumer="withdraw_reopened", event__act_id=exam.act_id)
    withdraw_reopened(again.event)
    assert states_of(exam) == ("cancelled", "cancelled")


def test_an_exam_that_nothing_reopened_leaves_its_request_validated(
    territory: Territory, run_jobs: RunJobs
) -> None:
    exam = scheduled(territory)
    cancel_exam(exam=exam, motive="left", by=territory.technologist, at=now())
    run_jobs()
    assert states_of(exam) == ("validated", "cancelled")


def test_a_cancelled_request_cancels_the_exam_that_it_had_opened(
    territory: Territory, run_jobs: RunJobs
) -> None:
    exam = reopened(territory)
    cancel_request(request=exam.act.request, reason="Transféré", by=territory.requester, at=now())
    run_jobs()
    assert states_of(exam) == ("cancelled", "cancelled")
    assert get_appointment(exam.act) is None


def test_the_patient_s_no_stops_both(territory: Territory, run_jobs: RunJobs) -> None:
    exam = reopened(territory)
    withdraw_consent(
        act=exam.act,
        subject="distance",
        source="patient",
        details=Details(),
        by=territory.technologist,
        at=now(),
    )
    run_jobs()
    assert states_of(exam) == ("cancelled", "cancelled")


def test_another_exam_is_not_proposed_into_the_slot_of_the_first(territory: Territory) -> None:
    exam = reopened(territory)
    taken = take_request(request=exam.act.request, by=territory.imageur, at=now())
    with pytest.raises(GuardError) as caught:
        propose_exam(request=taken, exam_code="MR-STROKE", why="Allergie", by=territory.imageur, at=now())
    assert {each.field for each in caught.value.missing} == {"exam_code"}
