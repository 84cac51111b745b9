"""The mails that tell of an access in an emergency, and whether each has left (R42)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import EmergencyAccess
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class EmergencyMail(models.Model):
    """One mail to one address; what failed stays visible and is tried again."""

    class Recipient(models.TextChoices):
        """Who is told."""

        PATIENT = "patient", _("Patient")
        SITE = "site", _("The patient’s site")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    access = models.ForeignKey(EmergencyAccess, on_delete=models.PROTECT, related_name="mails")
    recipient = models.CharField(max_length=8, choices=Recipient)
    email = models.EmailField()
    created_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=120, blank=True)

    privacy = {
        **dict.fromkeys(("id", "access", "recipient", "created_at", "mailed_at", "error"), Privacy.TECHNICAL),
        "email": Privacy.IDENTIFYING,
    }
    processing = Processing.TRACE

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["access", "email"], name="one_mail_per_access_and_address"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
