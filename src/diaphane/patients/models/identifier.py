"""What an issuer calls a patient (R40)."""

from typing import Any

from django.db import models, transaction

from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .patient import Patient
from .search import write_search_entry


class PatientIdentifier(models.Model):
    """A local identifier, unique only together with its issuer."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers")
    issuer = models.CharField(max_length=64)
    value = models.CharField(max_length=64)

    privacy = {
        "id": Privacy.TECHNICAL,
        "patient": Privacy.IDENTIFYING,
        "issuer": Privacy.TECHNICAL,
        "value": Privacy.IDENTIFYING,
    }
    processing = Processing.IDENTITY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "value"], name="one_patient_per_issued_identifier"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Let the issuer find the patient as soon as it has named them."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            write_search_entry(self.patient)

    def __str__(self) -> str:
        return f"{self.issuer}: {self.value}"
