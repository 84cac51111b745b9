"""When a room is open each week, and when it is closed besides (R73)."""

from django.db import models
from django.db.models import F, Q

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.models import Day, Room


class RoomHours(models.Model):
    """Hours at which a room takes appointments, each week; a room without any takes them at every hour.

    Hours that close before they open end the next day.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="hours")
    day = models.PositiveSmallIntegerField(choices=Day)
    opens = models.TimeField()
    closes = models.TimeField()

    privacy = dict.fromkeys(("id", "room", "day", "opens", "closes"), Privacy.TECHNICAL)
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["day", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(day__in=Day.values), name="room_hours_day_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_day_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class RoomClosure(models.Model):
    """A room that takes nobody between two instants: maintenance, breakdown, leave."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="closures")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=120)
    lifted_at = models.DateTimeField(null=True)

    privacy = dict.fromkeys(("id", "room", "starts_at", "ends_at", "reason", "lifted_at"), Privacy.TECHNICAL)
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="closure_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.starts_at:%Y-%m-%d %H:%M}"
