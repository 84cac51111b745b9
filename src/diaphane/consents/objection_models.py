"""What a patient objects to, since when, until when (R38, R62)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.patients.models import Patient


class Objection(models.Model):
    """One objection; withdrawn by a date, never erased."""

    class Kind(models.TextChoices):
        """What is objected to; care itself goes on."""

        OUTSIDE = "outside", _("My images or my report shown to a professional outside the care team")
        TREATING = "treating", _("My report sent to my treating physician")
        OTHER_USES = "other_uses", _("My data used for teaching, research or statistics")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="objections")
    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField()
    recorded_by_label = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_label = models.CharField(max_length=200, blank=True)

    privacy = {
        **dict.fromkeys(("id", "recorded_at", "withdrawn_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("patient", "kind", "reason"), Privacy.IDENTIFYING),
        **dict.fromkeys(("recorded_by_id", "recorded_by_label", "withdrawn_by_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.RIGHTS

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "kind"], condition=Q(withdrawn_at=None), name="one_objection_in_force"
            ),
        ]

    def __str__(self) -> str:
        return self.kind
