"""Which version of which sheet was given: to whom, how, by whom, when (R52–R56, R67)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import TRACED_PRIVACY, Traced
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class SheetGiven(Traced):
    """One sheet given for one act; the digest proves which words it held."""

    class Means(models.TextChoices):
        """How it was given."""

        PAPER = "paper", _("On paper")
        SCREEN = "screen", _("On a screen, beside the patient")
        SPACE = "space", _("Read in the patient’s own space")

    class Recipient(models.TextChoices):
        """To whom."""

        PATIENT = "patient", _("To the patient")
        REPRESENTATIVE = "representative", _("To the legal representative")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    means = models.CharField(max_length=10, choices=Means)
    recipient = models.CharField(max_length=15, choices=Recipient)

    privacy = {
        **TRACED_PRIVACY,
        **dict.fromkeys(("version", "digest"), Privacy.TECHNICAL),
        **dict.fromkeys(("code", "means", "recipient"), Privacy.HEALTH),
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["act", "code", "id"])]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """Return the sheet and its version in one word."""
        return f"{self.code}@{self.version}"
