"""The papers of a site: what it wrote and approved before it opens an activity (R7, R8, R15–R17)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.models import User
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .conventions import Convention
from .structures import Structure


class PaperKind(models.TextChoices):
    """What a site writes down; ``papers.kinds`` says of each what it is for."""

    PROJECT = "project", _("Project sheet")
    RISKS = "risks", _("Risk analysis")
    EQUIPMENT = "equipment", _("Premises and equipment")
    REFUSAL = "refusal", _("Procedure: the patient refuses")
    INELIGIBILITY = "ineligibility", _("Procedure: the exam cannot be made at a distance")
    FAILURE = "failure", _("Procedure: technical failure")
    PROGNOSIS = "prognosis", _("Procedure: announcing a poor prognosis")
    DEGRADED = "degraded", _("Procedure: degraded mode")
    TRAINING = "training", _("Review of training needs")
    COMMITMENT = "commitment", _("Charter of commitment")


class PaperState(models.TextChoices):
    """What was decided of a version; that it has expired is read from its date, never written."""

    WRITTEN = "written", _("Awaits its approval")
    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PaperQuerySet(models.QuerySet["Paper"]):
    """Papers, from the actor's structure (R42)."""

    def visible_to(self, actor: Actor) -> "PaperQuerySet":
        """Keep those of the actor's site, and of the structures that a convention joins to it."""
        if actor.structure_id is None:
            return self.none()
        joined = Convention.objects.visible_to(actor)
        return self.filter(
            Q(site_id=actor.structure_id)
            | Q(site_id__in=joined.values("requesting_site_id"))
            | Q(site_id__in=joined.values("reading_structure_id"))
        )


class Paper(models.Model):
    """One version of one paper of a site: what was written never changes, another version is (R17).

    It holds from the day of its approval, by another person than its author, until ``expires_on`` included.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=20, choices=PaperKind)
    version = models.PositiveSmallIntegerField()
    body = models.TextField()
    state = models.CharField(max_length=10, choices=PaperState, default=PaperState.WRITTEN)
    written_by_id = models.UUIDField()
    written_by_label = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    approved_by_id = models.UUIDField(null=True)
    approved_by_label = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True)
    in_force_from = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    withdrawn_by_label = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = PaperQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                *("id", "site", "kind", "version", "body", "state", "written_at", "approved_at"),
                *("in_force_from", "expires_on", "withdrawn_at"),
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(
            (
                *("written_by_id", "written_by_label", "approved_by_id", "approved_by_label"),
                *("withdrawn_by_label", "withdrawn_reason"),
            ),
            Privacy.PROFESSIONAL,
        ),
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["site", "kind", "version"], name="one_paper_per_version"),
            models.CheckConstraint(condition=Q(state__in=PaperState.values), name="paper_state_known"),
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="paper_kind_known"),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | (
                    Q(approved_by_id__isnull=False, in_force_from__isnull=False, expires_on__isnull=False)
                    & ~Q(approved_by_label="")
                ),
                name="paper_approved_by_a_person_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(approved_by_id=None) | ~Q(approved_by_id=F("written_by_id")),
                name="paper_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.kind} v{self.version}"

    def holds(self, on: date) -> bool:
        """Say whether it is approved and runs on that day."""
        begun, ends = self.in_force_from, self.expires_on
        if self.state != PaperState.APPROVED or begun is None or ends is None:
            return False
        return begun <= on <= ends


class PaperWarning(models.Model):
    """A site was told that a paper expires: once per version and per delay (60 days, 15 days)."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="warnings")
    days = models.PositiveSmallIntegerField()
    noted_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    mail_error = models.CharField(max_length=60, blank=True)

    privacy = dict.fromkeys(("id", "paper", "days", "noted_at", "mailed_at", "mail_error"), Privacy.TECHNICAL)
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "days"], name="one_paper_warning_per_delay"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.days}"


class PaperPledge(models.Model):
    """One person read one version and commits to it (R27)."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="pledges")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="paper_pledges")
    person_label = models.CharField(max_length=200)
    pledged_at = models.DateTimeField()

    privacy = {
        **dict.fromkeys(("id", "paper", "pledged_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("person", "person_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["pledged_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "person"], name="one_pledge_per_person_and_version"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.person_id}"
