"""Two identities that may be one person, what was decided of them, and each row that a merge moved (R40)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .patient import Patient


class PairState(models.TextChoices):
    """Where two identities stand."""

    PROPOSED = "proposed", _("To compare")
    MERGED = "merged", _("Merged, to be reviewed")
    REVIEWED = "reviewed", _("Merged and reviewed")
    DISTINCT = "distinct", _("Two persons")


class IdentityPair(models.Model):
    """Two identities brought together by their traits, and what a person decided."""

    class Reason(models.TextChoices):
        """Why they may be one person."""

        SAME_INS = "same_ins", _("same INS, other traits")
        SAME_TRAITS = "same_traits", _("same birth name, given name and birth date")
        CLOSE_GIVEN_NAME = "close_given_name", _("same birth name and birth date, close given name")
        CLOSE_NAME = "close_name", _("same given name and birth date, close birth name")
        USED_NAME = (
            "used_name",
            _("same given name and birth date, one’s used name is the other’s birth name"),
        )
        SWAPPED = "swapped", _("same birth date, name and given name swapped")
        CLOSE_DATE = "close_date", _("same birth name and given name, close birth date")
        SETTLED = "settled", _("an unidentified patient recognised")
        HOSPITAL = "hospital", _("the hospital says that they are one")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    first = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="pairs_as_first")
    second = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="pairs_as_second")
    reasons = ArrayField(models.CharField(max_length=20, choices=Reason))
    claimed_ins = models.CharField("INS", max_length=15, blank=True)
    state = models.CharField(max_length=10, choices=PairState, default=PairState.PROPOSED)
    survivor = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, related_name="pairs_kept")
    decided_reason = models.CharField(max_length=300, blank=True)
    decided_by_id = models.UUIDField(null=True)
    decided_by_label = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    privacy = {
        **dict.fromkeys(("id", "state", "decided_at", "created_at"), Privacy.TECHNICAL),
        **dict.fromkeys(
            ("first", "second", "reasons", "claimed_ins", "survivor", "decided_reason"), Privacy.IDENTIFYING
        ),
        **dict.fromkeys(("decided_by_id", "decided_by_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.IDENTITY

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_one_order"),
            models.CheckConstraint(condition=Q(state__in=PairState.values), name="pair_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "distinct"], survivor=None)
                | Q(state__in=["merged", "reviewed"], survivor__isnull=False),
                name="merged_pair_has_a_survivor",
            ),
            models.UniqueConstraint(fields=["first", "second"], name="one_pair_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id} {self.state}"

    @property
    def patients(self) -> tuple[Patient, Patient]:
        """Return both identities."""
        return self.first, self.second

    @property
    def absorbed(self) -> Patient | None:
        """Return the identity that was merged into the other, if any."""
        if self.survivor_id is None:
            return None
        return self.second if self.survivor_id == self.first_id else self.first

    @property
    def is_collision(self) -> bool:
        """Say whether two persons claim one INS: the exam waits until a person decides."""
        return self.Reason.SAME_INS in self.reasons

    @property
    def reason_words(self) -> list[str]:
        """Return why, in words."""
        return [str(self.Reason(each).label) for each in self.reasons]


class MovedRow(models.Model):
    """One row that a merge gave to the surviving identity; returned by an un-merge, and by nothing else."""

    pair = models.ForeignKey(IdentityPair, on_delete=models.PROTECT, related_name="moved_rows")
    table = models.CharField(max_length=60)
    field = models.CharField(max_length=40)
    row_id = models.CharField(max_length=40)
    moved_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)

    privacy = dict.fromkeys(
        ("id", "pair", "table", "field", "row_id", "moved_at", "returned_at"), Privacy.TECHNICAL
    )
    processing = Processing.IDENTITY

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"
