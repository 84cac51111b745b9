"""Correct the traits of an identified patient: why, on which proof, what it does to the status (R38, R40)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .doubles import propose_doubles
from .identities import DOCUMENTS, end_proofs, lock_patient, lose_ins, record_identity, see_document
from .models import Correction, Patient
from .queries import find_issuer

STRICT = ("birth_name", "first_names", "sex", "birth_date", "birth_place_code")
CORRECTABLE = (*STRICT, "used_name", "phone")
_Status = Patient.IdentityStatus
_ON_INSI = frozenset({_Status.QUALIFIED, _Status.RETRIEVED})


def correct_traits(
    *, patient_id: UUID, traits: Patient, reason: str, proof: str, by: Actor, at: datetime
) -> Correction:
    """Write the right traits and keep the wrong ones; acts, images and the PatientID stay as they are.

    A strict trait that changes ends what proved it: the INS, which answered for other traits, is taken away
    until the national service is asked again, and the document that was seen raises the status it proves.

    Raises:
        NotAllowedError: another role.
        Patient.DoesNotExist: unknown at the actor's site.
        ConflictError: the patient is not identified yet, or nothing changes.
        GuardError: no reason, or no document where the identity was trusted.
        django.core.exceptions.ValidationError: a trait is not valid.
    """
    if not may(by, "identity.correct"):
        raise NotAllowedError(_("The site that knows the patient corrects their traits."))
    with transaction.atomic():
        patient = lock_patient(patient_id, by=by)
        if patient.is_unidentified or patient.merged_into_id:
            raise ConflictError(_("This identity is settled first: it names nobody yet, or another one."))
        before = _spell(patient)
        after = {name: new for name, new in _spell(traits).items() if new != before[name]}
        if not after:
            raise ConflictError(_("No trait changes."))
        is_strict = bool(set(after) & set(STRICT))
        _require_grounds(patient, is_strict, reason, proof)
        lost_ins = _let_go(patient, by, at) if is_strict else ""
        return _write(patient_id, traits, before, after, lost_ins, reason.strip(), proof, by, at)


def mark_fictitious(*, patient_id: UUID, is_fictitious: bool, reason: str, by: Actor, at: datetime) -> None:
    """Say that an identity is made up, for training or a test, or is not: it stays provisional (RNIV).

    Raises:
        NotAllowedError, Patient.DoesNotExist, GuardError: as above.
        ConflictError: it is so already.
    """
    if not may(by, "identity.correct"):
        raise NotAllowedError(_("The site that knows the patient corrects their traits."))
    _require_reason(reason)
    with transaction.atomic():
        patient = lock_patient(patient_id, by=by)
        if patient.is_fictitious == is_fictitious:
            raise ConflictError(_("Nothing changes."))
        if is_fictitious:
            end_proofs(patient, at=at)
            patient.identity_status = _Status.PROVISIONAL
            patient.ins = patient.ins_oid = ""
        patient.is_fictitious = is_fictitious
        patient.save()
        record_identity("fictitious" if is_fictitious else "not_fictitious", patient, by=by, at=at)


def record_death(*, patient_id: UUID, on: date | None, reason: str, by: Actor, at: datetime) -> None:
    """Write that a patient died, or that this was said by mistake; how long data are kept depends on it.

    Raises:
        NotAllowedError, Patient.DoesNotExist, GuardError: as above.
        django.core.exceptions.ValidationError: before the birth, or in the future.
    """
    if not may(by, "identity.correct"):
        raise NotAllowedError(_("The site that knows the patient corrects their traits."))
    _require_reason(reason)
    with transaction.atomic():
        patient = lock_patient(patient_id, by=by)
        patient.deceased_on = on
        patient.full_clean()
        patient.save()
        record_identity("deceased" if on else "not_deceased", patient, by=by, at=at)


def _spell(patient: Patient) -> dict[str, str]:
    return {name: str(getattr(patient, name)) for name in CORRECTABLE}


def _require_reason(reason: str) -> None:
    if not reason.strip():
        what = Missing("R40", _("Why it was wrong"), _("You"), field="reason")
        raise GuardError(_("A reason is needed."), [what])


def _require_grounds(patient: Patient, is_strict: bool, reason: str, proof: str) -> None:
    missing = []
    if not reason.strip():
        missing.append(Missing("R40", _("Why it was wrong"), _("You"), field="reason"))
    was_trusted = patient.identity_status != _Status.PROVISIONAL
    if is_strict and was_trusted and proof not in DOCUMENTS:
        what = _("An identity document, for this identity was proven")
        missing.append(Missing("R40", what, _("You"), field="proof"))
    if missing:
        raise GuardError(_("These traits cannot be corrected yet."), missing)


def _let_go(patient: Patient, by: Actor, at: datetime) -> str:
    """Take away what the old traits had: the INS, and the proofs; return the INS that is lost."""
    lost = patient.ins
    if patient.identity_status in _ON_INSI:
        lose_ins(patient_id=patient.pk, by=by, at=at)
    else:
        Patient.objects.filter(pk=patient.pk).update(ins="", ins_oid="")
    end_proofs(patient, at=at)
    return lost


def _write(
    patient_id: UUID,
    traits: Patient,
    before: dict[str, str],
    after: dict[str, str],
    lost_ins: str,
    reason: str,
    proof: str,
    by: Actor,
    at: datetime,
) -> Correction:
    patient = Patient.objects.get(pk=patient_id)
    for name in after:
        setattr(patient, name, getattr(traits, name))
    patient.full_clean()
    patient.save()
    correction = Correction.objects.create(
        patient=patient,
        before={name: before[name] for name in after},
        after=after,
        reason=reason,
        proof=proof,
        lost_ins=lost_ins,
        corrected_at=at,
        corrected_by_id=by.id,
        corrected_by_label=by.label,
        structure_label=by.structure_label,
    )
    record_identity("corrected", patient, by=by, at=at)
    if proof and set(after) & set(STRICT) and not patient.is_fictitious:
        see_document(patient_id=patient_id, kind=proof, by=by, at=at)
    propose_doubles(patient=patient, issuer=find_issuer(by) or "", by=by, at=at)
    return correction
