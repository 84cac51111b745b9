"""Each recipient of each signed version, and how far it got: sent means acknowledged (R96, R101)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.access.queries import list_act_ids
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.reporting.models import Report

from .appointment_models import AppointmentNotice as AppointmentNotice
from .emergency_models import EmergencyMail as EmergencyMail


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    """Dispatches, starting from who asks."""

    def visible_to(self, actor: Actor) -> "DispatchQuerySet":
        """Keep the dispatches whose act is open to this actor."""
        return self.filter(report__act_id__in=list_act_ids(actor)).select_related("report__act__patient")


class Dispatch(models.Model):
    """One recipient of one version of a report."""

    class Recipient(models.TextChoices):
        """Why this recipient."""

        REQUESTER = "requester", _("Requesting physician")
        TREATING = "treating", _("Treating physician")
        PATIENT = "patient", _("Patient")

    class Status(models.TextChoices):
        """Where it stands; ACKNOWLEDGED alone means received."""

        QUEUED = "queued", _("Waiting to be announced")
        ANNOUNCED = "announced", _("Announced, not received yet")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        ON_PAPER = "on_paper", _("To hand over on paper")
        FAILED = "failed", _("The announcement failed")
        OBJECTED = "objected", _("Not sent: the patient objects")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="dispatches")
    recipient = models.CharField(max_length=10, choices=Recipient)
    account_id = models.UUIDField(null=True)
    label = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    status = models.CharField(max_length=15, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=200, blank=True)

    objects = DispatchQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "report",
                "recipient",
                "status",
                "attempts",
                "last_error",
                "created_at",
                "announced_at",
                "acknowledged_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(("account_id", "label", "email", "received_by"), Privacy.IDENTIFYING),
    }
    processing = Processing.EXCHANGE

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["queued", "announced", "acknowledged", "on_paper", "failed", "objected"]
                ),
                name="dispatch_status_known",
            ),
            models.UniqueConstraint(fields=["report", "recipient"], name="one_dispatch_per_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} {self.status}"
