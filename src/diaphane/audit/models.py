"""The audit trail: append-only by trigger, chained by a sealer, signed each day (rule 3, R43, R44)."""

from django.db import models

from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

SEARCHED = "patients.searched"


class Entry(models.Model):
    """Who did what, on what, for which act, when, from which structure and from which address.

    Actor and subject are kept by type, UUID and label, without foreign keys, so that every context
    can write here and nothing that is deleted elsewhere can take its trace along. ``detail`` holds
    identifiers and reasons' codes, never clinical text. ``form`` says which fields its seal covers.
    """

    id = models.BigAutoField(primary_key=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=80)
    actor_id = models.UUIDField()
    actor_role = models.CharField(max_length=40)
    actor_label = models.CharField(max_length=200)
    structure_id = models.UUIDField(null=True)
    structure_label = models.CharField(max_length=200, blank=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True)
    act_id = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)
    session = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    form = models.SmallIntegerField(default=2)

    privacy = {
        **dict.fromkeys(
            ("id", "occurred_at", "recorded_at", "action", "subject_type", "subject_id", "act_id", "form"),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(
            ("actor_id", "actor_role", "actor_label", "structure_id", "structure_label"), Privacy.PROFESSIONAL
        ),
        "patient_id": Privacy.IDENTIFYING,
        "session": Privacy.TECHNICAL,
        "detail": Privacy.TECHNICAL,
        "address": Privacy.IDENTIFYING,
    }
    processing = Processing.TRACE

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["act_id", "id"]),
            models.Index(fields=["patient_id", "id"]),
            models.Index(
                fields=["occurred_at"],
                condition=models.Q(action__startswith="viewed.") | models.Q(action__startswith="exported."),
                name="views_by_day",
            ),
            models.Index(fields=["occurred_at"], condition=models.Q(action=SEARCHED), name="searches_by_day"),
        ]
        constraints = [
            # Viewing is audited once per user, subject and session, not per frame.
            models.UniqueConstraint(
                fields=["actor_id", "subject_id", "session", "action"],
                condition=models.Q(action__startswith="viewed."),
                name="one_view_per_session",
            )
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.action}"


class Seal(models.Model):
    """The link of one entry in the chain: SHA-256 of the entry and of the previous seal."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="seal")
    position = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)

    privacy = dict.fromkeys(("entry", "position", "digest"), Privacy.TECHNICAL)
    processing = Processing.TRACE

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position} {self.digest[:12]}"


class Signature(models.Model):
    """What a day's end vouches for: the chain so far, signed by the installation's own key.

    Who rewrites the trail and every seal after it still lacks the key, which the database does not hold.
    ``previous`` is the SHA-256 of the signature before, so that none is taken away or slipped in.
    """

    day = models.DateField(primary_key=True)
    position = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    privacy = dict.fromkeys(
        ("day", "position", "digest", "previous", "signed_at", "key", "signature"), Privacy.TECHNICAL
    )
    processing = Processing.TRACE

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.position}"


class Trimming(models.Model):
    """The beginning of the trail let go, because its time was over: up to where, and how much (R37).

    ``position`` is that of a day's signature, which stays, like every signature: what is left of the chain
    hangs on its digest. Signed by the installation's key: who cuts a beginning lacks it.
    """

    position = models.BigIntegerField(primary_key=True)
    entries = models.PositiveIntegerField()
    trimmed_at = models.DateTimeField()
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    privacy = dict.fromkeys(("position", "entries", "trimmed_at", "key", "signature"), Privacy.TECHNICAL)
    processing = Processing.TRACE

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position} {self.trimmed_at:%Y-%m-%d}"


class Forwarding(models.Model):
    """How far a collector has taken the chain, and why it takes no more."""

    collector = models.CharField(max_length=255, primary_key=True)
    position = models.BigIntegerField(default=0)
    tried_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    privacy = dict.fromkeys(("collector", "position", "tried_at", "sent_at", "error"), Privacy.TECHNICAL)
    processing = Processing.TRACE

    def __str__(self) -> str:
        return f"{self.collector} {self.position}"
