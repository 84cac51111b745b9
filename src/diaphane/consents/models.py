"""What the patient agreed to, or not; how it was known, and who asked (R57, R58)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import TRACED_PRIVACY, Traced
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

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
        IMPOSSIBLE = "impossible", _("Impossible to collect")

    class Source(models.TextChoices):
        """Who answered."""

        PATIENT = "patient", _("The patient")
        REPRESENTATIVE = "representative", _("The legal representative")
        NOBODY = "nobody", _("Nobody could answer")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.CharField(max_length=10, choices=Subject)
    outcome = models.CharField(max_length=10, choices=Outcome)
    source = models.CharField(max_length=15, choices=Source)

    privacy = {
        **TRACED_PRIVACY,
        **dict.fromkeys(("subject", "outcome", "source"), Privacy.HEALTH),
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
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.outcome}"
