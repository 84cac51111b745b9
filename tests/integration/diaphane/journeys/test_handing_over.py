"""The hand-over: what is open is listed, proposed, and changes hands only by name (R135)."""

from collections.abc import Callable

import pytest

from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import supervise_exam
from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.journeys.handing_over import (
    accept_hand_over,
    list_open_cases,
    propose_hand_over,
    take_back_hand_over,
)
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.organisations.models import Credential
from diaphane.requests.models import ExamRequest
from diaphane.requests.operations import release_request
from diaphane.rosters.models import HandOver
from diaphane.rosters.queries import get_hand_over
from tests import reading_scenes
from tests.factories import StructureFactory, make_actor
from tests.integration.diaphane.acquisition.table import opened, started
from tests.scenes import Territory, under_review


@pytest.fixture
def morning(territory: Territory) -> Actor:
    """Return the colleague who comes at eight."""
    return make_actor(Role.IMAGEUR, territory.reader)


def kinds(actor: Actor) -> list[str]:
    return [each.kind.value for each in list_open_cases(actor)]


def propose(territory: Territory, to: Actor) -> HandOver:
    return propose_hand_over(receiver_id=to.id, words="Lit 3 douloureux", by=territory.imageur, at=now())


def test_nobody_else_hands_over_nor_to_anybody_else(territory: Territory, morning: Actor) -> None:
    under_review(territory)
    with pytest.raises(NotAllowedError):
        propose_hand_over(receiver_id=morning.id, words="", by=territory.requester, at=now())
    stranger = make_actor(Role.IMAGEUR, StructureFactory())
    for receiver in (stranger, territory.imageur, territory.requester):
        with pytest.raises(GuardError):
            propose_hand_over(receiver_id=receiver.id, words="", by=territory.imageur, at=now())


def test_nothing_open_is_nothing_to_hand_over(territory: Territory, morning: Actor) -> None:
    with pytest.raises(ConflictError):
        propose(territory, morning)


def test_a_result_that_nobody_has_acknowledged_is_listed(
    territory: Territory, run_jobs: Callable[[], int]
) -> None:
    reading_scenes.signed(territory)
    run_jobs()
    assert kinds(territory.imageur) == ["result"]


def test_patients_on_the_table_come_before_requests_and_exams_to_come(territory: Territory) -> None:
    under_review(territory)
    supervise_exam(exam=opened(territory), by=territory.imageur, at=now())
    started(territory)
    found = kinds(territory.imageur)
    assert found[0] == "table"
    assert set(found) == {"table", "exam", "request"}


def test_what_is_accepted_changes_hands(territory: Territory, morning: Actor) -> None:
    request, exam = under_review(territory), started(territory)
    made = propose(territory, morning)
    assert ExamRequest.objects.get(pk=request.pk).reviewer_id == territory.imageur.id
    accept_hand_over(hand_over=made, by=morning, at=now())
    assert ExamRequest.objects.get(pk=request.pk).reviewer_id == morning.id
    assert Exam.objects.get(pk=exam.pk).supervisor_id == morning.id
    assert kinds(territory.imageur) == []
    assert Entry.objects.filter(action="hand_over.accepted").count() == 2
    with pytest.raises(ConflictError):
        accept_hand_over(hand_over=made, by=morning, at=now())


def test_a_draft_goes_to_the_one_who_comes(territory: Territory, morning: Actor) -> None:
    report = reading_scenes.drafted(territory)
    accept_hand_over(hand_over=propose(territory, morning), by=morning, at=now())
    report.refresh_from_db()
    assert report.author_id == morning.id


def test_what_moved_on_meanwhile_stays_as_it_is(territory: Territory, morning: Actor) -> None:
    request, third = under_review(territory), make_actor(Role.IMAGEUR, territory.reader)
    exam = started(territory)
    made = propose(territory, morning)
    release_request(request=request, by=territory.imageur, at=now())
    supervise_exam(exam=exam, by=third, at=now())
    accept_hand_over(hand_over=made, by=morning, at=now())
    assert ExamRequest.objects.get(pk=request.pk).reviewer_id is None
    assert Exam.objects.get(pk=exam.pk).supervisor_id == third.id


def test_who_is_not_in_order_takes_nothing_over(territory: Territory, morning: Actor) -> None:
    exam = started(territory)
    under_review(territory)
    made = propose(territory, morning)
    Credential.objects.filter(holder_id=morning.id).delete()
    with pytest.raises(GuardError):
        accept_hand_over(hand_over=made, by=morning, at=now())
    assert Exam.objects.get(pk=exam.pk).supervisor_id == territory.imageur.id
    assert HandOver.objects.get().waits


def test_only_the_one_who_is_named_accepts_and_only_the_giver_takes_back(
    territory: Territory, morning: Actor
) -> None:
    under_review(territory)
    third = make_actor(Role.IMAGEUR, territory.reader)
    made = propose(territory, morning)
    for by in (territory.imageur, third):
        with pytest.raises(NotAllowedError):
            accept_hand_over(hand_over=made, by=by, at=now())
    with pytest.raises(NotAllowedError):
        take_back_hand_over(hand_over=made, by=morning, at=now())
    with pytest.raises(HandOver.DoesNotExist):
        get_hand_over(made.pk, actor=third)
    with pytest.raises(ConflictError):
        propose(territory, third)
    take_back_hand_over(hand_over=made, by=territory.imageur, at=now())
    with pytest.raises(ConflictError):
        accept_hand_over(hand_over=made, by=morning, at=now())
    propose(territory, third)
    assert Act.objects.exists()
