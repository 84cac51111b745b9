"""The report: one row per version, and what the patient was told of it (R91–R100)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.access.queries import list_act_ids
from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class ReportState(models.TextChoices):
    """States of a report's version that this version of the platform knows (states.md)."""

    DRAFT = "draft", _("Draft")
    FINAL = "final", _("Signed report")


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports, starting from who asks."""

    def visible_to(self, actor: Actor) -> "ReportQuerySet":
        """Keep the reports whose act is open to this actor."""
        return self.filter(act_id__in=list_act_ids(actor)).select_related(
            "act__patient", "act__requesting_site", "act__reading_structure", "act__request"
        )


class Report(models.Model):
    """One version of a report, from its first words to its signature."""

    class Criticality(models.TextChoices):
        """How soon the result must be acted upon (clinical.md, critical findings)."""

        NONE = "none", _("No critical result")
        DAYS = "3", _("Critical: within days")
        HOURS = "2", _("Critical: within hours")
        MINUTES = "1", _("Critical: within minutes, by voice")

    class Announcement(models.TextChoices):
        """Whether a poor prognosis calls for an announcement before the patient reads (R90)."""

        NOT_NEEDED = "not_needed", _("No announcement needed")
        NEEDED = "needed", _("Announcement first, by a person")

    class ToldHow(models.TextChoices):
        """How the patient learned the result from a person (R89, R100)."""

        VIDEO = "video", _("By video")
        TELEPHONE = "telephone", _("By telephone")
        IN_PERSON = "in_person", _("Face to face")
        ANNOUNCEMENT = "announcement", _("In an announcement consultation")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="reports")
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.DRAFT)
    author_id = models.UUIDField()
    author_label = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    comparison = models.TextField(blank=True)
    results = models.JSONField(default=dict)
    conclusion = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    criticality = models.CharField(max_length=5, blank=True, choices=Criticality)
    announcement = models.CharField(max_length=10, blank=True, choices=Announcement)
    communicated_to = models.CharField(max_length=150, blank=True)
    communicated_function = models.CharField(max_length=150, blank=True)
    communicated_at = models.DateTimeField(null=True, blank=True)
    communicated_read_back = models.BooleanField(default=False)
    patient_searched = models.TextField(blank=True)
    patient_found = models.TextField(blank=True)
    patient_next = models.TextField(blank=True)

    second_factor_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    pdf_key = models.CharField(max_length=200, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    patient_told_at = models.DateTimeField(null=True)
    patient_told_by = models.CharField(max_length=200, blank=True)
    patient_told_how = models.CharField(max_length=15, blank=True, choices=ToldHow)
    patient_companion = models.CharField(max_length=150, blank=True)

    objects = ReportQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "act",
                "version",
                "state",
                "created_at",
                "saved_at",
                "second_factor_at",
                "signed_at",
                "pdf_key",
                "pdf_sha256",
                "patient_told_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(
            (
                "author_id",
                "author_label",
                "communicated_to",
                "communicated_function",
                "communicated_at",
                "communicated_read_back",
                "patient_told_by",
            ),
            Privacy.PROFESSIONAL,
        ),
        **dict.fromkeys(
            (
                "comparison",
                "results",
                "conclusion",
                "next_step",
                "criticality",
                "announcement",
                "patient_searched",
                "patient_found",
                "patient_next",
                "patient_told_how",
            ),
            Privacy.HEALTH,
        ),
        "patient_companion": Privacy.IDENTIFYING,
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ReportState.values), name="report_state_known"
            ),
            models.UniqueConstraint(fields=["act", "version"], name="one_report_per_version"),
            models.UniqueConstraint(
                fields=["act"], condition=models.Q(state="draft"), name="one_draft_per_act"
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", signed_at=None)
                | (models.Q(state="final", signed_at__isnull=False) & ~models.Q(pdf_sha256="")),
                name="final_report_is_signed_with_its_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} v{self.version}"

    @property
    def sections(self) -> list[tuple[str, str]]:
        """Return the results that hold words, in the order of the exam's template (JSON keeps none)."""
        exam = self.act.request.exam
        titles = list(exam.sections) if exam else []
        ordered = [*titles, *sorted(set(self.results) - set(titles))]
        return [(title, self.results[title]) for title in ordered if self.results.get(title, "").strip()]
