"""What a professional must have in order, each with its proof (R18–R20, R24)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.models import User
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may

from .structures import Membership


class CredentialState(models.TextChoices):
    """What was decided of a proof; that it has expired is read from its date, never written."""

    AWAITING = "awaiting", _("Awaits its check")
    CHECKED = "checked", _("Checked")
    REFUSED = "refused", _("Refused")


class CredentialQuerySet(models.QuerySet["Credential"]):
    """Proofs, from the actor (R42)."""

    def visible_to(self, actor: Actor) -> "CredentialQuerySet":
        """Keep one's own, and those of the people of one's structure for who checks them."""
        if not may(actor, "credential.check") or actor.structure_id is None:
            return self.filter(holder_id=actor.id)
        people = Membership.objects.unended().filter(structure_id=actor.structure_id).values("user_id")
        return self.filter(Q(holder_id=actor.id) | Q(holder_id__in=people))


class Credential(models.Model):
    """One proof that a professional brought, what another person decided of it, until when it holds.

    A new proof never replaces the row of an older one: what was in order on a day stays readable.
    """

    class Kind(models.TextChoices):
        """What is proved."""

        QUALIFICATION = "qualification", _("Qualification (speciality)")
        REGISTRATION = "registration", _("Registration with the Ordre")
        INSURANCE = "insurance", _("Professional insurance that covers telemedicine")
        RADIATION = "radiation", _("Training: radioprotection of patients")
        SECTIONAL = "sectional", _("Certificate: CT and MRI")
        TELEIMAGING = "teleimaging", _("Training: tools, communication and breakdowns of teleimaging")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=20, choices=Kind)
    reference = models.CharField(max_length=80, blank=True)
    issuer = models.CharField(max_length=150, blank=True)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=CredentialState, default=CredentialState.AWAITING)
    document_key = models.CharField(max_length=80, blank=True)
    document_type = models.CharField(max_length=40, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    deposited_at = models.DateTimeField()
    decided_by_id = models.UUIDField(null=True)
    decided_by_label = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=300, blank=True)

    objects = CredentialQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            ("id", "state", "document_key", "document_type", "document_sha256", "deposited_at", "decided_at"),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(
            (
                "holder",
                "kind",
                "reference",
                "issuer",
                "issued_on",
                "expires_on",
                "decided_by_id",
                "decided_by_label",
                "decided_reason",
            ),
            Privacy.PROFESSIONAL,
        ),
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["-deposited_at"]
        indexes = [models.Index(fields=["holder", "kind"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CredentialState.values), name="credential_state_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("issued_on")),
                name="credential_expires_after_its_issue",
            ),
            models.CheckConstraint(
                condition=Q(state="awaiting", decided_by_id=None)
                | (~Q(state="awaiting") & Q(decided_by_id__isnull=False)),
                name="credential_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by_id=None) | ~Q(decided_by_id=F("holder_id")),
                name="credential_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder_id} {self.kind} {self.state}"

    def has_expired(self, on: date) -> bool:
        """Say whether its last day is past; that day still counts."""
        return self.expires_on is not None and self.expires_on < on

    def holds(self, on: date) -> bool:
        """Say whether it is checked and still runs."""
        return self.state == CredentialState.CHECKED and self.issued_on <= on and not self.has_expired(on)


class CredentialStep(models.Model):
    """One thing that happened to a proof: brought, checked, refused; by whom, when and why."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="steps")
    transition = models.CharField(max_length=20)
    source = models.CharField(max_length=10, blank=True)
    target = models.CharField(max_length=10)
    actor_id = models.UUIDField()
    actor_label = models.CharField(max_length=150)
    structure_label = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    occurred_at = models.DateTimeField()

    privacy = {
        **dict.fromkeys(
            ("id", "credential", "transition", "source", "target", "occurred_at"), Privacy.TECHNICAL
        ),
        **dict.fromkeys(("actor_id", "actor_label", "structure_label", "reason"), Privacy.PROFESSIONAL),
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.credential_id} {self.transition}"


class CredentialWarning(models.Model):
    """A professional was told that something expires: once per proof and per delay (60 days, 15 days)."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="warnings")
    days = models.PositiveSmallIntegerField()
    noted_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    mail_error = models.CharField(max_length=60, blank=True)

    privacy = dict.fromkeys(
        ("id", "credential", "days", "noted_at", "mailed_at", "mail_error"), Privacy.TECHNICAL
    )
    processing = Processing.PROFESSIONALS

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "days"], name="one_warning_per_delay"),
        ]

    def __str__(self) -> str:
        return f"{self.credential_id} {self.days}"
