"""The equipment of a site, and each check of it: what was done, by whom, and when the next is due (R23)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .structures import Structure


class Equipment(models.Model):
    """One piece of equipment of a site; one that is no longer used stays listed as such."""

    class Kind(models.TextChoices):
        """What it is."""

        MODALITY = "modality", _("Scanner or MRI")
        INJECTOR = "injector", _("Contrast injector")
        SCREEN = "screen", _("Reading screen")
        NETWORK = "network", _("Gateway and network")
        TELEPHONE = "telephone", _("Telephone and video")
        RESUSCITATION = "resuscitation", _("Emergency trolley")
        OTHER = "other", _("Other equipment")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="equipment")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=120)
    reference = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    listed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_reason = models.CharField(max_length=300, blank=True)

    privacy = dict.fromkeys(
        ("id", "site", "kind", "name", "reference", "place", "listed_at", "removed_at", "removed_reason"),
        Privacy.TECHNICAL,
    )
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"], condition=Q(removed_at=None), name="one_equipment_per_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EquipmentCheck(models.Model):
    """One check of one piece of equipment; a later one never replaces the row of an earlier one."""

    class Outcome(models.TextChoices):
        """What was found."""

        FIT = "fit", _("Fit for use")
        RESERVE = "reserve", _("Fit, with a reserve")
        UNFIT = "unfit", _("Not to be used")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="checks")
    done_on = models.DateField()
    next_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    checker = models.CharField(max_length=150)
    words = models.CharField(max_length=300, blank=True)
    recorded_by_id = models.UUIDField()
    recorded_by_label = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    privacy = {
        **dict.fromkeys(
            ("id", "equipment", "done_on", "next_on", "outcome", "words", "recorded_at"), Privacy.TECHNICAL
        ),
        **dict.fromkeys(("checker", "recorded_by_id", "recorded_by_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["-done_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_on__gt=F("done_on")), name="next_check_comes_after_this_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.equipment_id} {self.done_on}"

    def is_overdue(self, on: date) -> bool:
        """Say whether the next check should have been made before that day."""
        return self.next_on < on
