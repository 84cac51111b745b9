"""What was seen of an identity: a document, or the answer of the national service (R40)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .patient import Patient


class IdentityProof(models.Model):
    """One proof, by whom it was seen and when; its number is never kept.

    It ends when the traits that it proved are changed or doubted.
    """

    class Kind(models.TextChoices):
        """Documents of high confidence (RNIV), and the national service."""

        IDENTITY_CARD = "identity_card", _("National identity card")
        PASSPORT = "passport", _("Passport")
        RESIDENCE_PERMIT = "residence_permit", _("Residence permit")
        BIRTH_CERTIFICATE = "birth_certificate", _("Birth certificate or family record book, for a child")
        INSI = "insi", _("Answer of the national service (INSi)")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="proofs")
    kind = models.CharField(max_length=20, choices=Kind)
    seen_at = models.DateTimeField()
    seen_by_id = models.UUIDField()
    seen_by_label = models.CharField(max_length=200)
    structure_label = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)

    privacy = {
        **dict.fromkeys(("id", "seen_at", "ended_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("patient", "kind"), Privacy.IDENTIFYING),
        **dict.fromkeys(("seen_by_id", "seen_by_label", "structure_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.IDENTITY

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.patient_id} {self.kind}"
