"""The file of a breach of personal data, with its clock of 72 hours (GDPR, art. 33 and 34; R37)."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may
from diaphane.organisations.models import Structure

CLOCK = timedelta(hours=72)


class BreachQuerySet(models.QuerySet["Breach"]):
    """Breaches, starting from who asks."""

    def visible_to(self, actor: Actor) -> "BreachQuerySet":
        """Keep those of the officer's structure."""
        if actor.structure_id is None or not may(actor, "breach.keep"):
            return self.none()
        return self.filter(structure_id=actor.structure_id)


class Breach(models.Model):
    """One breach: what happened, whom it concerns (counted, never named), what was done and who was told."""

    class Kind(models.TextChoices):
        """What was lost of the data."""

        CONFIDENTIALITY = "confidentiality", _("Seen by who should not: confidentiality")
        INTEGRITY = "integrity", _("Changed without a right to: integrity")
        AVAILABILITY = "availability", _("Lost or out of reach: availability")

    class Risk(models.TextChoices):
        """What it may do to the persons; who must be told depends on it."""

        NONE = "none", _("No risk: documented here")
        RISK = "risk", _("A risk: the CNIL is notified")
        HIGH = "high", _("A high risk: the CNIL is notified, and the persons are told")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    discovered_at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=Kind)
    nature = models.TextField()
    people = models.TextField(blank=True)
    people_count = models.PositiveIntegerField(null=True, blank=True)
    consequences = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    risk = models.CharField(max_length=5, choices=Risk, blank=True)
    notified_at = models.DateTimeField(null=True)
    notification_reference = models.CharField(max_length=80, blank=True)
    late_reason = models.TextField(blank=True)
    people_told_at = models.DateTimeField(null=True)
    people_told_how = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    opened_by_label = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    closed_by_label = models.CharField(max_length=200, blank=True)

    objects = BreachQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "structure",
                "discovered_at",
                "kind",
                "nature",
                "people",
                "people_count",
                "consequences",
                "measures",
                "risk",
                "notified_at",
                "notification_reference",
                "late_reason",
                "people_told_at",
                "people_told_how",
                "opened_at",
                "closed_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(("opened_by_label", "closed_by_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.BREACHES

    class Meta:
        ordering = ["-discovered_at"]
        verbose_name_plural = "breaches"
        constraints = [
            models.CheckConstraint(
                condition=Q(notified_at=None)
                | Q(notified_at__lte=models.F("discovered_at") + CLOCK)
                | ~Q(late_reason=""),
                name="late_notification_says_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def due_at(self) -> datetime:
        """Return when the 72 hours are over."""
        return self.discovered_at + CLOCK

    @property
    def must_notify(self) -> bool:
        """Say whether the CNIL is to be notified: until the risk is weighed, it is."""
        return self.risk != self.Risk.NONE

    @property
    def is_waiting(self) -> bool:
        """Say whether the clock runs."""
        return self.must_notify and self.notified_at is None and self.closed_at is None

    def is_late(self, at: datetime) -> bool:
        """Say whether the CNIL was notified, or waits, after the 72 hours."""
        return self.must_notify and (self.notified_at or at) > self.due_at
