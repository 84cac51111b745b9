"""Object, or stop objecting: the patient themselves, or their site for them with the reason (R38, R62)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.patients.models import Patient
from diaphane.patients.queries import get_patient

from .models import Objection


def object_to(*, patient_id: UUID, kind: str, reason: str, by: Actor, at: datetime) -> Objection:
    """Record an objection; what it forbids stops at once.

    Raises:
        NotAllowedError: neither the patient nor a physician of a site.
        Patient.DoesNotExist: unknown at the actor's site.
        GuardError: a site gives no reason.
        ConflictError: no such use, or objected to already.
    """
    patient = _find(patient_id, by)
    if kind not in Objection.Kind.values:
        raise ConflictError(_("Choose what is objected to."))
    if by.patient_id is None and not reason.strip():
        what = Missing("R62", _("How the patient said it"), _("You"), field="reason")
        raise GuardError(_("A reason is needed."), [what])
    with transaction.atomic():
        Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
        if patient.objections.filter(kind=kind, withdrawn_at=None).exists():
            raise ConflictError(_("This objection is recorded already."))
        objection = Objection.objects.create(
            patient=patient,
            kind=kind,
            reason=reason.strip(),
            recorded_at=at,
            recorded_by_id=by.id,
            recorded_by_label=by.label,
        )
        _trace("recorded", objection, by, at)
    return objection


def withdraw_objection(*, patient_id: UUID, kind: str, by: Actor, at: datetime) -> None:
    """End an objection in force.

    Raises:
        NotAllowedError, Patient.DoesNotExist: as above.
        ConflictError: none is in force.
    """
    patient = _find(patient_id, by)
    with transaction.atomic():
        held = patient.objections.select_for_update().filter(kind=kind, withdrawn_at=None).first()
        if held is None:
            raise ConflictError(_("There is no such objection."))
        held.withdrawn_at, held.withdrawn_by_label = at, by.label
        held.save(update_fields=["withdrawn_at", "withdrawn_by_label"])
        _trace("withdrawn", held, by, at)


def _find(patient_id: UUID, by: Actor) -> Patient:
    if may(by, "objection.own") and by.patient_id == patient_id:
        return Patient.objects.get(pk=patient_id)
    if not may(by, "objection.record"):
        raise NotAllowedError(_("The patient objects, or a physician of their site for them."))
    return get_patient(patient_id, actor=by)


def _trace(name: str, objection: Objection, by: Actor, at: datetime) -> None:
    subject = Subject("objection", objection.pk, patient_id=objection.patient_id)
    record(f"objection.{name}", by=by, at=at, subject=subject, detail={"kind": objection.kind})
    patient_id = objection.patient_id
    record_event(kind=f"objection.{name}", subject_type="patient", subject_id=patient_id, act_id=None, at=at)
