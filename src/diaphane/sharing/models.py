"""Links that show one study to an outside professional, and each visit through one (R42, R43)."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from diaphane.access.queries import list_act_ids
from diaphane.acts.models import Act
from diaphane.imaging.models import Study
from diaphane.imaging.quarantine_models import not_doubted
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing
from diaphane.kernel.rights import may

"""Who shows a study to a colleague outside, and who closes what one of them has opened."""


class LinkState(models.TextChoices):
    """Where a link stands at an instant; it is read from its facts, never written."""

    WAITING = "waiting", _("Its mail is about to leave")
    FAILED = "failed", _("Its mail did not leave yet")
    SENT = "sent", _("Sent, not opened yet")
    OPENED = "opened", _("Opened")
    LOCKED = "locked", _("Locked after wrong codes")
    EXPIRED = "expired", _("Expired")
    DOUBTED = "doubted", _("Closed: somebody doubts that these images are this patient’s")
    WITHDRAWN = "withdrawn", _("Closed: these images were taken away from the exam")
    REVOKED = "revoked", _("Revoked")


class SharedLinkQuerySet(models.QuerySet["SharedLink"]):
    """Links, starting from who asks."""

    def visible_to(self, actor: Actor) -> "SharedLinkQuerySet":
        """Keep the links of the acts open to this actor, for those who may show a study."""
        if not may(actor, "study.share"):
            return self.none()
        return self.filter(act_id__in=list_act_ids(actor)).select_related("act__patient", "study")

    def open_at(self, at: datetime) -> "SharedLinkQuerySet":
        """Keep the links that show something: not over nor revoked, their study the act's, not doubted."""
        return self.filter(_still_beside(), not_doubted(study="study"), revoked_at=None, expires_at__gt=at)


class SharedLink(models.Model):
    """One study shown to one person outside, by whom, why and until when.

    The key that the mail carries is born when the mail leaves, and the code when the link is made: neither
    is kept, only what recognises them.
    """

    class Agreement(models.TextChoices):
        """What was asked of the patient: showing outside the team needs their agreement (CSP L1110-4)."""

        PATIENT = "patient", _("The patient was told and agrees")
        REPRESENTATIVE = "representative", _("Their legal representative was told and agrees")
        IMPOSSIBLE = "impossible", _("Emergency, nobody could be asked: the patient is told afterwards")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="shared_links")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="shared_links")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sender_id = models.UUIDField()
    sender_label = models.CharField(max_length=200)
    sender_structure = models.CharField(max_length=200, blank=True)
    recipient_name = models.CharField(max_length=120)
    recipient_profession = models.CharField(max_length=80)
    recipient_structure = models.CharField(max_length=120)
    recipient_email = models.EmailField()
    purpose = models.CharField(max_length=300)
    with_report = models.BooleanField(default=False)
    agreement = models.CharField(max_length=15, choices=Agreement)
    key_digest = models.CharField(max_length=64, null=True, unique=True)
    code_hash = models.CharField(max_length=160)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    mail_error = models.CharField(max_length=120, blank=True)
    opened_count = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by_label = models.CharField(max_length=200, blank=True)

    objects = SharedLinkQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "act",
                "study",
                "created_at",
                "expires_at",
                "with_report",
                "wrong_codes",
                "locked_at",
                "mailed_at",
                "mail_error",
                "opened_count",
                "last_opened_at",
                "revoked_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(
            (
                "sender_id",
                "sender_label",
                "sender_structure",
                "recipient_name",
                "recipient_profession",
                "recipient_structure",
                "revoked_by_label",
            ),
            Privacy.PROFESSIONAL,
        ),
        "recipient_email": Privacy.IDENTIFYING,
        **dict.fromkeys(("purpose", "agreement"), Privacy.HEALTH),
        **dict.fromkeys(("key_digest", "code_hash"), Privacy.SECRET),
    }
    processing = Processing.EXCHANGE

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="link_ends_after_it_was_made"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def state_at(self, at: datetime) -> LinkState:
        """Return where the link stands: what closes it comes first."""
        if self.revoked_at is not None:
            return LinkState.REVOKED
        if self.expires_at <= at:
            return LinkState.EXPIRED
        if not SharedLink.objects.open_at(at).filter(pk=self.pk).exists():
            return LinkState.DOUBTED if self._is_doubted() else LinkState.WITHDRAWN
        if self.locked_at is not None:
            return LinkState.LOCKED
        return self._progress()

    def _is_doubted(self) -> bool:
        return not Study.objects.filter(not_doubted(), pk=self.study_id).exists()

    def _progress(self) -> LinkState:
        if self.opened_count:
            return LinkState.OPENED
        if self.mailed_at is not None:
            return LinkState.SENT
        return LinkState.FAILED if self.mail_error else LinkState.WAITING


class Visit(models.Model):
    """One opening of a link: what the cookie of its browser proves, and when it was last there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey(SharedLink, on_delete=models.PROTECT, related_name="visits")
    key_digest = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    privacy = {
        **dict.fromkeys(("id", "link", "opened_at", "last_seen_at", "ended_at"), Privacy.TECHNICAL),
        "key_digest": Privacy.SECRET,
    }
    processing = Processing.EXCHANGE

    class Meta:
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return str(self.pk)


def _still_beside() -> Q:
    """Say that a link's study is the act's own, or still beside it."""
    return Q(study__act_id=F("act_id")) | Q(
        study__prior_of__act_id=F("act_id"), study__prior_of__ended_at__isnull=True
    )
