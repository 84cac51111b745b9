"""Register a patient at a site, with an identifier that the site issues."""

from datetime import datetime

from django.db import transaction

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor

from .models import Patient, PatientIdentifier


def register_patient(*, patient: Patient, issuer: str, by: Actor, at: datetime) -> Patient:
    """Save a new patient with the next local identifier of the issuer.

    Raises:
        django.core.exceptions.ValidationError: a trait or the INS is not valid.
    """
    patient.full_clean()
    with transaction.atomic():
        patient.save(force_insert=True)
        value = f"D{str(patient.pk.int % 10**9).zfill(9)}"
        PatientIdentifier.objects.create(patient=patient, issuer=issuer, value=value)
        record(
            "patient.registered", by=by, at=at, subject=Subject("patient", patient.pk, patient_id=patient.pk)
        )
    return patient
