"""What a patient is told of an appointment: confirmed, moved, given back, reminded (R128)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.scheduling.models import Appointment


class AppointmentNotice(models.Model):
    """One message about one slot, by one way: when it is due, when it left, or why it never will.

    It holds a date, an hour and where to log in: no exam, no name, no place (R49).
    """

    class Kind(models.TextChoices):
        """What it says."""

        CONFIRMED = "confirmed", _("Appointment confirmed")
        MOVED = "moved", _("Appointment moved")
        CANCELLED = "cancelled", _("Appointment given back")
        WEEK = "week", _("Reminder, a week before")
        EVE = "eve", _("Reminder, two days before")

    class Way(models.TextChoices):
        """By what."""

        MAIL = "mail", _("By mail")
        TEXT = "text", _("By text message")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    way = models.CharField(max_length=10, choices=Way)
    recipient = models.CharField(max_length=254)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=60, blank=True)

    privacy = {
        **dict.fromkeys(
            ("id", "appointment", "kind", "way", "due_at", "sent_at", "dropped_at", "error"),
            Privacy.TECHNICAL,
        ),
        "recipient": Privacy.IDENTIFYING,
    }
    processing = Processing.EXCHANGE

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at=None, dropped_at=None),
                name="notices_to_send",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "kind", "way"], name="one_notice_per_kind_and_way"
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at=None) | models.Q(dropped_at=None),
                name="notice_sent_or_dropped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.kind} {self.way}"
