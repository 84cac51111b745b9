"""Images joined to an exam or taken away from it: what agreed, who looked, where they were (R40)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.access.queries import list_act_ids
from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may
from diaphane.organisations.models import Structure


class MoveState(models.TextChoices):
    """Where a move stands."""

    PROPOSED = "proposed", _("Waits for a second person")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Declined")
    UNDONE = "undone", _("Undone")


class MoveQuerySet(models.QuerySet["Move"]):
    """Moves, starting from who asks."""

    def visible_to(self, actor: Actor) -> "MoveQuerySet":
        """Keep those of the technologist's site, or of the acts open to the imageur."""
        if not may(actor, "images.quarantine"):
            return self.none()
        mine = Q(act_id__in=list_act_ids(actor))
        if actor.role is Role.TECHNOLOGIST:
            mine &= Q(site_id=actor.structure_id)
        return self.filter(mine).select_related("act__patient")


class Move(models.Model):
    """One decision on whose images these are.

    ``study_id`` names the study that moves, then the one where it stands: rows may be remade, so it is no
    key. ``likeness`` says which traits agreed (``matching.Likeness``). ``before`` and ``after`` hold the
    rows of the studies and series concerned, and which instance stood in which (``placements.py``). Earlier
    images put beside an exam stay where they are: they are a row only when two persons were needed, and a
    ``Prior`` takes them away again.
    """

    class Kind(models.TextChoices):
        """Which way."""

        JOIN = "join", _("Attachment of images")
        BESIDE = "beside", _("Attachment of earlier images")
        TAKE_AWAY = "take_away", _("Removal of images")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=MoveState, default=MoveState.PROPOSED)
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="image_moves")
    study_id = models.UUIDField()
    study_ids = ArrayField(models.UUIDField(), default=list)
    series = ArrayField(models.TextField(), default=list)
    images = models.PositiveIntegerField()
    likeness = models.JSONField()
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by_id = models.UUIDField()
    asked_by_label = models.CharField(max_length=200)
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.UUIDField(null=True)
    settled_by_label = models.CharField(max_length=200, blank=True)
    settled_reason = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_label = models.CharField(max_length=200, blank=True)
    undone_reason = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    objects = MoveQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "kind",
                "state",
                "site",
                "act",
                "study_id",
                "study_ids",
                "images",
                "likeness",
                "asked_at",
                "settled_at",
                "undone_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(
            ("asked_by_id", "asked_by_label", "settled_by_id", "settled_by_label", "undone_by_label"),
            Privacy.PROFESSIONAL,
        ),
        **dict.fromkeys(("series", "reason", "settled_reason", "undone_reason"), Privacy.HEALTH),
        **dict.fromkeys(("before", "after"), Privacy.IDENTIFYING),
    }
    processing = Processing.IMAGES

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MoveState.values), name="move_state_known"),
            models.UniqueConstraint(
                fields=["study_id"], condition=Q(state="proposed"), name="one_proposed_move_per_study"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def agrees(self) -> bool:
        """Say whether name and birth date were the same, and nothing else differed."""
        same = self.likeness["name"] and self.likeness["birth_date"]
        return bool(same) and False not in (self.likeness["sex"], self.likeness["identifier"])
