"""What one imageur hands to the next at the end of a shift, by name."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.models import User
from diaphane.acts.models import Act
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.models import Structure


class HandOver(models.Model):
    """One hand-over: proposed by the one who leaves, accepted by the one who comes; or taken back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    giver_label = models.CharField(max_length=150)
    receiver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    receiver_label = models.CharField(max_length=150)
    words = models.TextField(blank=True)
    proposed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    privacy = {
        **dict.fromkeys(
            ("id", "structure", "proposed_at", "accepted_at", "taken_back_at"), Privacy.TECHNICAL
        ),
        **dict.fromkeys(("giver", "giver_label", "receiver", "receiver_label"), Privacy.PROFESSIONAL),
        "words": Privacy.HEALTH,
    }
    processing = Processing.TRACE

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["giver"],
                condition=Q(accepted_at=None, taken_back_at=None),
                name="one_hand_over_waits_per_person",
            ),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="hand_over_to_another"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(taken_back_at=None), name="hand_over_accepted_or_taken_back"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.receiver_id}"

    @property
    def waits(self) -> bool:
        """Say whether the next imageur has yet to accept it."""
        return self.accepted_at is None and self.taken_back_at is None


class HandOverCase(models.Model):
    """One thing that is handed over: of which act, and what is left to do."""

    class Kind(models.TextChoices):
        """What is left to do."""

        REQUEST = "request", _("Request under examination")
        TABLE = "table", _("Patient on the table")
        EXAM = "exam", _("Exam to supervise or to read")
        RESULT = "result", _("Result that nobody has acknowledged")

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="cases")
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)

    privacy = dict.fromkeys(("id", "hand_over", "act", "kind"), Privacy.TECHNICAL)
    processing = Processing.CARE

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "act", "kind"], name="handed_over_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["request", "table", "exam", "result"]), name="hand_over_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act_id} {self.kind}"
