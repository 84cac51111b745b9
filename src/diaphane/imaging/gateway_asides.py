"""What a gateway set aside, study by study and why: these images do not come by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models

from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .gateway_models import Gateway

MOST = 500
"""So many are kept of one report: beyond that, something else is wrong, and the alert says how many."""


class GatewayAside(models.Model):
    """Images of one study that a gateway holds back for one reason, in its own code (``edge`` reasons)."""

    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="asides")
    study_instance_uid = models.CharField(max_length=64)
    reason = models.CharField(max_length=40)
    images = models.PositiveIntegerField()

    privacy = {
        **dict.fromkeys(("id", "gateway", "reason", "images"), Privacy.TECHNICAL),
        "study_instance_uid": Privacy.IDENTIFYING,
    }
    processing = Processing.MACHINES

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["study_instance_uid"])]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "study_instance_uid", "reason"], name="one_aside_per_study_and_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.images} {self.reason}"


@dataclass(frozen=True)
class AsideTally:
    """How many images of a study are held back for one reason."""

    study_instance_uid: str
    reason: str
    images: int


def keep_asides(gateway: Gateway, asides: Sequence[AsideTally]) -> set[str]:
    """Keep what a gateway holds back now, in its report's transaction; return the studies it changed for."""
    said = {(each.study_instance_uid, each.reason): each.images for each in asides[:MOST]}
    known = {(each.study_instance_uid, each.reason): each.images for each in gateway.asides.all()}
    if said == known:
        return set()
    gateway.asides.all().delete()
    GatewayAside.objects.bulk_create(
        GatewayAside(gateway=gateway, study_instance_uid=uid, reason=reason, images=images)
        for (uid, reason), images in said.items()
    )
    return {uid for (uid, _reason), _images in said.items() ^ known.items()}
