"""What was found in the images of an act, and what a person answered: the row that is kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.access.queries import list_act_ids
from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .checks.model import IDENTITY, Level


class FindingQuerySet(models.QuerySet["Finding"]):
    """Findings, starting from who asks."""

    def visible_to(self, actor: Actor) -> "FindingQuerySet":
        """Keep those of the acts open to this actor."""
        return self.filter(act_id__in=list_act_ids(actor)).select_related("act")

    def still_open(self) -> "FindingQuerySet":
        """Keep what the images still show, answered or not."""
        return self.filter(fixed_at=None)


class Finding(models.Model):
    """One thing that the checks found; gone when the images no longer show it, or answered with a reason.

    ``about`` is a series' UID or a kind of series. Another number of slices is another finding: what a
    person has answered is answered for what they saw.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=30)
    level = models.CharField(
        max_length=10,
        choices=[(Level.SERIOUS.value, _("Serious")), (Level.TO_SEE.value, _("To be looked at"))],
    )
    about = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    fixed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.UUIDField(null=True)
    answered_by_label = models.CharField(max_length=200, blank=True)
    answer = models.TextField(blank=True)

    objects = FindingQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            ("id", "act", "code", "level", "found_at", "fixed_at", "answered_at"), Privacy.TECHNICAL
        ),
        "about": Privacy.IDENTIFYING,
        **dict.fromkeys(("facts", "answer"), Privacy.HEALTH),
        **dict.fromkeys(("answered_by_id", "answered_by_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.IMAGES

    class Meta:
        ordering = ["found_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["act", "code", "about"], condition=Q(fixed_at=None), name="one_open_finding"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | ~Q(answer=""), name="finding_answered_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.level}"

    @property
    def is_serious(self) -> bool:
        """Say whether it asks for a word before the images are accepted."""
        return self.level == Level.SERIOUS

    @property
    def is_answerable(self) -> bool:
        """Say whether a reason settles it; whose images these are is settled by saying it (R40)."""
        return self.code not in IDENTITY

    @property
    def is_pending(self) -> bool:
        """Say whether nobody has answered it yet."""
        return self.fixed_at is None and self.answered_at is None
