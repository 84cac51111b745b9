"""A document beside a request: the paper prescription, the volet de synthèse médicale, a letter (R71)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.access.queries import list_act_ids
from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Attachments, starting from who asks."""

    def visible_to(self, actor: Actor) -> "AttachmentQuerySet":
        """Keep those of the acts open to this actor."""
        return self.filter(request__act_id__in=list_act_ids(actor)).select_related("request__act")

    def standing(self) -> "AttachmentQuerySet":
        """Keep those that nobody withdrew."""
        return self.filter(withdrawn_at=None)


class Attachment(models.Model):
    """One document, checked by its content; withdrawn, it is given to nobody any more and its line stays."""

    class Kind(models.TextChoices):
        """What the document is."""

        PRESCRIPTION = "prescription", _("Signed prescription, scanned")
        SUMMARY = "summary", _("Medical summary (VSM)")
        LETTER = "letter", _("Letter")
        RESULT = "result", _("Result or report made elsewhere")
        OTHER = "other", _("Another document")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey("requests.ExamRequest", on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=14, choices=Kind)
    words = models.CharField(max_length=200, blank=True)
    document_key = models.CharField(max_length=80)
    document_type = models.CharField(max_length=40)
    document_sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    by_id = models.UUIDField()
    by_label = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_id = models.UUIDField(null=True)
    withdrawn_by_label = models.CharField(max_length=200, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    objects = AttachmentQuerySet.as_manager()

    privacy = {
        **dict.fromkeys(
            (
                "id",
                "request",
                "document_key",
                "document_type",
                "document_sha256",
                "size",
                "added_at",
                "withdrawn_at",
            ),
            Privacy.TECHNICAL,
        ),
        **dict.fromkeys(("by_id", "by_label", "withdrawn_by_id", "withdrawn_by_label"), Privacy.PROFESSIONAL),
        **dict.fromkeys(("kind", "words", "withdrawn_reason"), Privacy.HEALTH),
    }
    processing = Processing.CARE

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by_id=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by_id__isnull=False)
                & ~models.Q(withdrawn_reason=""),
                name="attachment_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
