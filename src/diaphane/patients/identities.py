"""Move an identity along its table: a document seen, the national service's answer, a doubt (R40, RNIV)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing

from .insi_traits import InsiAnswer as InsiAnswer
from .insi_traits import list_differences, write_answered
from .models import IdentityProof, Patient
from .queries import list_patients
from .transitions import IDENTITY

_Status = Patient.IdentityStatus
DOCUMENTS = frozenset(IdentityProof.Kind) - {IdentityProof.Kind.INSI}
_AFTER_DOCUMENT = {_Status.PROVISIONAL: "validate", _Status.RETRIEVED: "qualify"}
_AFTER_INSI = {_Status.PROVISIONAL: "retrieve", _Status.VALIDATED: "qualify"}
_AFTER_LOSS = {_Status.QUALIFIED: "lose_ins", _Status.RETRIEVED: "lose_retrieved"}


def see_document(*, patient_id: UUID, kind: str, by: Actor, at: datetime) -> Patient:
    """Record that a document was seen, and raise the status that it proves; it lifts a doubt.

    Raises:
        Patient.DoesNotExist: unknown at the actor's site.
        ConflictError: this is no document, or the status cannot rise by one.
        GuardError: the patient is fictitious or not identified.
    """
    if kind not in DOCUMENTS:
        raise ConflictError(_("Choose the document that you have seen."))
    with transaction.atomic():
        patient = lock_patient(patient_id, by=by)
        if patient.is_doubtful:
            patient.is_doubtful = False
            record_identity("doubt_lifted", patient, by=by, at=at)
            tell_certain(patient, at=at)
        _keep_proof(patient, kind, by, at)
        if name := _AFTER_DOCUMENT.get(_Status(patient.identity_status)):
            move_identity(patient, name, by=by, at=at)
        patient.save()
    return patient


def take_insi_answer(*, patient_id: UUID, answer: InsiAnswer, by: Actor, at: datetime) -> Patient:
    """Take the INS that the national service answered, once no strict trait contradicts it.

    The whole list of given names and the birth place are taken too: what they replace is a correction.

    Raises:
        Patient.DoesNotExist: unknown at the actor's site.
        GuardError: a trait differs, or the identity is doubtful.
        ConflictError: another identity has this INS.
    """
    with transaction.atomic():
        patient = lock_patient(patient_id, by=by)
        if differing := list_differences(patient, answer):
            raise GuardError(_("The national service knows other traits."), differing)
        if Patient.objects.filter(ins=answer.ins, ins_oid=answer.oid).exclude(pk=patient.pk).exists():
            raise ConflictError(_("Another identity has this INS: compare both in the list of identities."))
        write_answered(patient, answer, by=by, at=at)
        patient.full_clean()
        _keep_proof(patient, IdentityProof.Kind.INSI, by, at)
        if name := _AFTER_INSI.get(_Status(patient.identity_status)):
            move_identity(patient, name, by=by, at=at)
        patient.save()
    return patient


def lose_ins(*, patient_id: UUID, by: Actor, at: datetime) -> Patient:
    """Take the INS away, since the national service no longer confirms it; it leaves on no document any more.

    Raises:
        Patient.DoesNotExist: unknown at the actor's site.
        ConflictError: the status does not rest on an INS.
    """
    with transaction.atomic():
        patient = lock_patient(patient_id, by=by)
        name = _AFTER_LOSS.get(_Status(patient.identity_status))
        if name is None:
            raise ConflictError(_("This identity does not rest on the national service."))
        patient.proofs.filter(kind=IdentityProof.Kind.INSI, ended_at=None).update(ended_at=at)
        patient.ins = patient.ins_oid = ""
        move_identity(patient, name, by=by, at=at)
        patient.save()
    return patient


def doubt_identity(*, patient_id: UUID, reason: str, by: Actor, at: datetime) -> Patient:
    """Say that an identity may not be this person's: it becomes provisional, and its exam waits.

    Raises:
        Patient.DoesNotExist: unknown at the actor's site.
        GuardError: no reason is given.
    """
    if not reason.strip():
        what = Missing("R40", _("Why the identity is doubtful"), _("You"), field="reason")
        raise GuardError(_("A reason is needed."), [what])
    with transaction.atomic():
        patient = lock_patient(patient_id, by=by)
        end_proofs(patient, at=at)
        move_identity(patient, "doubt", by=by, at=at)
        patient.is_doubtful = True
        patient.save()
    return patient


def lock_patient(patient_id: UUID, *, by: Actor) -> Patient:
    """Lock a patient of the actor's site.

    Raises:
        Patient.DoesNotExist: unknown there.
    """
    return list_patients(by).select_for_update(of=("self",)).get(pk=patient_id)


def end_proofs(patient: Patient, *, at: datetime) -> None:
    """End what proved traits that changed or are doubted."""
    patient.proofs.filter(ended_at=None).update(ended_at=at)


def move_identity(patient: Patient, name: str, *, by: Actor, at: datetime) -> None:
    """Move a locked identity along its table, and trace it; the caller saves it.

    Raises:
        NotAllowedError, ConflictError, GuardError: see ``TransitionTable.check``.
    """
    patient.state = IDENTITY.check(patient, name, by=by).transition.target
    record_identity(name, patient, by=by, at=at)


def record_identity(name: str, patient: Patient, *, by: Actor, at: datetime) -> None:
    """Trace what happened to an identity (R43)."""
    record(f"identity.{name}", by=by, at=at, subject=Subject("patient", patient.pk, patient_id=patient.pk))


def tell_certain(patient: Patient, *, at: datetime) -> None:
    """Tell that what made an identity uncertain may be over; call it in the transaction that ends it."""
    record_event(kind="patient.certain", subject_type="patient", subject_id=patient.pk, act_id=None, at=at)


def _keep_proof(patient: Patient, kind: str, by: Actor, at: datetime) -> None:
    IdentityProof.objects.create(
        patient=patient,
        kind=kind,
        seen_at=at,
        seen_by_id=by.id,
        seen_by_label=by.label,
        structure_label=by.structure_label,
    )
