"""The ledger tells what is satisfied, by whom, and what is owed; a duty is waived by another person only."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from diaphane.acts.models import Act, Duty, LedgerEntry, Step
from diaphane.acts.operations import open_duty, settle_duties, settle_duty, waive_duty
from diaphane.acts.queries import list_ledger, list_open_duties, list_steps
from diaphane.audit.models import Entry
from diaphane.events.models import Event
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.kernel.transitions import iter_guards
from tests.scenes import Territory, submitted, validated

pytestmark = pytest.mark.django_db


def owe(territory: Territory, act: Act, at: datetime, guard: str = "test.owed") -> Duty:
    open_duty(
        act,
        requirement="R99",
        guard=guard,
        owner=Role.IMAGEUR,
        due_at=at + timedelta(hours=1),
        by=territory.requester,
        at=at,
    )
    return Duty.objects.get(act=act, guard=guard, state=Duty.State.OPEN)


def test_the_person_who_left_a_duty_may_not_waive_it(territory: Territory, at: datetime) -> None:
    duty = owe(territory, submitted(territory).act, at)
    with pytest.raises(NotAllowedError):
        waive_duty(duty=duty, by=territory.requester, at=at)
    duty.refresh_from_db()
    assert duty.state == Duty.State.OPEN


def test_nor_does_the_database_let_them(territory: Territory, at: datetime) -> None:
    duty = owe(territory, submitted(territory).act, at)
    with pytest.raises(IntegrityError, match="duty_waived_by_another_person"), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(state="waived", settled_by_id=territory.requester.id)


def test_another_person_may_waive_it_and_it_is_told(territory: Territory, at: datetime) -> None:
    duty = owe(territory, submitted(territory).act, at)
    waive_duty(duty=duty, by=territory.imageur, at=at)
    duty.refresh_from_db()
    assert (duty.state, duty.settled_by_id, duty.settled_at) == ("waived", territory.imageur.id, at)
    assert Entry.objects.filter(action="duty.waived", subject_id=duty.pk).exists()
    assert Event.objects.filter(kind="duty.waived", subject_id=duty.pk).exists()


def test_a_duty_is_settled_once(territory: Territory, at: datetime) -> None:
    duty = owe(territory, submitted(territory).act, at)
    settle_duty(duty=duty, by=territory.requester, at=at)
    with pytest.raises(ConflictError):
        settle_duty(duty=duty, by=territory.requester, at=at)
    with pytest.raises(ConflictError):
        waive_duty(duty=duty, by=territory.imageur, at=at)


def test_settling_where_nothing_is_owed_is_no_error(territory: Territory, at: datetime) -> None:
    settle_duties(submitted(territory).act, "test.nothing", by=territory.requester, at=at)


def test_one_guard_leaves_one_open_duty(territory: Territory, at: datetime) -> None:
    act = submitted(territory).act
    first = owe(territory, act, at)
    assert owe(territory, act, at) == first
    settle_duty(duty=first, by=territory.requester, at=at)
    assert owe(territory, act, at) != first


def test_open_duties_come_most_urgent_first(territory: Territory, at: datetime) -> None:
    act = submitted(territory).act
    later, sooner = owe(territory, act, at, "test.later"), owe(territory, act, at - timedelta(hours=9))
    assert list(list_open_duties(act)) == [sooner, later]


def test_a_state_that_no_enum_knows_is_refused_by_the_database(territory: Territory, at: datetime) -> None:
    duty = owe(territory, submitted(territory).act, at)
    with pytest.raises(IntegrityError, match="duty_state_known"), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(state="forgotten")


def test_the_ledger_shows_each_guard_once_with_what_became_of_it(territory: Territory) -> None:
    act = submitted(territory, urgency="vital", biology="").act
    lines = list_ledger(act)
    assert len(lines) == len({guard.code for table, _, guard in iter_guards() if not table.is_exceptional})
    by_title = {(line.requirement, line.status) for line in lines}
    assert {("R26", "satisfied"), ("R66", "owed"), ("R73", "ahead")} <= by_title
    owed = next(line for line in lines if line.status == "owed")
    assert owed.duty is not None
    assert owed.duty.due_at > act.created_at


def test_the_ledger_names_who_satisfied_a_requirement_and_when(territory: Territory, at: datetime) -> None:
    act = validated(territory, at=at).act
    entry = next(line.entry for line in list_ledger(act) if line.requirement == "R73")
    assert entry is not None
    assert (entry.actor_id, entry.actor_label, entry.occurred_at) == (
        territory.imageur.id,
        territory.imageur.label,
        at,
    )


def test_steps_are_listed_in_their_order(territory: Territory) -> None:
    steps = list_steps(validated(territory).act)
    assert [step.target for step in steps] == ["submitted", "under_review", "validated"]


@pytest.mark.parametrize("model", [Step, LedgerEntry])
def test_history_and_ledger_are_append_only(
    territory: Territory, model: type[Step] | type[LedgerEntry]
) -> None:
    act = submitted(territory).act
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.filter(act=act).update(actor_label="Dr Personne")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.filter(act=act)._raw_delete(using="default")


def test_outside_identifiers_are_unique_and_fit_dicom(territory: Territory, at: datetime) -> None:
    acts = [submitted(territory, at=at).act for _ in range(3)]
    assert len({act.accession_number for act in acts} | {act.study_instance_uid for act in acts}) == 6
    assert all(len(act.accession_number) <= 16 and len(act.study_instance_uid) <= 64 for act in acts)
    assert all(act.accession_number.startswith(f"DIA{now():%y%m}") for act in acts)
