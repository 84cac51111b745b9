"""A copy of a person's data: who asked, for whom, why, and how far it is (R38)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may
from diaphane.organisations.models import Structure
from diaphane.patients.models import Patient


class DataExportQuerySet(models.QuerySet["DataExport"]):
    """Copies, starting from who asks."""

    def visible_to(self, actor: Actor) -> "DataExportQuerySet":
        """Keep a patient's own, or those that the actor's site made for its patients."""
        if actor.role is Role.PATIENT and actor.patient_id is not None:
            return self.filter(patient_id=actor.patient_id, site=None)
        if actor.structure_id is None or not may(actor, "privacy.export"):
            return self.none()
        return self.filter(site_id=actor.structure_id).select_related("patient")


class DataExport(models.Model):
    """One copy: asked by the patient (``site`` is null), or by their site for them, with the reason.

    A patient's own copy holds no result that nobody has told them (R100). The file is kept some days.
    """

    class Status(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", _("Being prepared")
        READY = "ready", _("Ready")
        FAILED = "failed", _("It failed, and is tried again")
        GONE = "gone", _("Over: the file was erased")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="data_exports")
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, null=True, related_name="+")
    asked_by_id = models.UUIDField()
    asked_by_label = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=6, choices=Status, default=Status.ASKED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    storage_key = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = DataExportQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "site",
                "asked_at",
                "status",
                "done",
                "total",
                "storage_key",
                "sha256",
                "size",
                "ready_at",
                "expires_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(("patient", "asked_by_id", "asked_by_label", "reason"), Privacy.IDENTIFYING),
    }
    processing = Processing.RIGHTS

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["asked", "ready", "failed", "gone"]),
                name="export_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(site=None) | ~models.Q(reason=""), name="site_says_why_it_exports"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def percent(self) -> int:
        """Return how far the preparation is, in percent."""
        return 100 * self.done // self.total if self.total else 0
