"""Another exam than the one asked for: proposed, answered, judged again, decided in writing (R69, R76)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from diaphane.acts.models import Duty, LedgerEntry, Step
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import (
    refuse_request,
    release_expired_leases,
    release_request,
    take_request,
    validate_request,
)
from diaphane.requests.safety import judge_request
from diaphane.requests.substituting import answer_proposal, decide_alone, propose_exam
from diaphane.requests.telling import DECISION_READ, acknowledge_decision
from tests.factories import make_actor
from tests.scenes import Territory, explain_safety, submitted, under_review

pytestmark = pytest.mark.django_db
WHY = "L’IRM répond mieux, sans irradier"


def propose(request: ExamRequest, by: Actor, exam_code: str = "MR-STROKE", why: str = WHY) -> ExamRequest:
    return propose_exam(request=request, exam_code=exam_code, why=why, by=by, at=now())


def proposed(territory: Territory, **values: str) -> ExamRequest:
    return propose(under_review(territory, **values), territory.imageur)


def validate(request: ExamRequest, territory: Territory, **values: str) -> ExamRequest:
    at = now()
    given = {
        "protocol": "Diffusion, FLAIR, T2*, temps de vol",
        "contrast_prescription": "",
        "granted_urgency": "urgent",
        "review_reason": "",
        "safety_motive": explain_safety(territory, at=at) or "Questions revues par téléphone",
    }
    return validate_request(request=request, **given | values, by=territory.imageur, at=at)  # type: ignore[arg-type]


def fields_of(call: Callable[[], object]) -> set[str]:
    with pytest.raises(GuardError) as caught:
        call()
    return {each.field for each in caught.value.missing}


@pytest.mark.parametrize("role", [Role.REQUESTING_PHYSICIAN, Role.TECHNOLOGIST])
def test_only_an_imageur_proposes_another_exam(territory: Territory, role: Role) -> None:
    request = under_review(territory)
    with pytest.raises(NotAllowedError):
        propose(request, make_actor(role, territory.site))
    request.refresh_from_db()
    assert (request.exam_code, request.substitution) == ("CT-HEAD", None)


def test_a_colleague_s_request_is_not_substituted(territory: Territory) -> None:
    request = under_review(territory)
    with pytest.raises(GuardError):
        propose(request, make_actor(Role.IMAGEUR, territory.reader))
    request.refresh_from_db()
    assert (request.exam_code, request.state) == ("CT-HEAD", RequestState.UNDER_REVIEW)


@pytest.mark.parametrize(
    ("exam_code", "why", "fields"),
    [
        ("CT-HEAD", WHY, {"exam_code"}),
        ("NOTHING", WHY, {"exam_code"}),
        ("ULTRASOUND", WHY, {"exam_code"}),
        ("MAMMOGRAPHY", WHY, {"exam_code"}),
        ("MR-STROKE", " ", {"why"}),
    ],
)
def test_what_is_no_other_exam_or_has_no_reason_is_not_proposed(
    territory: Territory, exam_code: str, why: str, fields: set[str]
) -> None:
    request = under_review(territory)
    assert fields_of(lambda: propose(request, territory.imageur, exam_code, why)) == fields
    request.refresh_from_db()
    assert (request.state, request.substitution) == (RequestState.UNDER_REVIEW, None)


def test_the_new_exam_is_judged_and_the_one_asked_for_stays_written(territory: Territory) -> None:
    request = under_review(territory)
    assert "implant" not in {each.id for each in judge_request(request, at=now()).questions}
    moved = propose(request, territory.imageur)
    assert "implant" in {each.id for each in judge_request(moved, at=now()).questions}
    assert moved.substitution is not None
    assert (moved.substitution.from_code, moved.exam_code) == ("CT-HEAD", "MR-STROKE")


def test_the_new_exam_is_not_validated_while_its_implants_are_unknown(territory: Territory) -> None:
    request = answer_proposal(
        request=proposed(territory, implants=""), is_agreed=True, words="", by=territory.requester, at=now()
    )
    assert "implants_settled" in fields_of(lambda: validate(request, territory))


def test_an_agreement_lets_the_validation_go_and_leaves_nothing_to_read(territory: Territory) -> None:
    request = propose(under_review(territory), territory.imageur, "CT-STROKE")
    agreed = answer_proposal(request=request, is_agreed=True, words="", by=territory.requester, at=now())
    moved = validate(agreed, territory)
    assert moved.state == RequestState.VALIDATED
    assert LedgerEntry.objects.filter(act=moved.act, guard="request.performer_decides").exists()
    assert not Duty.objects.filter(act=moved.act, guard=DECISION_READ).exists()


def test_a_disagreement_needs_words_and_then_the_performer_s(territory: Territory) -> None:
    request = propose(under_review(territory), territory.imageur, "CT-STROKE")
    say_no = {"is_agreed": False, "by": territory.requester, "at": now()}
    assert fields_of(lambda: answer_proposal(request=request, words=" ", **say_no)) == {"answer_words"}  # type: ignore[arg-type]
    disputed = answer_proposal(request=request, words="L’injection n’apporte rien", **say_no)  # type: ignore[arg-type]
    assert fields_of(lambda: validate(disputed, territory)) == {"performer_words"}
    moved = validate(disputed, territory, performer_words="Une occlusion changerait la prise en charge")
    duty = Duty.objects.get(act=moved.act, guard=DECISION_READ)
    assert (duty.requirement, duty.owner_role) == ("R69", Role.REQUESTING_PHYSICIAN)
    acknowledge_decision(request=moved, by=territory.requester, at=now())
    duty.refresh_from_db()
    assert duty.state == Duty.State.DONE
    with pytest.raises(ConflictError):
        acknowledge_decision(request=moved, by=territory.requester, at=now())


def test_the_performer_goes_on_alone_only_in_writing(territory: Territory) -> None:
    request = proposed(territory)
    alone = {"request": request, "by": territory.imageur, "at": now()}
    assert fields_of(lambda: decide_alone(words="", **alone)) == {"performer_words"}  # type: ignore[arg-type]
    moved = decide_alone(words="Injoignable depuis vingt minutes", **alone)  # type: ignore[arg-type]
    assert moved.state == RequestState.UNDER_REVIEW
    assert Step.objects.get(transition="decide_alone").reason == "Injoignable depuis vingt minutes"


def test_an_answer_heard_by_telephone_says_who_gave_it(territory: Territory) -> None:
    request = proposed(territory)
    heard = {"request": request, "is_agreed": True, "by": territory.imageur, "at": now()}
    assert fields_of(lambda: answer_proposal(words="", **heard)) == {"answer_words"}  # type: ignore[arg-type]
    moved = answer_proposal(words="Dr Verdier, d’accord", **heard)  # type: ignore[arg-type]
    assert moved.substitution is not None
    assert moved.substitution.answered_by_id == territory.imageur.id


def test_a_proposal_put_back_unanswered_still_needs_an_agreement_or_words(territory: Territory) -> None:
    request = propose(under_review(territory), territory.imageur, "CT-STROKE")
    release_request(request=request, by=territory.imageur, at=now())
    taken = take_request(request=request, by=territory.imageur, at=now())
    assert fields_of(lambda: validate(taken, territory)) == {"performer_words"}


def test_an_answer_gives_the_imageur_the_full_time_again(territory: Territory) -> None:
    request, later = proposed(territory), now() + timedelta(hours=2)
    answer_proposal(request=request, is_agreed=True, words="", by=territory.requester, at=later)
    assert release_expired_leases(at=later) == 0


def test_a_proposal_does_not_keep_from_refusing(territory: Territory) -> None:
    moved = refuse_request(
        request=proposed(territory),
        motive="redundant",
        words="Une IRM d’hier répond déjà",
        alternative="Relecture",
        by=territory.imageur,
        at=now(),
    )
    assert (moved.state, moved.refusal_words) == (RequestState.REFUSED, "Une IRM d’hier répond déjà")


def test_an_answer_to_nothing_proposed_is_refused(territory: Territory) -> None:
    request = submitted(territory)
    with pytest.raises(ConflictError):
        answer_proposal(request=request, is_agreed=True, words="", by=territory.requester, at=now())
