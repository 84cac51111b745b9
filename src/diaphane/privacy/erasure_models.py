"""A record past its time: proposed by the job, decided by a person, erased; what stays is the proof (R37)."""

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
from diaphane.patients.models import Patient

from .retention import Rule


class ErasureState(models.TextChoices):
    """Where the erasure of a record stands."""

    PROPOSED = "proposed", _("To decide")
    APPROVED = "approved", _("Decided: erased in some days")
    ERASING = "erasing", _("Being erased")
    DONE = "done", _("Erased")
    LAPSED = "lapsed", _("No longer past its time")


GRACE = timedelta(days=7)
"""Between the decision and the erasure: it can be taken back, and another site can hold the record."""
OPEN_STATES = (ErasureState.PROPOSED, ErasureState.APPROVED)


class ErasureQuerySet(models.QuerySet["Erasure"]):
    """Erasures, starting from who asks."""

    def visible_to(self, actor: Actor) -> "ErasureQuerySet":
        """Keep those of the officer's structure, and of records in which it has an exam."""
        if actor.structure_id is None or not may(actor, "retention.see"):
            return self.none()
        theirs = Q(structure_id=actor.structure_id)
        theirs |= Q(patient__acts__requesting_site_id=actor.structure_id)
        theirs |= Q(patient__acts__reading_structure_id=actor.structure_id)
        return self.filter(theirs).select_related("structure").distinct()


class Erasure(models.Model):
    """One record, by an opaque number. ``structure`` is the site of its last exam, whose officer decides.

    Once it is erased nothing here says whose it was: the rule, the day, who decided and what was counted
    are the proof that the law was kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="erasures")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=ErasureState, default=ErasureState.PROPOSED)
    rule = models.CharField(max_length=9, choices=[(each.value, each.value) for each in Rule])
    due_on = models.DateField()
    exams = models.PositiveIntegerField()
    images = models.PositiveIntegerField()
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)
    decided_by_label = models.CharField(max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)

    objects = ErasureQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "structure",
                "state",
                "rule",
                "due_on",
                "exams",
                "images",
                "proposed_at",
                "decided_at",
                "erased_at",
                "rows",
                "files",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(("decided_by_id", "decided_by_label"), Privacy.PROFESSIONAL),
        "patient": Privacy.IDENTIFYING,
    }
    processing = Processing.RIGHTS

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ErasureState.values), name="erasure_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "erasing", "done"])
                | Q(decided_by_id__isnull=False, decided_at__isnull=False) & ~Q(decided_by_label=""),
                name="erasure_decided_by_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "lapsed"]) | Q(patient=None), name="erasure_over_names_nobody"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the opaque number under which people speak of it."""
        return str(self.pk)[-8:]

    @property
    def erases_at(self) -> datetime | None:
        """Return from when the job may erase it, once that is decided."""
        return self.decided_at + GRACE if self.decided_at is not None else None

    @property
    def rule_label(self) -> str:
        """Return the rule that decides, in words."""
        return str(Rule(self.rule).label)
