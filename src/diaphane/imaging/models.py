"""What came in: studies, series and instances as their headers say, and what their gateway announced."""

from functools import reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from diaphane.access.queries import list_act_ids
from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.organisations.models import Structure

from .columns import AsWords, SearchedText
from .deflated import DeflatedTextField
from .finding import Finding as Finding
from .gateway_alerts import GatewayAlert as GatewayAlert
from .performed import PerformedProcedureStep as PerformedProcedureStep
from .prior_models import Prior as Prior
from .prior_searches import PriorSearch as PriorSearch
from .series_documents import SeriesDocument as SeriesDocument

RECEIVING_ROLES = frozenset({Role.TECHNOLOGIST, Role.EDGE, Role.SERVICE})
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
        return [self.filter(each) for each in _list_ways_in(actor)]


def _list_ways_in(actor: Actor) -> list[Q]:
    """List the reasons for which an actor may see a study (R42)."""
    acts = list_act_ids(actor)
    beside = Prior.objects.filter(study_id=OuterRef("pk"), act_id__in=acts, ended_at=None)
    ways = [Q(Exists(acts.filter(act_id=OuterRef("act_id")))), Q(Exists(beside))]
    if actor.structure_id is not None and actor.role in RECEIVING_ROLES:
        ways.append(Q(act=None, site_id=actor.structure_id))
    return ways


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

    class Meta:
        ordering = ["number", "received_at"]
        indexes = [models.Index(fields=["series", "number"])]

    def __str__(self) -> str:
        return str(self.pk)


class ReconciliationState(models.TextChoices):
    """Where an arrival that could not be attached stands."""

    WAITING = "waiting", _("To be attached")
    ATTACHED = "attached", _("Attached")
    SET_ASIDE = "set_aside", _("Set aside")


class ReconciliationQuerySet(models.QuerySet["Reconciliation"]):
    """Reconciliations, starting from who asks."""

    def visible_to(self, actor: Actor) -> "ReconciliationQuerySet":
        """Keep those of the technologist's own site."""
        if actor.role is not Role.TECHNOLOGIST or actor.structure_id is None:
            return self.none()
        return self.filter(site_id=actor.structure_id).select_related("study", "site")


class Reconciliation(models.Model):
    """Why something that came in is attached to no act, and what a person decided.

    ``study`` is the study that waits, or, for a conflict, the one that holds the object already known;
    ``storage_key`` is then the file kept aside.
    """

    class Reason(models.TextChoices):
        """Why nothing was attached."""

        UNKNOWN_STUDY = "unknown_study", _("No exam here carries this study identifier")
        FOREIGN_SITE = "foreign_site", _("This exam belongs to another site")
        OTHER_PATIENT = "other_patient", _("The patient named in the images is not the one of the exam")
        CONFLICT = "conflict", _("An image already received came again with another content")
        IMPORTED = "imported", _("Brought by a person, on a CD or in a folder")
        TAKEN_AWAY = "taken_away", _("Attached, then taken away by a person")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="reconciliations")
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason)
    state = models.CharField(max_length=10, choices=ReconciliationState, default=ReconciliationState.WAITING)
    sop_instance_uid = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    storage_key = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.UUIDField(null=True)
    settled_by_label = models.CharField(max_length=200, blank=True)
    settled_reason = models.TextField(blank=True)

    objects = ReconciliationQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "study",
                "site",
                "reason",
                "state",
                "sha256",
                "storage_key",
                "created_at",
                "settled_at",
            ),
            Privacy.TECHNICAL,
        ),
        "sop_instance_uid": Privacy.IDENTIFYING,
        **dict.fromkeys(("settled_by_id", "settled_by_label"), Privacy.PROFESSIONAL),
        "settled_reason": Privacy.HEALTH,
    }

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ReconciliationState.values), name="reconciliation_state_known"
            ),
            models.UniqueConstraint(
                fields=["study"],
                condition=Q(state="waiting") & ~Q(reason="conflict"),
                name="one_open_reconciliation_per_study",
            ),
            models.UniqueConstraint(
                fields=["sop_instance_uid", "sha256"],
                condition=Q(reason="conflict"),
                name="one_reconciliation_per_conflict",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.state}"


class Gateway(models.Model):
    """A site's gateway, as it last described itself: its queue, its disk, its last error in plain words.

    ``lanes`` lists what waits by urgency, as ``{"lane", "waiting", "oldest_seconds"}``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    ae_title = models.CharField(max_length=16)
    waiting = models.PositiveIntegerField(default=0)
    set_aside = models.PositiveIntegerField(default=0)
    oldest_seconds = models.PositiveIntegerField(default=0)
    lanes = models.JSONField(default=list)
    disk_free_bytes = models.PositiveBigIntegerField(null=True)
    disk_total_bytes = models.PositiveBigIntegerField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    reported_at = models.DateTimeField()

    privacy = dict.fromkeys(
        (
            "id",
            "site",
            "ae_title",
            "waiting",
            "set_aside",
            "oldest_seconds",
            "lanes",
            "disk_free_bytes",
            "disk_total_bytes",
            "last_error",
            "reported_at",
        ),
        Privacy.TECHNICAL,
    )

    class Meta:
        ordering = ["ae_title"]
        constraints = [
            models.UniqueConstraint(fields=["site", "ae_title"], name="one_gateway_per_site_and_title"),
        ]

    def __str__(self) -> str:
        return self.ae_title


class GatewayReport(models.Model):
    """How many objects of one study a gateway took from the modalities: what the platform must expect."""

    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="reports")
    study_instance_uid = models.CharField(max_length=64)
    announced = models.PositiveIntegerField()
    acknowledged = models.PositiveIntegerField()
    reported_at = models.DateTimeField()

    privacy = {
        **dict.fromkeys(("id", "gateway", "announced", "acknowledged", "reported_at"), Privacy.TECHNICAL),
        "study_instance_uid": Privacy.IDENTIFYING,
    }

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
