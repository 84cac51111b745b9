"""Each step of an exam: who may take it, what a second click answers, what it leaves behind."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from diaphane.acquisition.cancelling import cancel_exam, organise_alternative
from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.operations import (
    check_again,
    declare_ready,
    finish_acquisition,
    open_exam,
    prepare_exam,
    record_arrival,
    record_dose_afterwards,
    schedule_exam,
    start_exam,
    supervise_exam,
)
from diaphane.acquisition.queries import list_board, list_receiving, list_recent_physicians, list_worklist
from diaphane.acquisition.transitions import EXAM_TABLE
from diaphane.acts.queries import list_open_duties, list_steps
from diaphane.audit.models import Entry
from diaphane.consents.models import Consent
from diaphane.consents.queries import get_consent
from diaphane.events.models import Event
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.scheduling.models import Appointment
from diaphane.scheduling.operations import SlotTakenError
from diaphane.scheduling.queries import get_appointment
from tests.factories import RoomFactory, StructureFactory, make_actor
from tests.scenes import Territory

from .table import (
    BOTH_GIVEN,
    DOSE,
    IOMEPROL,
    arrived,
    fill_table,
    finished,
    in_minutes,
    make_room,
    opened,
    planned,
    ready,
    receive,
    started,
)

Scene = Callable[..., Exam]
Move = Callable[[Exam, Actor], object]


def _schedule(exam: Exam, by: Actor) -> object:
    room = RoomFactory(structure=exam.act.requesting_site)
    return schedule_exam(exam=exam, room=room, starts_at=now(), by=by, at=now())


def _prepare(exam: Exam, by: Actor) -> object:
    return prepare_exam(
        exam=exam,
        identity_read_back="wristband",
        consents=BOTH_GIVEN,
        pregnancy_answer="no",
        on_site_physician="",
        by=by,
        at=now(),
    )


def _finish(exam: Exam, by: Actor) -> object:
    return finish_acquisition(exam=exam, facts=DOSE, by=by, at=now())


MOVES: dict[str, tuple[Scene, Move]] = {
    "schedule": (opened, _schedule),
    "arrive": (planned, lambda exam, by: record_arrival(exam=exam, by=by, at=now())),
    "prepare": (arrived, _prepare),
    "dose": (finished, lambda exam, by: record_dose_afterwards(exam=exam, facts=DOSE, by=by, at=now())),
    "ready": (arrived, lambda exam, by: declare_ready(exam=exam, by=by, at=now())),
    "check_again": (ready, lambda exam, by: check_again(exam=exam, by=by, at=now())),
    "start": (ready, lambda exam, by: start_exam(exam=exam, by=by, at=now())),
    "finish": (started, _finish),
    "cancel": (planned, lambda exam, by: cancel_exam(exam=exam, motive="breakdown", by=by, at=now())),
}


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("role", [Role.IMAGEUR, Role.TREATING_PHYSICIAN])
def test_only_those_beside_the_patient_move_an_exam(territory: Territory, name: str, role: Role) -> None:
    scene, move = MOVES[name]
    exam = scene(territory)
    with pytest.raises(NotAllowedError):
        move(exam, make_actor(role, territory.reader))
    assert Exam.objects.get(pk=exam.pk).state == exam.state


@pytest.mark.parametrize("name", [name for name in MOVES if name not in {"prepare", "dose", "ready"}])
def test_a_second_click_is_refused_and_nothing_happens_twice(territory: Territory, name: str) -> None:
    scene, move = MOVES[name]
    exam = scene(territory)
    if name == "finish":
        receive(territory, exam)
    move(exam, territory.technologist)
    steps = list_steps(exam.act).count()
    with pytest.raises(ConflictError):
        move(exam, territory.technologist)
    assert list_steps(exam.act).count() == steps


def test_opening_an_exam_twice_gives_the_same_one(territory: Territory) -> None:
    exam = opened(territory)
    assert open_exam(act=exam.act, at=now()).pk == exam.pk
    assert Event.objects.filter(kind="exam.opened").count() == 1


def test_a_room_of_another_site_is_refused(territory: Territory) -> None:
    exam = opened(territory)
    elsewhere = RoomFactory(structure=StructureFactory())
    with pytest.raises(NotAllowedError):
        schedule_exam(exam=exam, room=elsewhere, starts_at=now(), by=territory.technologist, at=now())


def test_a_room_of_another_modality_is_refused(territory: Territory) -> None:
    exam = opened(territory, exam_code="MR-STROKE")
    with pytest.raises(NotAllowedError):
        schedule_exam(
            exam=exam, room=make_room(territory), starts_at=now(), by=territory.technologist, at=now()
        )


@pytest.mark.parametrize("minutes", [-6, 60 * 24 * 400], ids=["past", "too far"])
def test_a_time_that_cannot_be_is_refused(territory: Territory, minutes: int) -> None:
    exam, room = opened(territory), make_room(territory)
    with pytest.raises(GuardError) as refusal:
        schedule_exam(
            exam=exam, room=room, starts_at=in_minutes(minutes), by=territory.technologist, at=now()
        )
    assert [each.requirement for each in refusal.value.missing] == ["R73"]


def test_a_taken_slot_is_refused_and_the_exam_stays_to_be_planned(territory: Territory) -> None:
    first = planned(territory)
    slot = get_appointment(first.act)
    assert slot is not None
    other = opened(territory)
    with pytest.raises(SlotTakenError):
        schedule_exam(
            exam=other, room=slot.room, starts_at=in_minutes(5), by=territory.technologist, at=now()
        )
    assert Exam.objects.get(pk=other.pk).state == ExamState.TO_SCHEDULE


def test_a_slot_is_moved_only_by_someone_who_saw_it(territory: Territory) -> None:
    exam = planned(territory)
    seen = get_appointment(exam.act)
    assert seen is not None
    later = in_minutes(120)
    with pytest.raises(ConflictError):
        schedule_exam(exam=exam, room=seen.room, starts_at=later, by=territory.technologist, at=now())
    schedule_exam(
        exam=exam, room=seen.room, starts_at=later, replaces=seen.pk, by=territory.technologist, at=now()
    )
    assert [each.starts_at for each in Appointment.objects.filter(cancelled_at=None)] == [later]


def test_the_room_is_free_again_once_the_acquisition_is_over(territory: Territory) -> None:
    exam = finished(territory)
    slot = get_appointment(exam.act)
    assert slot is not None
    other = opened(territory)
    starts_at = now() + timedelta(minutes=1)
    schedule_exam(exam=other, room=slot.room, starts_at=starts_at, by=territory.technologist, at=now())


def test_an_arrival_starts_the_waiting_time(territory: Territory) -> None:
    exam = arrived(territory)
    assert exam.arrived_at is not None
    assert exam.started_at is None


def test_what_changes_nothing_leaves_no_trace(territory: Territory) -> None:
    exam = arrived(territory)
    fill_table(territory, exam)
    entries, consents = Entry.objects.count(), Consent.objects.count()
    fill_table(territory, exam)
    assert (Entry.objects.count(), Consent.objects.count()) == (entries, consents)


def test_answers_are_corrected_by_going_back_to_the_checks(territory: Territory) -> None:
    exam = ready(territory)
    with pytest.raises(ConflictError):
        fill_table(territory, exam, identity_read_back="document")
    check_again(exam=exam, by=territory.technologist, at=now())
    fill_table(territory, exam, identity_read_back="document")
    assert declare_ready(exam=exam, by=territory.technologist, at=now()).identity_read_back == "document"


def test_only_a_radiologist_supervises_and_not_what_is_over(territory: Territory) -> None:
    exam = finished(territory)
    with pytest.raises(NotAllowedError):
        supervise_exam(exam=exam, by=territory.technologist, at=now())
    Exam.objects.filter(pk=exam.pk).update(state=ExamState.REPORTED)
    with pytest.raises(ConflictError):
        supervise_exam(exam=exam, by=territory.imageur, at=now())


@pytest.mark.parametrize(("motive", "reason"), [("", ""), ("absurd", "x"), ("other", "   ")])
def test_cancelling_says_why(territory: Territory, motive: str, reason: str) -> None:
    exam = planned(territory)
    with pytest.raises(GuardError) as refusal:
        cancel_exam(exam=exam, motive=motive, reason=reason, by=territory.technologist, at=now())
    assert [each.requirement for each in refusal.value.missing] == ["R60"]
    assert Exam.objects.get(pk=exam.pk).state == ExamState.SCHEDULED


def test_a_cancelled_exam_gives_its_slot_back_and_leaves_the_worklist(territory: Territory) -> None:
    exam = planned(territory)
    assert [step.act.pk for step in list_worklist(site_id=territory.site.pk)] == [exam.act_id]
    cancelled = cancel_exam(
        exam=exam, motive="other", reason="Transféré", by=territory.technologist, at=now()
    )
    assert cancelled.state == ExamState.CANCELLED
    assert get_appointment(exam.act) is None
    assert list_worklist(site_id=territory.site.pk) == []
    last = list_steps(exam.act).last()
    assert last is not None
    assert last.reason == "Autre motif · Transféré"


@pytest.mark.parametrize(
    ("motive", "subject", "is_owed"),
    [("refuses_act", "act", True), ("refuses_distance", "distance", True)],
)
def test_a_refusal_is_recorded_as_such_and_the_other_way_is_owed(
    territory: Territory, motive: str, subject: str, is_owed: bool
) -> None:
    exam = arrived(territory)
    cancel_exam(exam=exam, motive=motive, by=territory.technologist, at=now())
    answer = get_consent(exam.act, subject)
    assert answer is not None
    assert answer.outcome == Consent.Outcome.REFUSED
    assert [duty.requirement for duty in list_open_duties(exam.act)] == (["R60"] if is_owed else [])
    if is_owed:
        organise_alternative(act=exam.act, by=territory.requester, at=now())
        assert not list_open_duties(exam.act).exists()
    with pytest.raises(ConflictError):
        organise_alternative(act=exam.act, by=territory.requester, at=now())


def test_an_exam_is_interrupted_only_before_any_image(territory: Territory) -> None:
    exam = started(territory)
    receive(territory, exam)
    with pytest.raises(GuardError) as refusal:
        cancel_exam(exam=exam, motive="patient_state", by=territory.technologist, at=now())
    assert [each.requirement for each in refusal.value.missing] == ["R83"]


def test_an_exam_without_an_image_is_interrupted_with_its_reason(territory: Territory) -> None:
    moved = cancel_exam(exam=started(territory), motive="patient_state", by=territory.technologist, at=now())
    assert moved.state == ExamState.CANCELLED


def test_the_worklist_follows_the_exam(territory: Territory) -> None:
    exam = planned(territory)
    statuses = []
    for scene_state in ("SCHEDULED", "ARRIVED", "READY", "STARTED"):
        Exam.objects.filter(pk=exam.pk).update(state=_STATE_OF[scene_state])
        statuses += [step.status for step in list_worklist(site_id=territory.site.pk)]
    assert statuses == list(_STATE_OF)


def test_the_board_shows_the_site_and_no_other(territory: Territory) -> None:
    exam = planned(territory)
    stranger = make_actor(Role.TECHNOLOGIST, StructureFactory())
    assert not list_board(stranger).exists()
    assert not list_receiving(stranger).exists()
    assert [each.pk for each in list_board(territory.technologist)] == [exam.pk]


def test_names_of_physicians_given_today_are_proposed_at_the_same_site_only(territory: Territory) -> None:
    exam = arrived(territory, contrast=IOMEPROL)
    fill_table(territory, exam, on_site_physician="Dr Paul Tissot")
    assert list_recent_physicians(territory.site.pk) == ["Dr Paul Tissot"]
    assert list_recent_physicians(territory.reader.pk) == []
    Exam.objects.filter(pk=exam.pk).update(arrived_at=now() - timedelta(hours=25))
    assert list_recent_physicians(territory.site.pk) == []


def test_every_arrow_leaves_from_a_known_state_and_has_a_role() -> None:
    for arrow in EXAM_TABLE.transitions:
        assert arrow.sources <= set(ExamState)
        assert arrow.roles


_STATE_OF = {
    "SCHEDULED": ExamState.SCHEDULED,
    "ARRIVED": ExamState.ARRIVED,
    "READY": ExamState.READY,
    "STARTED": ExamState.IN_PROGRESS,
}
