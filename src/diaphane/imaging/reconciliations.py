"""What came in and could be attached to no act: why it waits, and what a person decided (R40)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.models import Structure


class ReconciliationState(models.TextChoices):
    """Where an arrival that could not be attached stands."""

    WAITING = "waiting", _("To be attached")
    ATTACHED = "attached", _("Attached")
    SET_ASIDE = "set_aside", _("Set aside")


class ReconciliationQuerySet(models.QuerySet["Reconciliation"]):
    """Reconciliations, starting from who asks."""

    def visible_to(self, actor: Actor) -> "ReconciliationQuerySet":
        """Keep those of the technologist's own site."""
        if actor.role is not Role.TECHNOLOGIST or actor.structure_id is None:
            return self.none()
        return self.filter(site_id=actor.structure_id).select_related("study", "site")


class Reconciliation(models.Model):
    """Why something that came in is attached to no act, and what a person decided.

    ``study`` is the study that waits, or, for a conflict, the one that holds the object already known;
    ``storage_key`` is then the file kept aside.
    """

    class Reason(models.TextChoices):
        """Why nothing was attached."""

        UNKNOWN_STUDY = "unknown_study", _("No exam here carries this study identifier")
        FOREIGN_SITE = "foreign_site", _("This exam belongs to another site")
        OTHER_PATIENT = "other_patient", _("The patient named in the images is not the one of the exam")
        CONFLICT = "conflict", _("An image already received came again with another content")
        IMPORTED = "imported", _("Brought by a person, on a CD or in a folder")
        TAKEN_AWAY = "taken_away", _("Attached, then taken away by a person")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    study = models.ForeignKey("imaging.Study", on_delete=models.PROTECT, related_name="reconciliations")
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason)
    state = models.CharField(max_length=10, choices=ReconciliationState, default=ReconciliationState.WAITING)
    sop_instance_uid = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    storage_key = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.UUIDField(null=True)
    settled_by_label = models.CharField(max_length=200, blank=True)
    settled_reason = models.TextField(blank=True)

    objects = ReconciliationQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "study",
                "site",
                "reason",
                "state",
                "sha256",
                "storage_key",
                "created_at",
                "settled_at",
            ),
            Privacy.TECHNICAL,
        ),
        "sop_instance_uid": Privacy.IDENTIFYING,
        **dict.fromkeys(("settled_by_id", "settled_by_label"), Privacy.PROFESSIONAL),
        "settled_reason": Privacy.HEALTH,
    }
    processing = Processing.IMAGES

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ReconciliationState.values), name="reconciliation_state_known"
            ),
            models.UniqueConstraint(
                fields=["study"],
                condition=Q(state="waiting") & ~Q(reason="conflict"),
                name="one_open_reconciliation_per_study",
            ),
            models.UniqueConstraint(
                fields=["sop_instance_uid", "sha256"],
                condition=Q(reason="conflict"),
                name="one_reconciliation_per_conflict",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.state}"
