"""Invite a patient whose identity is held for certain, after a document was seen (R40, R46)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from diaphane.accounts.sheets import Given, give_sheet
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing

from .models import IdentityProof, Patient
from .queries import find_doubt


def invite_patient(*, patient: Patient, email: str, document: str, by: Actor, at: datetime) -> Given:
    """Give a patient an access.

    Raises:
        ConflictError: this is no document, or the address is somebody else's.
        GuardError: the identity is in doubt, or something is missing.
        NotAllowedError: the role does not give accesses.
    """
    if patient.is_unidentified or find_doubt(patient):
        settle = Missing("R40", _("An identity that is certain"), _("Who receives the patient"))
        raise GuardError(_("No access is given while the identity is in doubt."), [settle])
    if document and document not in set(IdentityProof.Kind) - {IdentityProof.Kind.INSI}:
        raise ConflictError(_("Choose the document that you have seen."))
    return give_sheet(
        patient_id=patient.pk, name=patient.display_name, email=email, document=document, by=by, at=at
    )
