"""What was concluded on looks that stood out: by whom, when, on what it rests (R44)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may


class LookReviewQuerySet(models.QuerySet["LookReview"]):
    """Conclusions, starting from who asks."""

    def visible_to(self, actor: Actor) -> "LookReviewQuerySet":
        """Keep those on the exams of the officer's structure."""
        if actor.structure_id is None or not may(actor, "trace.review"):
            return self.none()
        theirs = Q(act__requesting_site_id=actor.structure_id)
        theirs |= Q(act__reading_structure_id=actor.structure_id)
        return self.filter(theirs).select_related("act__requesting_site")


class LookReview(models.Model):
    """The conclusion on the looks of one person at one exam, up to one entry of the trail; never changed."""

    class Reason(models.TextChoices):
        """Why a look stands out: a question, not an accusation."""

        WATCHED = "watched", _("this patient’s record is under watch")
        NAMESAKE = "namesake", _("bears a name of the patient: a relative?")
        NO_CARE_LINK = "no_care_link", _("took no part in the exam, and looked once its report was signed")
        LONG_CLOSED = "long_closed", _("the exam was closed more than 30 days before")
        AT_NIGHT = "at_night", _("at night, for an exam that was not urgent")
        MANY = "many", _("more than 60 exams opened that day by this person")

    class Verdict(models.TextChoices):
        """What was concluded."""

        JUSTIFIED = "justified", _("Justified")
        UNJUSTIFIED = "unjustified", _("Not justified: it is followed up")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.ForeignKey("acts.Act", on_delete=models.PROTECT, related_name="+")
    person_id = models.UUIDField()
    person_label = models.CharField(max_length=200)
    until_entry = models.BigIntegerField()
    reasons = ArrayField(models.CharField(max_length=20, choices=Reason))
    verdict = models.CharField(max_length=12, choices=Verdict)
    conclusion = models.TextField()
    reviewed_at = models.DateTimeField()
    reviewer_id = models.UUIDField()
    reviewer_label = models.CharField(max_length=200)

    objects = LookReviewQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(("id", "act", "until_entry", "reasons", "verdict", "reviewed_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("person_id", "person_label", "reviewer_id", "reviewer_label"), Privacy.PROFESSIONAL),
        "conclusion": Privacy.HEALTH,
    }
    processing = Processing.TRACE

    class Meta:
        ordering = ["-reviewed_at"]
        constraints = [
            models.UniqueConstraint(fields=["act", "person_id", "until_entry"], name="looks_concluded_once"),
            models.CheckConstraint(
                condition=~Q(person_id=models.F("reviewer_id")), name="looks_reviewed_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_label} {self.verdict}"

    @property
    def reason_labels(self) -> list[str]:
        """Return why the looks stood out, in words."""
        return [str(self.Reason(each).label) for each in self.reasons]
