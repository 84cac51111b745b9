"""A request moves once, by the right person, and nothing is silent."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from diaphane.acts.models import Act, Duty, Step
from diaphane.audit.models import Entry
from diaphane.consents.giving import inform_afterwards
from diaphane.conversations.operations import answer_question, ask_question
from diaphane.events.models import Event
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import (
    LEASE,
    acknowledge_refusal,
    cancel_request,
    discard_draft,
    release_expired_leases,
    release_request,
    save_draft,
    start_draft,
    submit_request,
    take_request,
    validate_request,
)
from tests.concurrency import at_once, elsewhere
from tests.factories import make_actor
from tests.scenes import (
    COMPLETE_REQUEST,
    Territory,
    draft,
    make_territory,
    refused,
    submitted,
    under_review,
    validated,
)

committed = pytest.mark.django_db(transaction=True)


def state_of(request: ExamRequest) -> str:
    return ExamRequest.objects.get(pk=request.pk).state


def test_roles_without_the_right_are_refused(territory: Territory) -> None:
    with pytest.raises(NotAllowedError):
        submit_request(request=draft(territory), by=territory.technologist, at=now())
    with pytest.raises(NotAllowedError):
        take_request(request=submitted(territory), by=territory.requester, at=now())
    with pytest.raises(NotAllowedError):
        cancel_request(request=submitted(territory), reason="", by=territory.imageur, at=now())
    with pytest.raises(NotAllowedError):
        acknowledge_refusal(request=refused(territory), by=territory.imageur, at=now())


def test_a_request_that_was_sent_can_no_longer_be_written(territory: Territory) -> None:
    request = submitted(territory)
    with pytest.raises(ConflictError):
        save_draft(
            request=request,
            values={"question": "Autre chose ?"},
            urgency="vital",
            by=territory.requester,
            at=now(),
        )
    request.refresh_from_db()
    assert request.question == COMPLETE_REQUEST["question"]
    assert Act.objects.get(pk=request.act_id).requested_urgency == "urgent"


def test_a_draft_holds_no_field_beyond_its_own(territory: Territory) -> None:
    request = draft(territory)
    save_draft(
        request=request,
        values={"state": "validated", "protocol": "x", "reviewer_label": "x"},
        urgency="urgent",
        by=territory.requester,
        at=now(),
    )
    request.refresh_from_db()
    assert (request.state, request.protocol, request.reviewer_label) == ("draft", "", "")


def test_sending_twice_is_a_conflict(territory: Territory) -> None:
    request = draft(territory)
    submit_request(request=request, by=territory.requester, at=now())
    with pytest.raises(ConflictError):
        submit_request(request=request, by=territory.requester, at=now())
    assert Step.objects.filter(transition="submit").count() == 1


@committed
def test_a_double_click_sends_once() -> None:
    territory = make_territory()
    request = draft(territory)

    def send() -> str:
        return submit_request(request=request, by=territory.requester, at=now()).state

    outcomes = at_once(send, send)
    assert sorted(type(each) for each in outcomes if isinstance(each, Exception)) == [ConflictError]
    assert Step.objects.filter(transition="submit").count() == 1
    assert Event.objects.filter(kind="request.submit").count() == 1


@committed
def test_a_double_click_opens_one_draft() -> None:
    territory = make_territory()

    def start() -> object:
        return start_draft(
            patient=territory.patient,
            site=territory.site,
            callback_phone="4712",
            by=territory.requester,
            at=now(),
        ).pk

    first, second = at_once(start, start)
    assert first == second
    assert ExamRequest.objects.count() == 1


@committed
def test_of_two_radiologists_who_take_at_once_one_wins() -> None:
    territory = make_territory()
    request = submitted(territory)
    both = [territory.imageur, make_actor(Role.IMAGEUR, territory.reader)]

    def take(by: Actor) -> ExamRequest:
        return take_request(request=request, by=by, at=now())

    outcomes = at_once(lambda: take(both[0]), lambda: take(both[1]))
    winners = [by for by, each in zip(both, outcomes, strict=True) if not isinstance(each, Exception)]
    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [ConflictError]
    assert len(winners) == 1
    request.refresh_from_db()
    assert request.reviewer_id == winners[0].id
    assert Step.objects.filter(transition="take").count() == 1


@committed
def test_a_decision_and_a_release_at_once_leave_one_of_them() -> None:
    territory = make_territory()
    request = under_review(territory)

    def validate() -> object:
        return validate_request(
            request=request,
            protocol="Hélice",
            contrast_prescription="",
            granted_urgency="urgent",
            review_reason="",
            by=territory.imageur,
            at=now(),
        )

    outcomes = at_once(validate, lambda: release_request(request=request, by=territory.imageur, at=now()))
    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [ConflictError]


def test_each_move_writes_history_audit_and_event(territory: Territory, at: datetime) -> None:
    request = submitted(territory, at=at)
    step = Step.objects.get(transition="submit")
    assert (step.source, step.target, step.actor_id) == ("draft", "submitted", territory.requester.id)
    assert step.occurred_at == at
    entry = Entry.objects.get(action="request.submit")
    assert (entry.subject_id, entry.act_id, entry.patient_id, entry.structure_id) == (
        request.pk,
        request.act_id,
        territory.patient.pk,
        territory.site.pk,
    )
    event = Event.objects.get(kind="request.submit")
    assert (event.subject_id, event.act_id) == (request.pk, request.act_id)


def test_a_saved_draft_that_changes_nothing_leaves_no_trace(territory: Territory) -> None:
    request = draft(territory)
    before = Entry.objects.count()
    save_draft(request=request, values=COMPLETE_REQUEST, urgency="urgent", by=territory.requester, at=now())
    assert Entry.objects.count() == before


def test_a_lease_that_ran_out_puts_the_request_back_never_silently(territory: Territory) -> None:
    taken_at = now() - LEASE - timedelta(minutes=1)
    expired, held = under_review(territory, at=taken_at), under_review(territory)
    assert release_expired_leases(at=now()) == 1
    assert (state_of(expired), state_of(held)) == (RequestState.SUBMITTED, RequestState.UNDER_REVIEW)
    expired.refresh_from_db()
    assert (expired.reviewer_id, expired.lease_until) == (None, None)
    step = Step.objects.get(transition="release")
    assert (step.reason, step.actor_role) == ("lease_expired", Role.SYSTEM)
    assert Event.objects.filter(kind="request.release").count() == 1


@committed
def test_a_request_that_is_being_decided_does_not_stop_the_watch_on_leases() -> None:
    territory = make_territory()
    old = now() - LEASE - timedelta(minutes=1)
    deciding, left = under_review(territory, at=old), under_review(territory, at=old)
    with elsewhere() as run:
        run(lambda: transaction.set_autocommit(False))
        run(lambda: ExamRequest.objects.select_for_update().get(pk=deciding.pk))
        assert release_expired_leases(at=now()) == 1
        run(transaction.rollback)
        run(lambda: transaction.set_autocommit(True))
    assert state_of(deciding) == RequestState.UNDER_REVIEW
    assert state_of(left) == RequestState.SUBMITTED


def test_an_answer_gives_the_radiologist_the_full_time_again(territory: Territory) -> None:
    request = under_review(territory, at=now() - timedelta(minutes=29))
    ask_question(request=request, text="Prothèse ?", by=territory.imageur, at=now())
    at = now()
    answer_question(request=request, text="Non", by=territory.requester, at=at)
    request.refresh_from_db()
    assert request.lease_until == at + LEASE


def test_a_refusal_is_owed_an_acknowledgement_once(territory: Territory) -> None:
    request = refused(territory)
    duty = Duty.objects.get(guard="request.refusal_acknowledged")
    assert (duty.state, duty.owner_role) == (Duty.State.OPEN, Role.REQUESTING_PHYSICIAN)
    acknowledge_refusal(request=request, by=territory.requester, at=now())
    duty.refresh_from_db()
    assert (duty.state, duty.settled_by_id) == (Duty.State.DONE, territory.requester.id)
    with pytest.raises(ConflictError):
        acknowledge_refusal(request=request, by=territory.requester, at=now())


def test_only_a_refused_request_is_acknowledged(territory: Territory) -> None:
    with pytest.raises(ConflictError):
        acknowledge_refusal(request=validated(territory), by=territory.requester, at=now())


def test_a_patient_who_could_not_be_informed_is_owed_it(territory: Territory) -> None:
    request = submitted(territory, information="impossible")
    duty = Duty.objects.get(requirement="R59")
    assert duty.state == Duty.State.OPEN
    by = territory.requester
    inform_afterwards(act=request.act, means="paper", recipient="patient", by=by, at=now())
    duty.refresh_from_db()
    assert duty.state == Duty.State.DONE


def test_a_discarded_draft_stays_in_the_trail(territory: Territory) -> None:
    request = discard_draft(request=draft(territory), by=territory.requester, at=now())
    assert request.state == RequestState.DISCARDED
    assert Entry.objects.filter(action="request.discard", subject_id=request.pk).exists()


def test_a_validated_request_is_not_cancelled_here(territory: Territory) -> None:
    with pytest.raises(ConflictError):
        cancel_request(request=validated(territory), reason="", by=territory.requester, at=now())


def test_the_granted_urgency_stands_beside_the_requested_one(territory: Territory) -> None:
    request = validate_request(
        request=under_review(territory, urgency="urgent"),
        protocol="Hélice",
        contrast_prescription="",
        granted_urgency="delayed",
        urgency_words="Score de Wells bas",
        review_reason="",
        by=territory.imageur,
        at=now(),
    )
    assert (request.act.requested_urgency, request.act.granted_urgency) == ("urgent", "delayed")
    assert request.act.urgency == Act.Urgency.DELAYED


def test_a_question_moves_the_request_and_only_its_reviewer_asks(territory: Territory) -> None:
    request = under_review(territory)
    colleague = make_actor(Role.IMAGEUR, territory.reader)
    with pytest.raises(GuardError):
        ask_question(request=request, text="Prothèse ?", by=colleague, at=now())
    ask_question(request=request, text="Prothèse ?", by=territory.imageur, at=now())
    assert state_of(request) == RequestState.AWAITING_ANSWER
