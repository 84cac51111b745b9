"""A lower urgency and an exam not feasible at a distance: what is written, owed and told (R73, R75)."""

from collections.abc import Callable

import pytest

from diaphane.acts.models import Act, Duty
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.requests.models import ExamRequest
from diaphane.requests.operations import refuse_request, validate_request
from diaphane.requests.telling import DECISION_READ, TREATING_TOLD, record_treating_told
from tests.scenes import Territory, explain_safety, refused, under_review, validated

pytestmark = pytest.mark.django_db


def grant(territory: Territory, urgency: str, words: str = "") -> ExamRequest:
    return validate_request(
        request=under_review(territory, urgency="urgent"),
        protocol="Hélice sans injection",
        contrast_prescription="",
        granted_urgency=urgency,
        urgency_words=words,
        review_reason="",
        safety_motive=explain_safety(territory, at=now()),
        by=territory.imageur,
        at=now(),
    )


def refuse_for_good(territory: Territory, **values: str) -> ExamRequest:
    given = {
        "motive": ExamRequest.Motive.NOT_FEASIBLE.value,
        "words": "Abord vasculaire impossible sans radiologue sur place",
        "alternative": "Transfert vers le CHU",
        "other_way": ExamRequest.OtherWay.TRANSFER.value,
        "other_way_owner": "Dr Camille Verdier",
    }
    return refuse_request(request=under_review(territory), **given | values, by=territory.imageur, at=now())


def fields_of(call: Callable[[], object]) -> set[str]:
    with pytest.raises(GuardError) as caught:
        call()
    return {each.field for each in caught.value.missing}


def is_owed(request: ExamRequest, guard: str) -> bool:
    return Duty.objects.filter(act=request.act, guard=guard, state=Duty.State.OPEN).exists()


@pytest.mark.parametrize("urgency", ["delayed", "scheduled"])
def test_a_lower_urgency_without_its_words_is_not_granted(territory: Territory, urgency: str) -> None:
    assert fields_of(lambda: grant(territory, urgency, "  ")) == {"urgency_words"}
    assert Act.objects.get().granted_urgency == ""


@pytest.mark.parametrize("urgency", ["urgent", "vital"])
def test_the_urgency_asked_for_or_a_higher_one_needs_no_words(territory: Territory, urgency: str) -> None:
    assert not is_owed(grant(territory, urgency), DECISION_READ)


def test_a_lower_urgency_is_told_and_becomes_the_one_that_counts(territory: Territory) -> None:
    request = grant(territory, "delayed", "Déficit résolutif depuis la veille")
    assert is_owed(request, DECISION_READ)
    assert (request.act.requested_urgency, request.act.urgency) == ("urgent", Act.Urgency.DELAYED)


@pytest.mark.parametrize("field", ["other_way", "other_way_owner"])
def test_what_is_not_feasible_names_another_way_and_who_sees_to_it(territory: Territory, field: str) -> None:
    assert fields_of(lambda: refuse_for_good(territory, **{field: ""})) == {field}


def test_another_refusal_owes_no_news_to_the_treating_physician(territory: Territory) -> None:
    assert not is_owed(refused(territory), TREATING_TOLD)


def test_the_treating_physician_is_told_by_the_demandeur_in_words(territory: Territory) -> None:
    request = refuse_for_good(territory)
    assert is_owed(request, TREATING_TOLD)
    with pytest.raises(NotAllowedError):
        record_treating_told(request=request, words="Appelé", by=territory.technologist, at=now())
    telling = {"request": request, "by": territory.requester, "at": now()}
    assert fields_of(lambda: record_treating_told(words=" ", **telling)) == {"treating_told"}  # type: ignore[arg-type]
    record_treating_told(words="Dr Fabre, par téléphone", **telling)  # type: ignore[arg-type]
    request.refresh_from_db()
    assert (request.treating_told, is_owed(request, TREATING_TOLD)) == ("Dr Fabre, par téléphone", False)
    with pytest.raises(ConflictError):
        record_treating_told(words="Encore", **telling)  # type: ignore[arg-type]


def test_nothing_is_told_where_nothing_is_owed(territory: Territory) -> None:
    assert Duty.objects.filter(owner_role=Role.REQUESTING_PHYSICIAN).count() == 0
    with pytest.raises(ConflictError):
        record_treating_told(request=validated(territory), words="x", by=territory.requester, at=now())
