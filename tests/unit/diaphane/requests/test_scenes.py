"""The starting points that other tests rely on are themselves true."""

from collections.abc import Callable

from diaphane.requests.models import ExamRequest, RequestState
from tests.scenes import Territory, draft, refused, submitted, under_review, validated


def test_each_scene_stands_in_its_state(territory: Territory) -> None:
    made: dict[RequestState, Callable[[Territory], ExamRequest]] = {
        RequestState.DRAFT: draft,
        RequestState.SUBMITTED: submitted,
        RequestState.UNDER_REVIEW: under_review,
        RequestState.VALIDATED: validated,
        RequestState.REFUSED: refused,
    }
    assert {make(territory).state for make in made.values()} == set(made)


def test_a_patient_of_the_scene_is_valid(territory: Territory) -> None:
    territory.patient.full_clean()
    territory.site.full_clean()
