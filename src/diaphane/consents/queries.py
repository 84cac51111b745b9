"""Read the consents in force."""

from uuid import UUID

from django.db.models import QuerySet

from diaphane.acts.models import Act

from .models import Consent, Objection


def get_consent(act: Act, subject: str) -> Consent | None:
    """Return the last answer to one of the two questions."""
    return Consent.objects.filter(act=act, subject=subject).order_by("-recorded_at", "-id").first()


def has_objected(patient_id: UUID, kind: str) -> bool:
    """Say whether a patient objects to one use of their data now (R62)."""
    return Objection.objects.filter(patient_id=patient_id, kind=kind, withdrawn_at=None).exists()


def list_objections(patient_id: UUID) -> QuerySet[Objection]:
    """List what a patient objects to, or did, latest first; once the page has opened the patient."""
    return Objection.objects.filter(patient_id=patient_id).order_by("-recorded_at")
