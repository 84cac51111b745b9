"""A patient's access: the sheet that the site printed, and the links of the mails (R39, R46)."""

from django.db import models

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class AccessSheet(models.Model):
    """A printed sheet: whose, given after which document, seen by whom; its code is kept hashed.

    The patient is above accounts in the order of contexts: kept by UUID, without a foreign key.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient_id = models.UUIDField()
    structure_id = models.UUIDField()
    name = models.CharField(max_length=150)
    email = models.EmailField()
    code_hash = models.CharField(max_length=128)
    document = models.CharField(max_length=40)
    checked_by_id = models.UUIDField()
    checked_by_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    first_used_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    privacy = {
        **dict.fromkeys(("patient_id", "name", "email"), Privacy.IDENTIFYING),
        **dict.fromkeys(("checked_by_id", "checked_by_label"), Privacy.PROFESSIONAL),
        "code_hash": Privacy.SECRET,
        **dict.fromkeys(
            (
                "id",
                "structure_id",
                "document",
                "created_at",
                "expires_at",
                "first_used_at",
                "last_used_at",
                "wrong_codes",
                "paused_until",
                "revoked_at",
            ),
            Privacy.TECHNICAL,
        ),
    }
    processing = Processing.IDENTITY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient_id"], condition=models.Q(revoked_at=None), name="one_access_sheet_each"
            ),
        ]
        indexes = [models.Index(fields=["email"])]

    def __str__(self) -> str:
        return str(self.pk)


class SignInLink(models.Model):
    """The link of one mail: used once, soon over; its key is drawn as the mail leaves, kept as a digest."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sheet = models.ForeignKey(AccessSheet, on_delete=models.PROTECT, related_name="links")
    key_digest = models.CharField(max_length=64, unique=True, null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    mail_error = models.CharField(max_length=80, blank=True)
    used_at = models.DateTimeField(null=True)

    privacy = {
        **dict.fromkeys(
            ("id", "sheet", "created_at", "expires_at", "mailed_at", "mail_error", "used_at"),
            Privacy.TECHNICAL,
        ),
        "key_digest": Privacy.SECRET,
    }
    processing = Processing.IDENTITY

    def __str__(self) -> str:
        return str(self.pk)
