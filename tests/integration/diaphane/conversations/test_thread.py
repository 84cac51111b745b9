"""An act's thread: for its professionals, never empty, never changed (R72, R80)."""

import pytest
from django.db import DatabaseError, transaction

from diaphane.audit.models import Entry
from diaphane.conversations.models import Message
from diaphane.conversations.operations import answer_question, ask_question, post_message
from diaphane.conversations.queries import list_messages
from diaphane.events.models import Event
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.requests.models import ExamRequest, RequestState
from tests.factories import make_patient_actor
from tests.scenes import Territory, submitted, under_review

pytestmark = pytest.mark.django_db


def state_of(request: ExamRequest) -> str:
    return ExamRequest.objects.get(pk=request.pk).state


def test_a_patient_does_not_write_in_the_professionals_thread(territory: Territory) -> None:
    with pytest.raises(NotAllowedError):
        post_message(
            act=submitted(territory).act, text="Bonjour", by=make_patient_actor(territory.patient), at=now()
        )


def test_an_empty_message_is_refused(territory: Territory) -> None:
    with pytest.raises(GuardError) as caught:
        post_message(act=submitted(territory).act, text=" \n", by=territory.requester, at=now())
    assert [each.field for each in caught.value.missing] == ["text"]


def test_an_empty_question_does_not_move_the_request(territory: Territory) -> None:
    request = under_review(territory)
    with pytest.raises(GuardError):
        ask_question(request=request, text="", by=territory.imageur, at=now())
    assert state_of(request) == RequestState.UNDER_REVIEW


def test_an_answer_without_a_question_is_a_conflict(territory: Territory) -> None:
    with pytest.raises(ConflictError):
        answer_question(request=under_review(territory), text="Non", by=territory.requester, at=now())


def test_a_question_is_asked_by_the_radiologist_only(territory: Territory) -> None:
    with pytest.raises(NotAllowedError):
        ask_question(request=under_review(territory), text="Oui ?", by=territory.requester, at=now())


def test_question_and_answer_move_the_request_and_stay_in_order(territory: Territory) -> None:
    request = under_review(territory)
    ask_question(request=request, text="Prothèse valvulaire ?", by=territory.imageur, at=now())
    assert state_of(request) == RequestState.AWAITING_ANSWER
    answer_question(request=request, text="Aucune", by=territory.requester, at=now())
    assert state_of(request) == RequestState.UNDER_REVIEW
    post_message(act=request.act, text="  Merci  ", by=territory.imageur, at=now())
    said = [(each.kind, each.text) for each in list_messages(request.act)]
    assert said == [("question", "Prothèse valvulaire ?"), ("answer", "Aucune"), ("remark", "Merci")]


def test_a_message_is_traced_and_announced_without_its_words(territory: Territory) -> None:
    act = submitted(territory).act
    message = post_message(act=act, text="Secret", by=territory.requester, at=now())
    entry = Entry.objects.get(action="message.remark")
    assert (entry.subject_id, entry.act_id, entry.detail) == (message.pk, act.pk, {})
    assert Event.objects.filter(kind="message.remark", act_id=act.pk).count() == 1


def test_a_message_is_never_changed_nor_removed(territory: Territory) -> None:
    message = post_message(act=submitted(territory).act, text="Mot", by=territory.requester, at=now())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(text="Autre")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        message.delete()
