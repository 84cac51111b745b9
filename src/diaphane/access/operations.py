"""Open an act to those who take part in it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from diaphane.kernel.actors import Role

from .models import Grant

EMERGENCY = "emergency"


def grant_to_roles(
    *, act_id: UUID, structure_id: UUID, roles: Iterable[Role], reason: str, at: datetime
) -> None:
    """Open an act to roles at a structure; a grant that is already open is left as it is."""
    Grant.objects.bulk_create(
        [
            Grant(
                act_id=act_id,
                holder_type=Grant.Holder.STRUCTURE,
                holder_id=structure_id,
                role=role.value,
                reason=reason,
                started_at=at,
            )
            for role in roles
        ],
        ignore_conflicts=True,
    )


def grant_to_person(*, act_id: UUID, person_id: UUID, role: Role, reason: str, at: datetime) -> None:
    """Open an act to one account, in one role only: the same person in another role sees nothing of it."""
    _grant(act_id, Grant.Holder.PERSON, person_id, role.value, reason, at)


def end_grant_to_person(*, act_id: UUID, person_id: UUID, role: Role, at: datetime) -> None:
    """Close an act to one account in one role: every process that remembers it is told, by trigger."""
    held = Grant.objects.filter(act_id=act_id, holder_type=Grant.Holder.PERSON, holder_id=person_id)
    held.filter(role=role.value, ended_at=None).update(ended_at=at)


def grant_to_patient(*, act_id: UUID, patient_id: UUID, reason: str, at: datetime) -> None:
    """Open an act to its patient's own account."""
    _grant(act_id, Grant.Holder.PATIENT, patient_id, Role.PATIENT.value, reason, at)


def grant_for_a_while(*, act_id: UUID, person_id: UUID, role: Role, ends_at: datetime, at: datetime) -> None:
    """Open an act to one account, in one role, until an instant; what is over gives way to it."""
    end_grants_for_a_while(act_id=act_id, person_id=person_id, role=role, at=at)
    Grant.objects.create(
        act_id=act_id,
        holder_type=Grant.Holder.PERSON,
        holder_id=person_id,
        role=role.value,
        reason=EMERGENCY,
        started_at=at,
        ends_at=ends_at,
    )


def end_grants_for_a_while(*, act_id: UUID, person_id: UUID, role: Role, at: datetime) -> None:
    """Close what was open for a while: every process that remembers it is told at once, by trigger."""
    held = Grant.objects.filter(act_id=act_id, holder_id=person_id, role=role.value, ended_at=None)
    held.exclude(ends_at=None).update(ended_at=at)


def _grant(act_id: UUID, holder: Grant.Holder, holder_id: UUID, role: str, reason: str, at: datetime) -> None:
    grant = Grant(
        act_id=act_id, holder_type=holder, holder_id=holder_id, role=role, reason=reason, started_at=at
    )
    Grant.objects.bulk_create([grant], ignore_conflicts=True)
