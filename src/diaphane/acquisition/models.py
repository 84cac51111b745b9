"""The exam: its state, and the facts that the table's guards read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.access.queries import list_act_ids
from diaphane.acts.models import Act
from diaphane.imaging.dose_sources import DoseSource
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.models import Structure

from .dose_models import DoseReading as DoseReading
from .dose_models import ReferenceLevel as ReferenceLevel

LARGEST_CTDI_VOL = 2_000
"""mGy: a brain perfusion series stays under 1 000; more is a typing error."""
LARGEST_DLP = 30_000
"""mGy·cm: several whole-body series stay under 15 000."""
LARGEST_DAP = 10_000_000
"""mGy·cm²: a long interventional act stays under 5 000 000."""
LARGEST_ACTIVITY = 20_000
"""MBq: a treatment by iodine stays under 12 000."""
LARGEST_CONTRAST_VOLUME = 400
"""mL."""


def _is_blank_or_within(field: str, largest: int) -> models.Q:
    return models.Q(**{field: None}) | models.Q(**{f"{field}__gt": 0, f"{field}__lte": largest})


class ExamState(models.TextChoices):
    """States of an exam that this version knows (states.md)."""

    TO_SCHEDULE = "to_schedule", _("To be scheduled")
    SCHEDULED = "scheduled", _("Exam scheduled")
    ARRIVED = "arrived", _("Patient arrived")
    READY = "ready", _("Ready to start")
    IN_PROGRESS = "in_progress", _("Exam in progress")
    ACQUIRED = "acquired", _("Acquisition finished")
    CHECKING = "checking", _("Images being checked")
    ACCEPTED = "accepted", _("Images accepted")
    ACCEPTED_WITH_RESERVE = "accepted_with_reserve", _("Images accepted with a reserve")
    NOT_INTERPRETABLE = "not_interpretable", _("Not interpretable")
    BEING_READ = "being_read", _("Being read")
    REPORTED = "reported", _("Report signed")
    CLOSED = "closed", _("Exam closed")
    CANCELLED = "cancelled", _("Exam cancelled")


class CancelMotive(models.TextChoices):
    """Why an exam does not take place (R60)."""

    REFUSES_ACT = "refuses_act", _("The patient refuses the exam")
    REFUSES_DISTANCE = "refuses_distance", _("The patient refuses the reading at a distance")
    BREAKDOWN = "breakdown", _("Breakdown")
    PATIENT_STATE = "patient_state", _("The patient’s state does not allow it")
    LEFT = "left", _("The patient did not come, or has left")
    OTHER = "other", _("Another reason")


class ExamQuerySet(models.QuerySet["Exam"]):
    """Exams, starting from who asks."""

    def visible_to(self, actor: Actor) -> "ExamQuerySet":
        """Keep the exams whose act is open to this actor."""
        return self.filter(act_id__in=list_act_ids(actor)).select_related(
            "act__patient", "act__requesting_site", "act__reading_structure", "act__request"
        )


class Exam(models.Model):
    """One exam of one act: what was checked at the table, done, and seen in the images."""

    class ReadBack(models.TextChoices):
        """How the identity was read back at the table (R40)."""

        DOCUMENT = "document", _("Traits read back, identity document")
        WRISTBAND = "wristband", _("Traits read back, wristband")
        RELATIVE = "relative", _("Traits confirmed by a relative")

    class PregnancyAnswer(models.TextChoices):
        """Asked again alone, at the table, before an ionising exam (R68)."""

        NOT_CONCERNED = "not_concerned", _("Not concerned")
        NO = "no", _("No, asked alone at the table")
        POSSIBLE = "possible", _("Possible or unknown: the exam waits")
        PREGNANT = "pregnant", _("Pregnant: the radiologist decides")
        CANNOT_ANSWER = "cannot_answer", _("Impossible to ask: nobody can answer")

    class ImplantsAnswer(models.TextChoices):
        """Asked again at the table, before an MRI (R85)."""

        NONE = "none", _("None, asked again at the table")
        AS_ACCEPTED = "as_accepted", _("Those that the radiologist accepted, no other")
        UNKNOWN_OR_NEW = "unknown_or_new", _("Unknown, or another one: the exam waits")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="exam")
    state = models.CharField(max_length=24, choices=ExamState, default=ExamState.TO_SCHEDULE)
    created_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    identity_read_back = models.CharField(max_length=12, blank=True, choices=ReadBack)
    pregnancy_answer = models.CharField(max_length=14, blank=True, choices=PregnancyAnswer)
    # A radiologist's decision on the answer of the table; an answer that changes takes it away.
    pregnancy_decision = models.TextField(blank=True)
    pregnancy_decided_by_label = models.CharField(max_length=200, blank=True)
    pregnancy_decided_at = models.DateTimeField(null=True)
    implants_answer = models.CharField(max_length=14, blank=True, choices=ImplantsAnswer)
    on_site_physician = models.CharField(max_length=150, blank=True)
    supervisor_id = models.UUIDField(null=True)
    supervisor_label = models.CharField(max_length=200, blank=True)
    supervised_at = models.DateTimeField(null=True)

    technologist_label = models.CharField(max_length=200, blank=True)
    device = models.CharField(max_length=120, blank=True)
    acquisitions = models.TextField(blank=True)
    ctdi_vol = models.DecimalField("CTDIvol", max_digits=8, decimal_places=2, null=True, blank=True)
    dlp = models.DecimalField("DLP", max_digits=9, decimal_places=1, null=True, blank=True)
    dap = models.DecimalField("DAP", max_digits=11, decimal_places=1, null=True, blank=True)
    activity = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    radiopharmaceutical = models.CharField(max_length=150, blank=True)
    # Where the confirmed dose came from: a device's own words, or the technologist's.
    dose_source = models.CharField(max_length=10, blank=True, choices=DoseSource)
    dose_missing_reason = models.CharField(max_length=200, blank=True)
    contrast_product = models.CharField(max_length=100, blank=True)
    contrast_batch = models.CharField(max_length=60, blank=True)
    contrast_volume = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    contrast_route = models.CharField(max_length=60, blank=True)
    contrast_at = models.DateTimeField(null=True, blank=True)
    incidents = models.TextField(blank=True)

    cancel_motive = models.CharField(max_length=20, blank=True, choices=CancelMotive)

    quality_comment = models.TextField(blank=True)
    quality_next_step = models.TextField(blank=True)
    quality_by_label = models.CharField(max_length=200, blank=True)
    quality_at = models.DateTimeField(null=True)

    objects = ExamQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "act",
                "state",
                "created_at",
                "arrived_at",
                "started_at",
                "finished_at",
                "device",
                "quality_at",
                "supervised_at",
                "pregnancy_decided_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(
            (
                "on_site_physician",
                "supervisor_id",
                "supervisor_label",
                "technologist_label",
                "quality_by_label",
                "pregnancy_decided_by_label",
            ),
            Privacy.PROFESSIONAL,
        ),
        **dict.fromkeys(
            (
                "identity_read_back",
                "pregnancy_answer",
                "pregnancy_decision",
                "implants_answer",
                "acquisitions",
                "ctdi_vol",
                "dlp",
                "dap",
                "activity",
                "radiopharmaceutical",
                "dose_source",
                "dose_missing_reason",
                "contrast_product",
                "contrast_batch",
                "contrast_volume",
                "contrast_route",
                "contrast_at",
                "incidents",
                "cancel_motive",
                "quality_comment",
                "quality_next_step",
            ),
            Privacy.HEALTH,
        ),
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ExamState.values), name="exam_state_known"),
            models.CheckConstraint(
                condition=_is_blank_or_within("ctdi_vol", LARGEST_CTDI_VOL)
                & _is_blank_or_within("dlp", LARGEST_DLP)
                & _is_blank_or_within("dap", LARGEST_DAP)
                & _is_blank_or_within("activity", LARGEST_ACTIVITY),
                name="exam_dose_plausible",
            ),
            models.CheckConstraint(
                condition=_is_blank_or_within("contrast_volume", LARGEST_CONTRAST_VOLUME),
                name="exam_contrast_volume_plausible",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class LinkTest(models.Model):
    """One test of the link between a site and the platform, measured in the browser (R81)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="link_tests")
    actor_id = models.UUIDField()
    actor_label = models.CharField(max_length=200)
    tested_at = models.DateTimeField()
    down_mbps = models.DecimalField(max_digits=9, decimal_places=2)
    up_mbps = models.DecimalField(max_digits=9, decimal_places=2)
    latency_ms = models.DecimalField(max_digits=8, decimal_places=1)
    is_good = models.BooleanField()

    privacy = {
        **dict.fromkeys(
            ("id", "structure", "tested_at", "down_mbps", "up_mbps", "latency_ms", "is_good"),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(("actor_id", "actor_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.MACHINES

    class Meta:
        ordering = ["-tested_at"]
        indexes = [models.Index(fields=["structure", "-tested_at"])]

    def __str__(self) -> str:
        return f"{self.structure} {self.tested_at:%Y-%m-%d %H:%M}"
