"""A request that came by an interface: the sender's own number, so that it is taken once (R39)."""

from django.db import models

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

LONGEST_NUMBER = 255


class OutsideOrder(models.Model):
    """Which service sent a request, under which number, and the digest of what it sent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service_id = models.UUIDField()
    number = models.CharField(max_length=LONGEST_NUMBER)
    digest = models.CharField(max_length=64)
    request = models.OneToOneField(
        "requests.ExamRequest", on_delete=models.PROTECT, related_name="outside_order"
    )
    received_at = models.DateTimeField()

    privacy = {
        **dict.fromkeys(("id", "service_id", "number", "request", "received_at"), Privacy.TECHNICAL),
        "digest": Privacy.HEALTH,
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(fields=["service_id", "number"], name="one_order_per_service_and_number"),
        ]

    def __str__(self) -> str:
        return self.number
