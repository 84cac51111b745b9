"""What the imageur proposed instead of the exam that was asked for, and what was answered (R69)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .catalogue import CATALOGUE, CatalogueExam


class Substitution(models.Model):
    """One exam proposed instead of another; the last one counts, the earlier ones stay.

    ``performer_words`` say why the performer goes on without an agreement.
    """

    class Answer(models.TextChoices):
        """What the demandeur answered; nothing while the answer is awaited."""

        AGREED = "agreed", _("Agreed by the requesting physician")
        DISPUTED = "disputed", pgettext_lazy("substitution", "Not agreed by the requesting physician")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(
        "requests.ExamRequest", on_delete=models.PROTECT, related_name="substitutions"
    )
    from_code = models.CharField(max_length=30)
    to_code = models.CharField(max_length=30)
    why = models.TextField()
    by_id = models.UUIDField()
    by_label = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answer_words = models.TextField(blank=True)
    answered_by_id = models.UUIDField(null=True)
    answered_by_label = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    performer_words = models.TextField(blank=True)

    privacy = {
        **dict.fromkeys(("id", "request", "proposed_at", "answered_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("by_id", "by_label", "answered_by_id", "answered_by_label"), Privacy.PROFESSIONAL),
        **dict.fromkeys(
            ("from_code", "to_code", "why", "answer", "answer_words", "performer_words"), Privacy.HEALTH
        ),
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["proposed_at", "id"]

    def __str__(self) -> str:
        return f"{self.from_code} → {self.to_code}"

    @property
    def asked(self) -> CatalogueExam | None:
        """Return the exam that it replaces."""
        return CATALOGUE.get(self.from_code)

    @property
    def proposed(self) -> CatalogueExam | None:
        """Return the exam that it proposes."""
        return CATALOGUE.get(self.to_code)

    @property
    def is_agreed(self) -> bool:
        """Say whether the demandeur agreed."""
        return self.answer == self.Answer.AGREED
