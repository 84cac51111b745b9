"""Open an act; move anything that belongs to it; settle what is owed.

``advance`` is the only place where a state is written. It checks the table, writes the history row,
the ledger, the duties, the audit entry and the event, all in one transaction (design rules 1 to 5).
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.access.operations import grant_to_roles
from diaphane.access.queries import is_reader_for_a_while
from diaphane.audit.operations import Subject, record
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.kernel.transitions import Outcome, TransitionTable
from diaphane.organisations.models import Structure
from diaphane.patients.models import Patient

from .models import Act, Duty, LedgerEntry, Step

DUTY_DELAY = timedelta(hours=24)
_OPEN_TO_READERS = ("emergency.", "message.remark")


_P = TypeVar("_P", bound=models.Model)


def open_act(*, patient: Patient, site: Structure, urgency: str, by: Actor, at: datetime) -> Act:
    """Create an act with its outside identifiers, open to the team of its site."""
    with transaction.atomic():
        act = Act.objects.create(
            patient=patient,
            requesting_site=site,
            accession_number=_next_accession_number(at),
            # Not made from the act's own id, which stands in addresses (PS3.5 §B.2).
            study_instance_uid=f"2.25.{uuid4().int}",
            requested_urgency=urgency,
            created_at=at,
        )
        grant_to_roles(
            act_id=act.pk,
            structure_id=site.pk,
            roles=(
                Role.REQUESTING_PHYSICIAN,
                Role.SECRETARY,
                Role.TECHNOLOGIST,
                Role.EDGE,
                Role.SERVICE,
            ),
            reason="requesting_site",
            at=at,
        )
        record("act.opened", by=by, at=at, subject=subject_of(act))
    return act


def advance(
    part: _P,
    table: TransitionTable,
    name: str,
    *,
    by: Actor,
    at: datetime,
    occurred_at: datetime | None = None,
    reason: str = "",
    fill: Callable[[_P], Sequence[str]] | None = None,
) -> _P:
    """Move one part of an act along one arrow of its table, and return it fresh and locked.

    ``occurred_at`` is when it happened where that differs from ``at`` (degraded mode, telephone).
    ``fill`` sets what is written together with the new state, once the guards hold; it returns the
    names of the fields that it set.

    Raises:
        NotAllowedError, ConflictError, GuardError: see ``TransitionTable.check``.
    """
    with transaction.atomic():
        locked = type(part)._default_manager.select_for_update(of=("self",)).get(pk=part.pk)
        act: Act = locked.act  # type: ignore[attr-defined]
        _refuse_reader(act, by)
        source: str = locked.state  # type: ignore[attr-defined]
        outcome = table.check(locked, name, by=by, is_vital=act.is_vital)  # type: ignore[arg-type]
        locked.state = outcome.transition.target  # type: ignore[attr-defined]
        filled = fill(locked) if fill else ()
        locked.save(update_fields=["state", *filled])
        when = occurred_at or at
        trace = _trace(act, by, when)
        Step.objects.create(
            **trace,
            machine=table.machine,
            subject_id=locked.pk,
            transition=name,
            source=source,
            target=outcome.transition.target,
            reason=reason,
        )
        _write_ledger(table, outcome, trace)
        for guard, missing in outcome.yielded:
            open_duty(
                act,
                requirement=guard.requirement,
                guard=guard.code,
                owner=by.role,
                due_at=at + DUTY_DELAY,
                by=by,
                at=when,
                reason=" · ".join(str(each.what) for each in missing.flatten()),
            )
        kind = f"{table.machine}.{name}"
        record(kind, by=by, at=when, subject=Subject(table.machine, locked.pk, act.pk, act.patient_id))
        record_event(kind=kind, subject_type=table.machine, subject_id=locked.pk, act_id=act.pk, at=when)
    return locked


def note(act: Act, kind: str, *, subject_type: str, subject_id: UUID, by: Actor, at: datetime) -> None:
    """Write the audit entry and the event of a fact that moves no state; call it in its transaction.

    Raises:
        NotAllowedError: the act is open to them in an emergency alone, and this is more than reading it.
    """
    if not kind.startswith(_OPEN_TO_READERS):
        _refuse_reader(act, by)
    record(kind, by=by, at=at, subject=Subject(subject_type, subject_id, act.pk, act.patient_id))
    record_event(kind=kind, subject_type=subject_type, subject_id=subject_id, act_id=act.pk, at=at)


def open_duty(
    act: Act,
    *,
    requirement: str,
    guard: str,
    owner: Role,
    due_at: datetime,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    """Leave something owed by a role until an instant; one open duty per guard and act."""
    Duty.objects.bulk_create(
        [
            Duty(
                **_trace(act, by, at),
                requirement=requirement,
                guard=guard,
                owner_role=owner.value,
                reason=reason,
                due_at=due_at,
            )
        ],
        ignore_conflicts=True,
    )


def settle_duties(act: Act, guard: str, *, by: Actor, at: datetime) -> None:
    """Mark as done whatever is open for a guard of an act; nothing open is no error."""
    for duty in Duty.objects.filter(act=act, guard=guard, state=Duty.State.OPEN):
        settle_duty(duty=duty, by=by, at=at)


def settle_duty(*, duty: Duty, by: Actor, at: datetime) -> None:
    """Mark what was owed as done."""
    _close_duty(duty, Duty.State.DONE, by, at)


def waive_duty(*, duty: Duty, by: Actor, at: datetime) -> None:
    """Let a duty go; only another person than the one who left it open may.

    Raises:
        NotAllowedError: the same person.
    """
    if duty.actor_id == by.id:
        raise NotAllowedError(_("Only another person may waive this."))
    _close_duty(duty, Duty.State.WAIVED, by, at)


def subject_of(act: Act) -> Subject:
    """Return the audit subject of an act."""
    return Subject("act", act.pk, act.pk, act.patient_id)


def _refuse_reader(act: Act, by: Actor) -> None:
    if by.role.is_professional and is_reader_for_a_while(by, act.pk):
        raise NotAllowedError(
            _("An emergency access is for reading: you may write in the thread, nothing else.")
        )


def _trace(act: Act, by: Actor, when: datetime) -> dict[str, Any]:
    return {
        "act": act,
        "actor_id": by.id,
        "actor_role": by.role.value,
        "actor_label": by.label,
        "structure_label": by.structure_label,
        "occurred_at": when,
    }


def _write_ledger(table: TransitionTable, outcome: Outcome, trace: dict[str, Any]) -> None:
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            **trace,
            requirement=guard.requirement,
            guard=guard.code,
            machine=table.machine,
            transition=outcome.transition.name,
        )
        for guard in outcome.satisfied
    )


def _close_duty(duty: Duty, state: Duty.State, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        changed = Duty.objects.filter(pk=duty.pk, state=Duty.State.OPEN).update(
            state=state, settled_at=at, settled_by_id=by.id, settled_by_label=by.label
        )
        if not changed:
            raise ConflictError(_("This was already settled."))
        note(duty.act, f"duty.{state.value}", subject_type="duty", subject_id=duty.pk, by=by, at=at)


def _next_accession_number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('acts_accession')")
        row = cursor.fetchone()
    return f"DIA{at:%y%m}{int(row[0]):07d}"
