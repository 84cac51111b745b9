"""Who may send identities, what was received, and what waits for the identity desk (R40)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.organisations.models import Structure
from diaphane.patients.models import Patient
from diaphane.patients.models.correction import TRAIT_LABELS

LONGEST_CONTROL_ID = 199


class Peer(models.Model):
    """A system of a hospital that sends identities: known by its address and by what its messages name.

    ``authority`` is the namespace or the OID of PID-3.4 whose numbers are those of the site (IPP).
    ``certificate``, where it is said, is the SHA-256 of the only certificate under which it is believed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="hospital_peers")
    label = models.CharField(max_length=120)
    address = models.GenericIPAddressField()
    application = models.CharField(max_length=120)
    facility = models.CharField(max_length=120)
    authority = models.CharField(max_length=120)
    certificate = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    privacy = dict.fromkeys(
        (
            "id",
            "structure",
            "label",
            "address",
            "application",
            "facility",
            "authority",
            "certificate",
            "opened_at",
            "closed_at",
        ),
        Privacy.TECHNICAL,
    )
    processing = Processing.MACHINES

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(
                fields=["address", "application", "facility"],
                condition=Q(closed_at=None),
                name="one_peer_per_address_and_facility",
            )
        ]

    def __str__(self) -> str:
        return self.label

    def as_actor(self) -> Actor:
        """Return who acts: the platform itself, at one site, on the word of its hospital."""
        return Actor(
            id=self.pk,
            role=Role.SYSTEM,
            label=self.label,
            structure_id=self.structure_id,
            structure_label=self.structure.name,
        )


class MessageState(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", _("To apply")
    APPLIED = "applied", _("Applied")
    ASIDE = "aside", _("Kept aside")
    DISMISSED = "dismissed", _("Dismissed")


class ReceivedMessage(models.Model):
    """One message: kept whole until it is applied or dismissed, then what names it alone.

    ``control_id`` is the sender's own number (MSH-10): applied once. The same number with another content
    is another message, and waits for a person. ``fault`` and ``location`` say why it is aside, as HL7 does;
    ``words`` say it in French, and ``notes`` what was left out of what was applied.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="messages")
    control_id = models.CharField(max_length=LONGEST_CONTROL_ID)
    digest = models.CharField(max_length=64)
    event = models.CharField(max_length=10, blank=True)
    body = models.BinaryField()
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.WAITING)
    fault = models.CharField(max_length=30, blank=True)
    location = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=500, blank=True)
    notes = models.JSONField(default=list)
    tries = models.PositiveIntegerField(default=0)
    patient = models.ForeignKey(
        Patient, null=True, on_delete=models.PROTECT, related_name="hospital_messages"
    )
    settled_at = models.DateTimeField(null=True)
    settled_by_label = models.CharField(max_length=200, blank=True)

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "peer",
                "control_id",
                "event",
                "sent_at",
                "received_at",
                "state",
                "fault",
                "location",
                "tries",
                "settled_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(("digest", "body", "words", "notes", "patient"), Privacy.IDENTIFYING),
        "settled_by_label": Privacy.PROFESSIONAL,
    }
    processing = Processing.IDENTITY

    class Meta:
        ordering = ["-received_at"]
        indexes = [
            models.Index(
                fields=["peer", "received_at"],
                condition=Q(state__in=["waiting", "aside"]),
                name="hospital_messages_open",
            ),
            models.Index(fields=["peer", "-sent_at"], name="hospital_messages_latest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="hospital_message_state_known"
            ),
            models.UniqueConstraint(
                fields=["peer", "control_id", "digest"], name="one_message_per_sender_and_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.control_id}"


class ProposalState(models.TextChoices):
    """What became of a difference."""

    OPEN = "open", _("To decide")
    TAKEN = "taken", _("Taken")
    DECLINED = "declined", _("Not followed")


class Proposal(models.Model):
    """What the hospital says otherwise of a trusted identity: a person decides, on a document (R40)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="hospital_proposals")
    message = models.ForeignKey(ReceivedMessage, on_delete=models.PROTECT, related_name="proposals")
    before = models.JSONField()
    after = models.JSONField()
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    created_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)
    decided_by_label = models.CharField(max_length=200, blank=True)

    privacy = {
        **dict.fromkeys(("id", "message", "state", "created_at", "decided_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("patient", "before", "after", "reason"), Privacy.IDENTIFYING),
        **dict.fromkeys(("decided_by_id", "decided_by_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.IDENTITY

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values), name="hospital_proposal_state_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Return each trait that differs: its name in words, ours, theirs."""
        labels = {**TRAIT_LABELS, "ins": "INS"}
        return [(str(labels[name]), self.before[name], new) for name, new in self.after.items()]

    @property
    def only_ins(self) -> bool:
        """Say whether the INS alone differs: the national service says which one is right."""
        return set(self.after) == {"ins"}
