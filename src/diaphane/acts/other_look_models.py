"""What was concluded on looks outside any exam, and on days of many searches (R44)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may

from .look_models import LookReview


class OtherLookReviewQuerySet(models.QuerySet["OtherLookReview"]):
    """Conclusions, starting from who asks."""

    def visible_to(self, actor: Actor) -> "OtherLookReviewQuerySet":
        """Keep those on the people of the officer's structure."""
        if actor.structure_id is None or not may(actor, "trace.review"):
            return self.none()
        return self.filter(structure_id=actor.structure_id)


class OtherLookReview(models.Model):
    """The conclusion on what one person of a structure did, up to one entry of the trail; never changed.

    ``patient_id`` says whose identity they opened, or nothing for searches; like the trail, it is no foreign
    key. ``number`` is what the structure calls the patient.
    """

    class Reason(models.TextChoices):
        """Why it stands out: a question, not an accusation."""

        WATCHED = "watched", _("this patient’s record is under watch")
        NAMESAKE = "namesake", _("bears a name of the patient: a relative?")
        MANY_IDENTITIES = "many_identities", _("more than 60 identities opened that day by this person")
        MANY_SEARCHES = "many_searches", _("more than 200 searches that day by this person")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    structure_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)
    number = models.CharField(max_length=64, blank=True)
    person_id = models.UUIDField()
    person_label = models.CharField(max_length=200)
    until_entry = models.BigIntegerField()
    reasons = ArrayField(models.CharField(max_length=20, choices=Reason))
    verdict = models.CharField(max_length=12, choices=LookReview.Verdict)
    conclusion = models.TextField()
    reviewed_at = models.DateTimeField()
    reviewer_id = models.UUIDField()
    reviewer_label = models.CharField(max_length=200)

    objects = OtherLookReviewQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            ("id", "structure_id", "until_entry", "reasons", "verdict", "reviewed_at"), Privacy.TECHNICAL
        ),
        **dict.fromkeys(("patient_id", "number"), Privacy.IDENTIFYING),
        **dict.fromkeys(("person_id", "person_label", "reviewer_id", "reviewer_label"), Privacy.PROFESSIONAL),
        "conclusion": Privacy.HEALTH,
    }
    processing = Processing.TRACE

    class Meta:
        ordering = ["-reviewed_at"]
        constraints = [
            models.UniqueConstraint(fields=["person_id", "until_entry"], name="other_looks_concluded_once"),
            models.CheckConstraint(
                condition=~Q(person_id=models.F("reviewer_id")), name="other_looks_reviewed_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_label} {self.verdict}"

    @property
    def reason_labels(self) -> list[str]:
        """Return why it stood out, in words."""
        return [str(self.Reason(each).label) for each in self.reasons]
