"""Which session came from which login at Pro Santé Connect: a logout over there ends it here (R39)."""

from django.conf import settings
from django.db import models

from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class PscLogin(models.Model):
    """One session of ours, and what Pro Santé Connect calls the person and its own session (``sid``)."""

    session_key = models.CharField(primary_key=True, max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="psc_logins")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    over_there = models.CharField(max_length=255, blank=True)
    opened_at = models.DateTimeField()

    privacy = {
        "session_key": Privacy.SECRET,
        **dict.fromkeys(("user", "subject"), Privacy.PROFESSIONAL),
        **dict.fromkeys(("issuer", "over_there", "opened_at"), Privacy.TECHNICAL),
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        indexes = [models.Index(fields=["subject"])]

    def __str__(self) -> str:
        return f"{self.user} · {self.opened_at:%Y-%m-%d}"
