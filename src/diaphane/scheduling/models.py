"""Appointments in rooms; the database itself refuses two at once in the same room."""

from django.db import models

from diaphane.acts.models import Act
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.models import Room

from .room_models import RoomClosure as RoomClosure
from .room_models import RoomHours as RoomHours
from .waiting_models import WaitingEntry as WaitingEntry


class Appointment(models.Model):
    """One act's slot in one room; the exclusion constraint stands in the migrations.

    The room is free for the next exam at ``frees_at``, once the time to clean it is past. ``missed_at`` says
    that the patient did not come; a slot that was missed or given back is cancelled.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="appointments")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    frees_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)

    privacy = dict.fromkeys(
        ("id", "act", "room", "starts_at", "ends_at", "frees_at", "cancelled_at", "missed_at"),
        Privacy.TECHNICAL,
    )
    processing = Processing.CARE

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="appointment_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(frees_at__gte=models.F("ends_at")), name="room_is_free_after_the_exam"
            ),
            models.CheckConstraint(
                condition=models.Q(missed_at=None) | models.Q(cancelled_at__isnull=False),
                name="missed_appointment_is_given_back",
            ),
            models.UniqueConstraint(
                fields=["act"], condition=models.Q(cancelled_at=None), name="one_appointment_per_act"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room} {self.starts_at:%Y-%m-%d %H:%M}"
