"""A request goes back on the list: a colleague’s with a reason, a question unanswered or not (R70)."""

import pytest

from diaphane.conversations.operations import ask_question
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.requests.models import RequestState
from diaphane.requests.operations import release_request
from tests.factories import make_actor
from tests.scenes import Territory, under_review

pytestmark = pytest.mark.django_db


def test_a_colleagues_request_is_released_only_with_a_reason(territory: Territory) -> None:
    request = under_review(territory)
    colleague = make_actor(Role.IMAGEUR, territory.reader)
    with pytest.raises(GuardError) as refusal:
        release_request(request=request, by=colleague, at=now(), reason="  ")
    assert [each.requirement for each in refusal.value.missing] == ["R70"]
    moved = release_request(request=request, by=colleague, at=now(), reason="Il est au bloc")
    assert (moved.state, moved.reviewer_id) == (RequestState.SUBMITTED, None)


def test_a_request_whose_question_stays_unanswered_goes_back_on_the_list(territory: Territory) -> None:
    request = under_review(territory)
    ask_question(request=request, text="Prothèse ?", by=territory.imageur, at=now())
    moved = release_request(request=request, by=territory.imageur, at=now())
    assert (moved.state, moved.reviewer_id) == (RequestState.SUBMITTED, None)
