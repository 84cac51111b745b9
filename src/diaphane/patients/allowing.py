"""Let somebody know, or no longer: the patient's own word, at any moment (R57, R126)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.kernel.rights import may

from .models import Relationship, RelationshipGrant
from .qualities import ALLOWED, Quality


def grant_matter(*, relationship_id: UUID, matter: str, by: Actor, at: datetime) -> RelationshipGrant:
    """Open one matter to somebody who stands beside the patient; twice is once.

    Raises:
        NotAllowedError: not the patient.
        Relationship.DoesNotExist: another patient's.
        ConflictError: the quality does not allow it, or the bond is over.
    """
    with transaction.atomic():
        relationship = _lock(relationship_id, by)
        allowed = ALLOWED[Quality(relationship.quality)].by_grant
        if matter not in allowed or not relationship.is_in_force(on=localdate(at)):
            raise ConflictError(_("This cannot be opened to this person."))
        grant, is_new = RelationshipGrant.objects.get_or_create(
            relationship=relationship,
            matter=matter,
            revoked_at=None,
            defaults={"granted_at": at, "granted_by_id": by.id, "granted_by_label": by.label},
        )
        if is_new:
            _trace("granted", relationship, matter, by, at)
    return grant


def revoke_matter(*, relationship_id: UUID, matter: str, by: Actor, at: datetime) -> None:
    """Close one matter to somebody, whatever became of the bond; twice is once.

    Raises:
        NotAllowedError, Relationship.DoesNotExist: as above.
    """
    with transaction.atomic():
        relationship = _lock(relationship_id, by)
        held = relationship.grants.filter(matter=matter, revoked_at=None)
        if held.update(revoked_at=at, revoked_by_id=by.id, revoked_by_label=by.label):
            _trace("revoked", relationship, matter, by, at)


def _lock(relationship_id: UUID, by: Actor) -> Relationship:
    if not may(by, "relationship.own") or by.patient_id is None:
        raise NotAllowedError(_("The patient alone says who may know."))
    found = Relationship.objects.select_for_update(of=("self",)).select_related("patient")
    return found.get(pk=relationship_id, patient_id=by.patient_id)


def _trace(name: str, relationship: Relationship, matter: str, by: Actor, at: datetime) -> None:
    subject = Subject("relationship", relationship.pk, patient_id=relationship.patient_id)
    record(f"relationship.{name}", by=by, at=at, subject=subject, detail={"matter": matter})
