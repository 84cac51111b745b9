"""Open an act to those who take part in it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from diaphane.kernel.actors import Role

from .models import Grant


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


def grant_to_patient(*, act_id: UUID, patient_id: UUID, reason: str, at: datetime) -> None:
    """Open an act to its patient's own account."""
    _grant(act_id, Grant.Holder.PATIENT, patient_id, Role.PATIENT.value, reason, at)


def _grant(act_id: UUID, holder: Grant.Holder, holder_id: UUID, role: str, reason: str, at: datetime) -> None:
    grant = Grant(
        act_id=act_id, holder_type=holder, holder_id=holder_id, role=role, reason=reason, started_at=at
    )
    Grant.objects.bulk_create([grant], ignore_conflicts=True)
