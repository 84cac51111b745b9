"""What came in: studies, series and instances as their headers say, and what their gateway announced."""

from functools import reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q

from diaphane.access.queries import list_act_ids
from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import roles_of
from diaphane.organisations.models import Structure

from .columns import AsWords, SearchedText
from .deflated import DeflatedTextField
from .erased_models import ErasedFile as ErasedFile
from .finding import Finding as Finding
from .gateway_alerts import GatewayAlert as GatewayAlert
from .gateway_asides import GatewayAside as GatewayAside
from .gateway_models import Gateway as Gateway
from .gateway_models import GatewayReport as GatewayReport
from .move_models import Move as Move
from .move_models import MoveState as MoveState
from .performed import PerformedProcedureStep as PerformedProcedureStep
from .prior_models import Prior as Prior
from .prior_searches import PriorSearch as PriorSearch
from .quarantine_models import Quarantine as Quarantine
from .quarantine_models import not_closed_to, not_doubted
from .reconciliations import Reconciliation as Reconciliation
from .reconciliations import ReconciliationQuerySet as ReconciliationQuerySet
from .reconciliations import ReconciliationState as ReconciliationState
from .series_documents import SeriesDocument as SeriesDocument

RECEIVING_ROLES = roles_of("images.waiting") | {Role.EDGE, Role.SERVICE}
"""Who may see, at the site that sent them, the studies that belong to no act yet."""


class StudyQuerySet(models.QuerySet["Study"]):
    """Studies, starting from who asks."""

    def visible_to(self, actor: Actor) -> "StudyQuerySet":
        """Keep the studies of the acts open to this actor or beside them, and those that wait at a site."""
        return self.filter(reduce(or_, _list_ways_in(actor)))

    def split_visible_to(self, actor: Actor) -> "list[StudyQuerySet]":
        """Return the same studies in parts, each of which an index gives in order; a study may be in two.

        Of « open this way, or that way », the database would read the whole before it sorts.
        """
        own, beside, *waiting = (self.filter(each) for each in _list_ways_in(actor))
        return [own, *(each.filter(_is_named_to(actor)) for each in (beside, *waiting))]

    def named_to(self, actor: Actor) -> "StudyQuerySet":
        """Keep, of the visible studies that share a StudyInstanceUID, the one that it names to this actor.

        The one attached to an exam, else the first that came: another one names another patient, or came
        from elsewhere, and must not be shown as a part of it (R40).
        """
        return self.visible_to(actor).filter(_is_named_to(actor))


def _list_ways_in(actor: Actor) -> list[Q]:
    """List the reasons for which an actor may see a study (R42); one in quarantine is closed (R40)."""
    acts = list_act_ids(actor)
    beside = Prior.objects.filter(study_id=OuterRef("pk"), act_id__in=acts, ended_at=None)
    own = Q(Exists(acts.filter(act_id=OuterRef("act_id"))))
    ways = [own & not_closed_to(actor), Q(Exists(beside)) & not_doubted()]
    if actor.structure_id is not None and actor.role in RECEIVING_ROLES:
        ways.append(Q(act=None, site_id=actor.structure_id))
    return ways


def _is_named_to(actor: Actor) -> Q:
    """Leave out the studies that wait behind another of the same UID which the actor may see."""
    ahead = Q(act__isnull=False) | Q(pk__lt=OuterRef("pk"))
    same = Study.objects.visible_to(actor).filter(study_instance_uid=OuterRef("study_instance_uid"))
    return Q(act__isnull=False) | ~Q(Exists(same.filter(ahead)))


_ORDER = ("study_date", "study_time", "id")
"""What an index of studies holds besides its key, so that a page of a search is chosen without the rows."""


