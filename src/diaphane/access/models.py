"""Who may see an act, and why: grants by UUID, read by every ``visible_to`` (R41, R42)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

_NO_HOLDERS = {Role.OUTSIDE_PROFESSIONAL, Role.DPO, Role.COLLECTOR, Role.PLATFORM_ADMINISTRATOR}
HOLDERS = [role for role in Role if role not in _NO_HOLDERS]
"""Who may hold a grant: a link opens one study to an outside professional (ADR 8), and whoever protects
data, or collects traces, reads who looked, never what; who runs the platform reads neither."""


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants that open something to an actor."""

    def held_by(self, actor: Actor) -> "GrantQuerySet":
        """Keep the grants that this actor holds: by person, by role at a structure, or as the patient.

        A holder is known by its UUID, whatever it is: one comparison, which the indexes answer alone. A
        grant for a while ends by the clock, whether or not the job that ends it has come.
        """
        is_patient = actor.role is Role.PATIENT
        names = [actor.patient_id] if is_patient else [actor.id, actor.structure_id]
        holders = [each for each in names if each is not None]
        held = self.filter(holder_id__in=holders, role=actor.role.value, ended_at=None)
        return held.filter(Q(ends_at=None) | Q(ends_at__gt=Now()))


class Grant(models.Model):
    """One act opened to a person, to a role at a structure, or to its patient."""

    class Holder(models.TextChoices):
        """What kind of holder ``holder_id`` names."""

        PERSON = "person", _("Person")
        STRUCTURE = "structure", _("Role at a structure")
        PATIENT = "patient", _("Patient")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act_id = models.UUIDField()
    holder_type = models.CharField(max_length=10, choices=Holder)
    holder_id = models.UUIDField()
    role = models.CharField(max_length=40, blank=True, choices=[(role.value, role.value) for role in HOLDERS])
    reason = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    objects = GrantQuerySet.as_manager()

    privacy = dict.fromkeys(
        ("id", "act_id", "holder_type", "holder_id", "role", "reason", "started_at", "ended_at", "ends_at"),
        Privacy.TECHNICAL,
    )
    processing = Processing.PROFESSIONALS

    class Meta:
        # Both hold all that a search asks of rights: from an act to its holders, and the other way.
        indexes = [
            models.Index(
                fields=["holder_id", "role", "act_id"],
                condition=Q(ended_at=None),
                include=["ends_at"],
                name="open_grants_of_holder",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["act_id", "holder_id", "role", "holder_type"],
                condition=Q(ended_at=None),
                include=["ends_at"],
                name="one_open_grant",
            )
        ]

    def __str__(self) -> str:
        return f"{self.act_id} → {self.holder_type} {self.holder_id} {self.role}"
