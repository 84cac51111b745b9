"""Access in an emergency, outside the care team: why, until when, and its review (R42, R44)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    """Accesses in an emergency, starting from who asks."""

    def visible_to(self, actor: Actor) -> "EmergencyAccessQuerySet":
        """Keep those that an administrator reviews: their site's or structure's act, or their own people."""
        if actor.structure_id is None or not may(actor, "emergency.review"):
            return self.none()
        theirs = Q(structure_id=actor.structure_id)
        theirs |= Q(act__requesting_site_id=actor.structure_id)
        theirs |= Q(act__reading_structure_id=actor.structure_id)
        return self.filter(theirs).select_related("act__requesting_site")


class EmergencyAccess(models.Model):
    """One act opened to one person for some hours because they said why; reviewed by another person."""

    class Motive(models.TextChoices):
        """Why care cannot wait until the care team opens the act."""

        VITAL = "vital", _("The patient’s life is at stake")
        CARE = "care", _("The patient is being cared for here, and the team cannot be reached")
        TRANSFER = "transfer", _("The patient is being transferred to us")
        OTHER = "other", _("Another reason")

    class Verdict(models.TextChoices):
        """What the review concluded."""

        JUSTIFIED = "justified", _("Justified")
        UNJUSTIFIED = "unjustified", _("Not justified: it is followed up")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.ForeignKey("acts.Act", on_delete=models.PROTECT, related_name="emergencies")
    person_id = models.UUIDField()
    person_label = models.CharField(max_length=200)
    role = models.CharField(max_length=40)
    structure_id = models.UUIDField(null=True)
    structure_label = models.CharField(max_length=200, blank=True)
    motive = models.CharField(max_length=10, choices=Motive)
    words = models.TextField()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    conclusion = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewer_id = models.UUIDField(null=True)
    reviewer_label = models.CharField(max_length=200, blank=True)

    objects = EmergencyAccessQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            ("id", "act", "role", "motive", "opened_at", "ends_at", "ended_at", "verdict", "reviewed_at"),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(
            (
                "person_id",
                "person_label",
                "structure_id",
                "structure_label",
                "reviewer_id",
                "reviewer_label",
            ),
            Privacy.PROFESSIONAL,
        ),
        **dict.fromkeys(("words", "conclusion"), Privacy.HEALTH),
    }
    processing = Processing.TRACE

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewer_id=None, verdict="")
                | Q(reviewed_at__isnull=False, reviewer_id__isnull=False)
                & ~Q(verdict="")
                & ~Q(conclusion=""),
                name="emergency_reviewed_with_a_conclusion",
            ),
            models.CheckConstraint(
                condition=Q(reviewer_id=None) | ~Q(reviewer_id=F("person_id")),
                name="emergency_reviewed_by_another_person",
            ),
            models.UniqueConstraint(
                fields=["act", "person_id", "role"],
                condition=Q(ended_at=None),
                name="one_open_emergency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act_id} {self.person_label}"
