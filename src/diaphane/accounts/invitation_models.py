"""A professional's way into a new account: the link of one mail and a code said aloud, once (R18, R39)."""

from django.conf import settings
from django.db import models

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class Invitation(models.Model):
    """Who invited whom, and what became of it: neither the key of the link nor the code is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations")
    key_digest = models.CharField(max_length=64, unique=True, null=True)
    code_hash = models.CharField(max_length=128)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    invited_by_id = models.UUIDField()
    invited_by_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    mail_error = models.CharField(max_length=80, blank=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    privacy = {
        **dict.fromkeys(("user", "invited_by_id", "invited_by_label"), Privacy.PROFESSIONAL),
        **dict.fromkeys(("key_digest", "code_hash"), Privacy.SECRET),
        **dict.fromkeys(
            (
                "id",
                "wrong_codes",
                "created_at",
                "expires_at",
                "mailed_at",
                "mail_error",
                "used_at",
                "revoked_at",
            ),
            Privacy.TECHNICAL,
        ),
    }
    processing = Processing.PROFESSIONALS

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(used_at=None, revoked_at=None),
                name="one_open_invitation_each",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
