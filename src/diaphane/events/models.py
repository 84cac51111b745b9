"""What happened, and who must hear of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class Event(models.Model):
    """One thing that happened, named by a constant; its subject by type and UUID, never by content."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sequence = models.BigIntegerField(editable=False, unique=True)
    kind = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    act_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    privacy = dict.fromkeys(
        ("id", "sequence", "kind", "subject_type", "subject_id", "act_id", "occurred_at", "recorded_at"),
        Privacy.TECHNICAL,
    )
    processing = Processing.CARE

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["act_id", "sequence"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Delivery(models.Model):
    """One consumer's copy of one event: pending until its handler's transaction commits."""

    class Status(models.TextChoices):
        """Where a delivery stands."""

        PENDING = "pending", _("Pending")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    consumer = models.CharField(max_length=80)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)

    privacy = dict.fromkeys(
        ("id", "event", "consumer", "status", "attempts", "last_error", "done_at"), Privacy.TECHNICAL
    )
    processing = Processing.CARE

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "consumer"], name="one_delivery_per_consumer"),
            models.CheckConstraint(
                condition=models.Q(status__in=["pending", "done", "failed"]), name="delivery_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consumer} ← {self.event_id}"
