"""What the patient agreed to, or not; how it was known, and who asked (R57, R58)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import TRACED_PRIVACY, Traced
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.patients.models import Relationship

from .giving_models import SheetGiven as SheetGiven
from .objection_models import Objection as Objection


class Consent(Traced):
    """One answer to one question; a later answer replaces an earlier one, none is erased."""

    class Subject(models.TextChoices):
        """The two consents of the guide."""

        ACT = "act", _("Agreement to the exam")
        DISTANCE = "distance", _("Agreement to the reading at a distance")

    class Outcome(models.TextChoices):
        """What was answered; IMPOSSIBLE keeps the trace of the search (R58, R59)."""

        GIVEN = "given", _("Agreement collected")
        REFUSED = "refused", _("Agreement refused")
        WITHDRAWN = "withdrawn", _("Agreement withdrawn")
        IMPOSSIBLE = "impossible", _("Impossible to collect")

    class Source(models.TextChoices):
        """Who answered."""

        PATIENT = "patient", _("The patient")
        REPRESENTATIVE = "representative", _("The legal representative")
        NOBODY = "nobody", _("Nobody could answer")

    class Quality(models.TextChoices):
        """In which quality somebody answers for the patient, or a child alone (R57)."""

        PARENT = "parent", _("A parent")
        BOTH_PARENTS = "both_parents", _("Both parents")
        GUARDIAN = "guardian", _("The guardian")
        MANDATE = "mandate", _("The person whom a judge or a mandate names")
        MINOR_ALONE = "minor_alone", _("The child alone, who asks that the parents are not told")

    class Motive(models.TextChoices):
        """Why nobody could be asked (R59)."""

        EMERGENCY = "emergency", _("Vital emergency: no time to ask")
        UNCONSCIOUS = "unconscious", _("The patient is unconscious, or cannot understand")
        UNREACHABLE = "unreachable", _("The legal representative cannot be reached")

    class Form(models.TextChoices):
        """How the answer was given; writing is not compulsory (R58)."""

        ORAL = "oral", _("Spoken")
        WRITTEN = "written", _("Written and signed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.CharField(max_length=10, choices=Subject)
    outcome = models.CharField(max_length=10, choices=Outcome)
    source = models.CharField(max_length=15, choices=Source)
    quality = models.CharField(max_length=15, choices=Quality, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    relationship = models.ForeignKey(Relationship, null=True, on_delete=models.PROTECT, related_name="+")
    motive = models.CharField(max_length=15, choices=Motive, blank=True)
    form = models.CharField(max_length=10, choices=Form, default=Form.ORAL)
    words = models.TextField(blank=True)
    alternative = models.TextField(blank=True)
    # The sheets that it rests upon, each with its version: « ct@1 distance@1 ».
    sheets = models.CharField(max_length=200, blank=True)

    privacy = {
        **TRACED_PRIVACY,
        **dict.fromkeys(
            ("subject", "outcome", "source", "motive", "form", "words", "alternative", "sheets"),
            Privacy.HEALTH,
        ),
        **dict.fromkeys(("quality", "answered_by", "relationship"), Privacy.IDENTIFYING),
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["act", "subject", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="impossible", source="nobody")
                | (~models.Q(outcome="impossible") & ~models.Q(source="nobody")),
                name="consent_given_or_refused_by_someone",
            ),
            models.CheckConstraint(
                condition=models.Q(motive="") | models.Q(outcome="impossible"),
                name="consent_motive_of_the_impossible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.outcome}"

    @property
    def is_no(self) -> bool:
        """Say whether the patient does not want it, or not any more."""
        return self.outcome in {self.Outcome.REFUSED, self.Outcome.WITHDRAWN}
