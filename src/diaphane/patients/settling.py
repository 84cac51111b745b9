"""Settle who an unidentified patient is: somebody new, or somebody already known (R40)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError

from .doubles import propose_doubles, propose_pair
from .identities import end_proofs, lock_patient, record_identity, tell_certain
from .merging import merge_pair
from .models import IdentityPair, Patient
from .queries import find_issuer

STRICT_TRAITS = ("birth_name", "used_name", "first_names", "sex", "birth_date", "birth_place_code")


def settle_as_new(*, patient_id: UUID, traits: Patient, by: Actor, at: datetime) -> Patient:
    """Give an unidentified patient their traits; acts, images and the PatientID sent stay as they are.

    Raises:
        Patient.DoesNotExist: unknown at the actor's site.
        ConflictError: the patient is already identified.
        django.core.exceptions.ValidationError: a trait is not valid.
    """
    with transaction.atomic():
        patient = _lock_unidentified(patient_id, by)
        for name in STRICT_TRAITS:
            setattr(patient, name, getattr(traits, name))
        patient.is_unidentified = False
        patient.full_clean()
        patient.save()
        end_proofs(patient, at=at)
        record_identity("settled_as_new", patient, by=by, at=at)
        tell_certain(patient, at=at)
        propose_doubles(patient=patient, issuer=find_issuer(by) or "", by=by, at=at)
    return patient


def settle_as_known(
    *, patient_id: UUID, known_id: UUID, reason: str, by: Actor, at: datetime
) -> IdentityPair:
    """Merge an unidentified patient into a known one, images included; reviewed and undone as any merge.

    Raises:
        Patient.DoesNotExist: unknown at the actor's site.
        ConflictError: the patient is already identified, or is the known one.
        GuardError: no reason is given.
    """
    with transaction.atomic():
        patient, known = _lock_unidentified(patient_id, by), lock_patient(known_id, by=by)
        if patient.pk == known.pk:
            raise ConflictError(_("Choose another patient than the one to settle."))
        reasons = [IdentityPair.Reason.SETTLED.value]
        pair = propose_pair(one=patient, other=known, reasons=reasons, by=by, at=at)
        return merge_pair(pair_id=pair.pk, survivor_id=known.pk, reason=reason, by=by, at=at)


def _lock_unidentified(patient_id: UUID, by: Actor) -> Patient:
    patient = lock_patient(patient_id, by=by)
    if not patient.is_unidentified:
        raise ConflictError(_("This patient is already identified."))
    return patient
