"""What a site's gateway says of itself, and of the studies that it takes from the modalities."""

from django.db import models

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.models import Structure


class Gateway(models.Model):
    """A site's gateway, as it last described itself: its queue, its disk, its last error in plain words.

    ``lanes`` lists what waits by urgency, as ``{"lane", "waiting", "oldest_seconds"}``; ``steps_studies`` the
    studies whose performed steps (MPPS) it has not been able to tell.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    ae_title = models.CharField(max_length=16)
    waiting = models.PositiveIntegerField(default=0)
    set_aside = models.PositiveIntegerField(default=0)
    oldest_seconds = models.PositiveIntegerField(default=0)
    lanes = models.JSONField(default=list)
    steps_waiting = models.PositiveIntegerField(default=0)
    steps_refused = models.PositiveIntegerField(default=0)
    steps_oldest_seconds = models.PositiveIntegerField(default=0)
    steps_studies = models.JSONField(default=list)
    commitments_waiting = models.PositiveIntegerField(default=0)
    commitments_oldest_seconds = models.PositiveIntegerField(default=0)
    disk_free_bytes = models.PositiveBigIntegerField(null=True)
    disk_total_bytes = models.PositiveBigIntegerField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    reported_at = models.DateTimeField()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "site",
                "ae_title",
                "waiting",
                "set_aside",
                "oldest_seconds",
                "lanes",
                "steps_waiting",
                "steps_refused",
                "steps_oldest_seconds",
                "commitments_waiting",
                "commitments_oldest_seconds",
                "disk_free_bytes",
                "disk_total_bytes",
                "last_error",
                "reported_at",
            ),
            Privacy.TECHNICAL,
        ),
        "steps_studies": Privacy.IDENTIFYING,
    }
    processing = Processing.MACHINES

    class Meta:
        ordering = ["ae_title"]
        constraints = [
            models.UniqueConstraint(fields=["site", "ae_title"], name="one_gateway_per_site_and_title"),
        ]

    def __str__(self) -> str:
        return self.ae_title


class GatewayReport(models.Model):
    """How many objects of one study a gateway took from the modalities, and how many are on their way.

    What it sets aside for a person is told apart (``GatewayAside``).
    """

    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="reports")
    study_instance_uid = models.CharField(max_length=64)
    announced = models.PositiveIntegerField()
    waiting = models.PositiveIntegerField()
    reported_at = models.DateTimeField()

    privacy = {
        **dict.fromkeys(("id", "gateway", "announced", "waiting", "reported_at"), Privacy.TECHNICAL),
        "study_instance_uid": Privacy.IDENTIFYING,
    }
    processing = Processing.MACHINES

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["study_instance_uid"])]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "study_instance_uid"], name="one_report_per_gateway_and_study"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announced} announced"
