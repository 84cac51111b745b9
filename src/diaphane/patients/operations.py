"""Register a patient at a site, with an identifier that the site issues."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError

from .models import Patient, PatientIdentifier
from .queries import list_look_alikes


class LookAlikeError(ConflictError):
    """Someone with the same traits is known here: a person decides whether it is the same one (R40)."""

    def __init__(self, look_alikes: list[Patient]) -> None:
        super().__init__(_("A patient with this name and this birth date is already known here."))
        self.look_alikes = look_alikes


def register_new_patient(
    *, patient: Patient, issuer: str, is_distinct: bool, by: Actor, at: datetime
) -> Patient:
    """Register a patient unless somebody here has the same traits, or a person said that they differ.

    One registration at a time per issuer, so that a double click cannot make two patients.

    Raises:
        LookAlikeError: same name, given name and birth date, and ``is_distinct`` is not said.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"register:{issuer}"])
        look_alikes = list_look_alikes(patient, issuer=issuer)
        if look_alikes and not is_distinct:
            raise LookAlikeError(look_alikes)
        return register_patient(patient=patient, issuer=issuer, by=by, at=at)


def record_search(*, found: int, by: Actor, at: datetime) -> None:
    """Trace that someone looked for a patient, and how many identities were shown; never the words (R43)."""
    record("patients.searched", by=by, at=at, subject=Subject("patient", None), detail={"found": found})


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
