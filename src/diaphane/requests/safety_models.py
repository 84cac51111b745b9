"""What was answered to the safety questions of a request, by whom, and from which mouth (R66, R85)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class SafetyAnswer(models.Model):
    """One answer to one question; the last one of a question counts, the earlier ones stay.

    ``value`` is what the rules read: a choice of the question, a number in its unit, « unknown », or nothing
    for an answer taken back. ``typed`` keeps a value that was worked out from another one. ``motive`` says
    why one of several answers that differ is the right one.
    """

    class Informant(models.TextChoices):
        """Who answered: a guess is not worth a record."""

        PATIENT = "patient", pgettext_lazy("informant", "The patient")
        RELATIVE = "relative", pgettext_lazy("informant", "A relative")
        RECORD = "record", pgettext_lazy("informant", "The record")
        GUESS = "guess", pgettext_lazy("informant", "A guess")

    class Moment(models.TextChoices):
        """When in the journey it was answered."""

        REQUEST = "request", _("When the request was written")
        REVIEW = "review", _("While the request was examined")
        AFTER = "after", _("After the validation")
        SPACE = "space", pgettext_lazy("safety answer", "In the patient’s space")
        TABLE = "table", pgettext_lazy("safety answer", "At the table")
        SETTLED = "settled", _("A difference was settled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(
        "requests.ExamRequest", on_delete=models.PROTECT, related_name="safety_answers"
    )
    question_id = models.CharField(max_length=40)
    value = models.CharField(max_length=40, blank=True)
    typed = models.CharField(max_length=60, blank=True)
    informant = models.CharField(max_length=10, choices=Informant, blank=True)
    moment = models.CharField(max_length=10, choices=Moment)
    motive = models.TextField(blank=True)
    by_id = models.UUIDField()
    by_label = models.CharField(max_length=200)
    answered_at = models.DateTimeField()

    privacy = {
        **dict.fromkeys(("id", "request", "question_id", "moment", "answered_at"), Privacy.TECHNICAL),
        # A professional, or the patient who answers in their own space.
        **dict.fromkeys(("by_id", "by_label"), Privacy.IDENTIFYING),
        **dict.fromkeys(("value", "typed", "informant", "motive"), Privacy.HEALTH),
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["answered_at", "id"]

    def __str__(self) -> str:
        return f"{self.question_id} {self.answered_at:%Y-%m-%d %H:%M}"
