"""The steps that modalities say they performed (MPPS), with the DICOM JSON model as it came."""

import json

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pydicom.dataset import Dataset

from diaphane.access.queries import list_act_ids
from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may
from diaphane.organisations.models import Structure
from diaphane_dicom.part10 import from_dicom_json


class StepState(models.TextChoices):
    """Performed Procedure Step Status (PS3.3 §C.4.14)."""

    IN_PROGRESS = "IN PROGRESS", _("Under way")
    COMPLETED = "COMPLETED", _("Completed")
    DISCONTINUED = "DISCONTINUED", _("Interrupted")


FINAL_STATES = (StepState.COMPLETED, StepState.DISCONTINUED)


class PerformedProcedureStepQuerySet(models.QuerySet["PerformedProcedureStep"]):
    """Performed steps, starting from who asks."""

    def visible_to(self, actor: Actor) -> "PerformedProcedureStepQuerySet":
        """Keep the steps of the acts open to this actor; a technologist sees the site's without one."""
        visible = Q(act_id__in=list_act_ids(actor))
        if may(actor, "images.waiting") and actor.structure_id is not None:
            visible |= Q(act=None, site_id=actor.structure_id)
        return self.filter(visible)


class PerformedProcedureStep(models.Model):
    """One step as its modality tells it, through its site's gateway.

    ``act`` is null when the step names no exam of its site, or another patient's. ``attributes`` is the
    whole data set in the DICOM JSON model, as text: ``data_set`` reads it, the modality's own dose with it.
    ``announced`` lists its series with the number of objects that each is said to hold. Times are absolute:
    the modality's local ones, in its own offset when it gives one, else in the platform's time zone.
    """

    class Unmatched(models.TextChoices):
        """Why a step belongs to no act."""

        UNKNOWN = "unknown", _("No exam here carries its identifiers")
        FOREIGN_SITE = "foreign_site", _("This exam belongs to another site")
        OTHER_PATIENT = "other_patient", _("The patient that it names is not the one of the exam")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="performed_steps", null=True)
    unmatched = models.CharField(max_length=20, choices=Unmatched, blank=True)
    sop_instance_uid = models.CharField(max_length=64)
    study_instance_uid = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=StepState)
    revision = models.PositiveIntegerField()
    station_ae_title = models.CharField(max_length=16)
    modality = models.CharField(max_length=16)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    announced = models.JSONField()
    images = models.PositiveIntegerField()
    attributes = models.TextField()
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = PerformedProcedureStepQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "site",
                "act",
                "unmatched",
                "state",
                "revision",
                "station_ae_title",
                "modality",
                "images",
                "received_at",
                "changed_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(("sop_instance_uid", "study_instance_uid"), Privacy.IDENTIFYING),
        **dict.fromkeys(("started_at", "ended_at", "announced", "attributes"), Privacy.HEALTH),
    }
    processing = Processing.IMAGES

    class Meta:
        ordering = ["started_at", "received_at"]
        indexes = [
            models.Index(fields=["study_instance_uid"]),
            models.Index(fields=["site", "changed_at"], condition=Q(act=None), name="performed_for_no_exam"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "sop_instance_uid"], name="one_performed_step_per_site"),
            models.CheckConstraint(
                condition=Q(state__in=StepState.values), name="performed_step_state_known"
            ),
            models.CheckConstraint(
                condition=Q(act__isnull=True) ^ Q(unmatched=""), name="performed_step_matched_or_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_ae_title} {self.state}"

    @property
    def data_set(self) -> Dataset:
        """Return all that the modality said of it (PS3.3 §C.4.13 to C.4.16)."""
        return from_dicom_json(json.loads(self.attributes))

    @property
    def is_final(self) -> bool:
        """Say whether the modality has nothing more to say of it."""
        return self.state in FINAL_STATES
