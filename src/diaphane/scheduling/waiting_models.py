"""Who waits for an earlier slot, and the slot that was proposed to them (R73)."""

from django.db import models
from django.db.models import Q

from diaphane.acts.models import Act
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.models import Room


class WaitingEntry(models.Model):
    """One act that waits for an earlier slot at its site; at most one slot is proposed to it at a time.

    A slot that is proposed is not held: the first who books it has it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="waiting_entries")
    modality = models.CharField(max_length=2)
    minutes = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    offered_room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+", null=True)
    offered_starts_at = models.DateTimeField(null=True)
    offered_until = models.DateTimeField(null=True)

    privacy = dict.fromkeys(
        (
            "id",
            "act",
            "modality",
            "minutes",
            "since",
            "left_at",
            "offered_room",
            "offered_starts_at",
            "offered_until",
        ),
        Privacy.TECHNICAL,
    )
    processing = Processing.CARE

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["act"], condition=Q(left_at=None), name="waits_once_per_act"),
            models.CheckConstraint(
                condition=Q(offered_room=None, offered_starts_at=None, offered_until=None)
                | Q(offered_room__isnull=False, offered_starts_at__isnull=False, offered_until__isnull=False),
                name="offer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act_id} {self.since:%Y-%m-%d %H:%M}"
