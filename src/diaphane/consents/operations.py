"""Record a consent, a refusal, or the search for one (R57–R60)."""

from datetime import datetime, timedelta

from django.db import transaction

from diaphane.acts.models import Act
from diaphane.acts.operations import note, open_duty
from diaphane.kernel.actors import Actor, Role

from .models import Consent

INFORM_AFTERWARDS_WITHIN = timedelta(hours=24)
INFORMED_AFTERWARDS = "consent.informed_afterwards"


def record_consent(*, act: Act, subject: str, outcome: str, source: str, by: Actor, at: datetime) -> Consent:
    """Keep one answer; an impossible consent leaves a duty to inform afterwards (R59)."""
    with transaction.atomic():
        consent = Consent.objects.create(
            act=act,
            subject=subject,
            outcome=outcome,
            source=source,
            actor_id=by.id,
            actor_role=by.role.value,
            actor_label=by.label,
            structure_label=by.structure_label,
            occurred_at=at,
        )
        note(act, f"consent.{outcome}", subject_type="consent", subject_id=consent.pk, by=by, at=at)
        if outcome == Consent.Outcome.IMPOSSIBLE:
            open_duty(
                act,
                requirement="R59",
                guard=INFORMED_AFTERWARDS,
                owner=Role.REQUESTING_PHYSICIAN,
                due_at=at + INFORM_AFTERWARDS_WITHIN,
                by=by,
                at=at,
            )
    return consent
