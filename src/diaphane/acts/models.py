"""The act: what every later thing hangs on. Its identifiers, its steps, its ledger, its duties."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from diaphane.access.queries import list_act_ids
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.models import Structure
from diaphane.patients.models import Patient

from .emergency_models import EmergencyAccess as EmergencyAccess
from .look_models import LookReview as LookReview
from .other_look_models import OtherLookReview as OtherLookReview


class ActQuerySet(models.QuerySet["Act"]):
    """Acts, starting from who asks."""

    def visible_to(self, actor: Actor) -> "ActQuerySet":
        """Keep the acts open to this actor (R42): the only way in for pages and interfaces."""
        return self.filter(pk__in=list_act_ids(actor)).select_related(
            "patient", "requesting_site", "reading_structure"
        )


class Act(models.Model):
    """One remote act for one patient, between a requesting site and a reading structure."""

    class Kind(models.TextChoices):
        """The kinds of act, kept apart (R3)."""

        TELEDIAGNOSIS = "telediagnosis", _("Remote diagnosis")

    class Urgency(models.TextChoices):
        """How soon; requested and granted urgency are two fields."""

        VITAL = "vital", _("Vital emergency")
        URGENT = "urgent", _("Urgent")
        DELAYED = "delayed", _("Deferred urgency")
        SCHEDULED = "scheduled", _("Scheduled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.TELEDIAGNOSIS)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="acts")
    requesting_site = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    reading_structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+", null=True)
    accession_number = models.CharField(max_length=16, unique=True)
    study_instance_uid = models.CharField(max_length=64, unique=True)
    requested_urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.SCHEDULED)
    granted_urgency = models.CharField(max_length=10, choices=Urgency, blank=True)
    created_at = models.DateTimeField()

    objects = ActQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "kind",
                "requesting_site",
                "reading_structure",
                "requested_urgency",
                "granted_urgency",
                "created_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(("patient", "accession_number", "study_instance_uid"), Privacy.IDENTIFYING),
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.accession_number

    @property
    def urgency(self) -> "Act.Urgency":
        """Return the granted urgency, else the requested one; a draft may have none yet."""
        return Act.Urgency(self.granted_urgency or self.requested_urgency or Act.Urgency.SCHEDULED)

    @property
    def is_vital(self) -> bool:
        """Say whether the rules of vital emergency apply (states.md, V)."""
        return self.urgency is Act.Urgency.VITAL


class Traced(models.Model):
    """Who and when, on every row of an act's history: two times, one actor."""

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")
    actor_id = models.UUIDField()
    actor_role = models.CharField(max_length=40)
    actor_label = models.CharField(max_length=200)
    structure_label = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


TRACED_PRIVACY = {
    **dict.fromkeys(("id", "act", "occurred_at", "recorded_at"), Privacy.TECHNICAL),
    **dict.fromkeys(("actor_id", "actor_role", "actor_label", "structure_label"), Privacy.PROFESSIONAL),
}


class Step(Traced):
    """One state change of one thing of the act: from, to, by whom, why."""

    machine = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    transition = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    target = models.CharField(max_length=40)
    reason = models.TextField(blank=True)

    privacy = {
        **TRACED_PRIVACY,
        **dict.fromkeys(("machine", "subject_id", "transition", "source", "target"), Privacy.TECHNICAL),
        "reason": Privacy.HEALTH,
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["act", "id"])]

    def __str__(self) -> str:
        return f"{self.machine}: {self.source} → {self.target}"


class LedgerEntry(Traced):
    """One requirement found satisfied for this act, by whom and when (design rule 2)."""

    requirement = models.CharField(max_length=8)
    guard = models.CharField(max_length=60)
    machine = models.CharField(max_length=30)
    transition = models.CharField(max_length=40)

    privacy = {
        **TRACED_PRIVACY,
        **dict.fromkeys(("requirement", "guard", "machine", "transition"), Privacy.TECHNICAL),
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["act", "requirement"])]

    def __str__(self) -> str:
        return f"{self.requirement} {self.guard}"


class Duty(Traced):
    """Something still owed: by whom, until when, why; done by anyone, waived by another person only."""

    class State(models.TextChoices):
        """Where a duty stands."""

        OPEN = "open", _("Owed")
        DONE = "done", _("Done")
        WAIVED = "waived", _("Waived")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    requirement = models.CharField(max_length=8)
    guard = models.CharField(max_length=60)
    owner_role = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.UUIDField(null=True)
    settled_by_label = models.CharField(max_length=200, blank=True)

    privacy = {
        **TRACED_PRIVACY,
        **dict.fromkeys(
            ("requirement", "guard", "owner_role", "due_at", "state", "settled_at"), Privacy.TECHNICAL
        ),
        "reason": Privacy.HEALTH,
        "settled_by_id": Privacy.PROFESSIONAL,
        "settled_by_label": Privacy.PROFESSIONAL,
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "waived"]), name="duty_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="waived") | ~Q(settled_by_id=F("actor_id")),
                name="duty_waived_by_another_person",
            ),
            models.UniqueConstraint(
                fields=["act", "guard"], condition=Q(state="open"), name="one_open_duty_per_guard"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} {self.state}"
