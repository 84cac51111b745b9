"""A patient whose record is under watch: each look at it is asked about (R44)."""

from django.db import models
from django.db.models import Q

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .patient import Patient


class Watch(models.Model):
    """Why a record is watched, since when and until when; nobody of the care team is shown that it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="watches")
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    started_by_id = models.UUIDField()
    started_by_label = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by_label = models.CharField(max_length=200, blank=True)

    privacy = {
        **dict.fromkeys(("id", "started_at", "ended_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("patient", "reason"), Privacy.IDENTIFYING),
        **dict.fromkeys(("started_by_id", "started_by_label", "ended_by_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.TRACE

    class Meta:
        ordering = ["-started_at"]
        verbose_name_plural = "watches"
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_at=None), name="one_watch_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
