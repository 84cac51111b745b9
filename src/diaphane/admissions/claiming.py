"""The INS that the hospital sends: kept where none is held, else left to a person (R40)."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from diaphane.kernel.actors import Actor
from diaphane.patients.doubles import propose_pair
from diaphane.patients.identities import record_identity
from diaphane.patients.models import IdentityPair, Patient
from diaphane_exchange.hl7v2.adt import Identifier

from .models import ReceivedMessage
from .proposing import propose


def take_ins(
    message: ReceivedMessage,
    patient_id: UUID,
    claimed: Identifier,
    *,
    notes: list[str],
    by: Actor,
    at: datetime,
) -> None:
    """Keep an INS whose key is right; the status stays: only the national service and a document raise it."""
    patient = Patient.objects.select_for_update(of=("self",)).get(pk=patient_id)
    if (patient.ins, patient.ins_oid) == (claimed.value, claimed.oid):
        return
    if patient.ins:
        propose(message, patient, {"ins": claimed.value}, notes=notes, by=by, at=at)
        return
    if patient.is_doubtful or patient.is_fictitious or patient.is_unidentified:
        notes.append(_("The identity is not certain here: its INS is not taken."))
        return
    holder = Patient.objects.filter(ins=claimed.value, ins_oid=claimed.oid).first()
    if holder is not None:
        notes.append(_("Another identity has this INS: both are proposed to be compared."))
        reasons = [IdentityPair.Reason.SAME_INS.value]
        propose_pair(one=patient, other=holder, reasons=reasons, claimed_ins=claimed.value, by=by, at=at)
        return
    patient.ins, patient.ins_oid = claimed.value, claimed.oid
    patient.full_clean()
    patient.save()
    record_identity("ins_received", patient, by=by, at=at)
