"""What a gateway set aside, study by study and why: these images do not come by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.db.models import QuerySet

from diaphane.acts.models import Act
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor
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


def record_asides(*, ae_title: str, asides: Sequence[AsideTally], by: Actor, at: datetime) -> None:
    """Keep what the gateway of the actor's site holds back now; tell the acts of which that changed."""
    said = {(each.study_instance_uid, each.reason): each.images for each in asides[:MOST]}
    with transaction.atomic():
        gateway = Gateway.objects.select_for_update().get(site_id=by.structure_id, ae_title=ae_title)
        known = {(each.study_instance_uid, each.reason): each.images for each in gateway.asides.all()}
        if said == known:
            return
        gateway.asides.all().delete()
        GatewayAside.objects.bulk_create(
            GatewayAside(gateway=gateway, study_instance_uid=uid, reason=reason, images=images)
            for (uid, reason), images in said.items()
        )
        _tell_acts({uid for (uid, _reason), _images in said.items() ^ known.items()}, gateway.site_id, at)


def list_asides(act: Act) -> QuerySet[GatewayAside]:
    """List what the gateways of an act's site hold back of its studies."""
    uids = {act.study_instance_uid, *act.studies.values_list("study_instance_uid", flat=True)}
    found = GatewayAside.objects.filter(gateway__site=act.requesting_site_id, study_instance_uid__in=uids)
    return found.select_related("gateway").order_by("pk")


def _tell_acts(study_instance_uids: set[str], site_id: UUID, at: datetime) -> None:
    acts = Act.objects.filter(requesting_site=site_id, study_instance_uid__in=study_instance_uids)
    for act_id in acts.order_by("created_at").values_list("pk", flat=True):
        record_event(kind="images.announced", subject_type="act", subject_id=act_id, act_id=act_id, at=at)