class Study(models.Model):
    """One study as it came: its identity is what the objects say, never corrected here.

    ``act`` is null while the study waits for a person to attach it. Several sites, or several patients
    mixed by mistake, may use one StudyInstanceUID: only one study of that UID is attached.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="studies", null=True, db_index=False)
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    study_instance_uid = models.CharField(max_length=64)
    patient_name = models.TextField(blank=True)
    patient_name_key = SearchedText(blank=True)
    patient_id = SearchedText(blank=True)
    patient_issuer = models.TextField(blank=True)
    patient_birth_date = SearchedText(blank=True)
    patient_sex = models.TextField(blank=True)
    accession_number = SearchedText(blank=True)
    study_id = models.TextField(blank=True)
    study_date = SearchedText(blank=True)
    study_time = SearchedText(blank=True)
    timezone_offset = models.TextField(blank=True)
    description = models.TextField(blank=True)
    referring_physician = models.TextField(blank=True)
    referring_physician_key = SearchedText(blank=True)
    modalities = ArrayField(models.TextField(), default=list)
    number_of_series = models.PositiveIntegerField(default=0)
    number_of_instances = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()

    objects = StudyQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "act",
                "site",
                "timezone_offset",
                "modalities",
                "number_of_series",
                "number_of_instances",
                "received_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(
            (
                "study_instance_uid",
                "patient_name",
                "patient_name_key",
                "patient_id",
                "patient_issuer",
                "patient_birth_date",
                "patient_sex",
                "accession_number",
                "study_id",
            ),
            Privacy.IDENTIFYING,
        ),
        **dict.fromkeys(("study_date", "study_time", "description"), Privacy.HEALTH),
        **dict.fromkeys(("referring_physician", "referring_physician_key"), Privacy.PROFESSIONAL),
    }
    processing = Processing.IMAGES

    class Meta:
        ordering = ["-received_at"]
        indexes = [
            models.Index(fields=["study_instance_uid"]),
            models.Index(fields=["accession_number"]),
            models.Index(fields=["patient_id"]),
            models.Index(fields=["patient_birth_date"]),
            models.Index(fields=["patient_name_key"], include=["act", *_ORDER], name="study_patient_name"),
            GinIndex(AsWords("patient_name_key"), name="study_patient_words"),
            GinIndex(fields=["modalities"], name="study_modalities"),
            models.Index(
                fields=["-study_date", "-study_time", "-id"],
                include=["act", "modalities"],
                name="study_latest_first",
            ),
            models.Index(fields=["act"], include=_ORDER, name="study_of_act"),
            models.Index(
                fields=["site", "-study_date", "-study_time", "-id"],
                condition=Q(act=None),
                name="study_waiting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["study_instance_uid"], condition=Q(act__isnull=False), name="one_attached_study"
            ),
            models.UniqueConstraint(
                fields=[
                    "study_instance_uid",
                    "site",
                    "patient_id",
                    "patient_issuer",
                    "patient_name",
                    "patient_birth_date",
                ],
                condition=Q(act=None),
                name="one_waiting_study_per_identity",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Series(models.Model):
    """One series of a study."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="series")
    series_instance_uid = models.CharField(max_length=64)
    modality = models.TextField(blank=True)
    number = models.IntegerField(null=True)
    description = models.TextField(blank=True)
    body_part = models.TextField(blank=True)
    performed_date = models.TextField(blank=True)
    performed_time = models.TextField(blank=True)
    request_attributes = models.JSONField(default=list)
    number_of_instances = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()

    privacy = {
        **dict.fromkeys(
            ("id", "study", "modality", "number", "number_of_instances", "received_at"), Privacy.TECHNICAL
        ),
        **dict.fromkeys(("series_instance_uid", "request_attributes"), Privacy.IDENTIFYING),
        **dict.fromkeys(("description", "body_part", "performed_date", "performed_time"), Privacy.HEALTH),
    }
    processing = Processing.IMAGES

    class Meta:
        ordering = ["number", "received_at"]
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(fields=["study", "series_instance_uid"], name="one_series_per_study"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Instance(models.Model):
    """One object: where its file is, where its frames are in it, and its metadata made ready at arrival.

    ``metadata`` is the DICOM JSON model as text (PS3.18 annex F), bulk data left out, and ``has_bulk_data``
    says whether some was: a series' document is these texts put end to end. ``frames`` lists, for each frame,
    its parts as ``[offset, length]``; null when no byte range holds a frame (deflated data, video, bits not
    aligned). ``received_by_label`` names the person who added it, and is empty for what a machine sent.
    ``facts`` holds the few elements that the checks read, ``drawing`` what a viewer needs to draw
    the frames by itself (``imaging/drawing.py``); null when the platform makes pictures of them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="instances")
    sop_instance_uid = models.CharField(max_length=64, unique=True)
    sop_class_uid = models.CharField(max_length=64)
    transfer_syntax_uid = models.CharField(max_length=64)
    number = models.IntegerField(null=True)
    rows = models.PositiveIntegerField(null=True)
    columns = models.PositiveIntegerField(null=True)
    bits_allocated = models.PositiveSmallIntegerField(null=True)
    number_of_frames = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    storage_key = models.CharField(max_length=100)
    frames = models.JSONField(null=True)
    facts = models.JSONField(default=dict)
    drawing = models.JSONField(null=True)
    metadata = DeflatedTextField()
    has_bulk_data = models.BooleanField(default=False)
    received_from = models.CharField(max_length=40)
    received_by_label = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "series",
                "sop_class_uid",
                "transfer_syntax_uid",
                "number",
                "rows",
                "columns",
                "bits_allocated",
                "number_of_frames",
                "sha256",
                "size",
                "storage_key",
                "frames",
                "drawing",
                "has_bulk_data",
                "received_from",
                "received_at",
                "verified_at",
            ),
            Privacy.TECHNICAL,
        ),
        "sop_instance_uid": Privacy.IDENTIFYING,
        "received_by_label": Privacy.PROFESSIONAL,
        **dict.fromkeys(("facts", "metadata"), Privacy.HEALTH),
    }
    processing = Processing.IMAGES

    class Meta:
        ordering = ["number", "received_at"]
        indexes = [models.Index(fields=["series", "number"])]

    def __str__(self) -> str:
        return str(self.pk)
