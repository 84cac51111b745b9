"""Records that must not be erased for now: a claim, an inquiry, a wish of the person (R.1112-7, R37)."""

from datetime import date

from django.db import models
from django.db.models import Q

from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may
from diaphane.organisations.models import Structure
from diaphane.patients.models import Patient


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    """Holds, starting from who asks."""

    def visible_to(self, actor: Actor) -> "LegalHoldQuerySet":
        """Keep those that the actor's structure placed."""
        if actor.structure_id is None or not may(actor, "retention.hold"):
            return self.none()
        return self.filter(structure_id=actor.structure_id)

    def in_force(self, on: date) -> "LegalHoldQuerySet":
        """Keep those that stop an erasure that day: the last day counts."""
        return self.filter(Q(until=None) | Q(until__gte=on), lifted_at=None)


class LegalHold(models.Model):
    """One record held back: why, who says so, until when; no ``until`` is until somebody lifts it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="legal_holds")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    until = models.DateField(null=True)
    placed_at = models.DateTimeField()
    placed_by_id = models.UUIDField()
    placed_by_label = models.CharField(max_length=200)
    lifted_at = models.DateTimeField(null=True)
    lifted_by_label = models.CharField(max_length=200, blank=True)

    objects = LegalHoldQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(("id", "structure", "until", "placed_at", "lifted_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("placed_by_id", "placed_by_label", "lifted_by_label"), Privacy.PROFESSIONAL),
        **dict.fromkeys(("patient", "reason"), Privacy.IDENTIFYING),
    }
    processing = Processing.RIGHTS

    class Meta:
        ordering = ["-placed_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="hold_says_why"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
