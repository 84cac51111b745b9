"""A merge that the hospital says (A40): done as the platform merges, or proposed when in doubt (R40)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import DiaphaneError
from diaphane.patients.doubles import propose_pair
from diaphane.patients.likeness import has_same_traits
from diaphane.patients.merging import merge_pair
from diaphane.patients.models import IdentityPair, PairState, Patient, PatientIdentifier
from diaphane.patients.operations import issue_identifier
from diaphane.patients.queries import find_survivor
from diaphane_exchange.hl7v2.adt import Identifier
from diaphane_exchange.hl7v2.refusals import Reason, RefusedMessageError

from .models import ReceivedMessage


def join_identities(
    message: ReceivedMessage,
    prior: tuple[Identifier, ...],
    kept: Patient,
    *,
    notes: list[str],
    by: Actor,
    at: datetime,
) -> None:
    """Merge the identity whose number disappears into the one that stays.

    It is done when name, first given name, sex and birth date agree, and neither side holds two INS; anything
    else is proposed to the identity desk. What is done is reviewed by a person, and can be undone.

    Raises:
        RefusedMessageError: MRG-1 has no number of the site.
    """
    gone = next((each for each in prior if each.is_from(message.peer.authority)), None)
    if gone is None:
        raise RefusedMessageError(Reason.REQUIRED, "MRG^1^1")
    issuer = message.peer.structure.issuer
    known = (
        PatientIdentifier.objects.filter(issuer=issuer, value=gone.value).select_related("patient").first()
    )
    if known is None:
        issue_identifier(kept, issuer, gone.value)
        notes.append(
            _("The number that disappears was not known here: it now finds the identity that stays.")
        )
        return
    absorbed = find_survivor(known.patient)
    if absorbed.pk == kept.pk:
        return
    pair = propose_pair(one=kept, other=absorbed, reasons=[IdentityPair.Reason.HOSPITAL.value], by=by, at=at)
    if not _merge(pair, kept, absorbed, message, by, at):
        notes.append(_("This merge is in doubt: it is proposed to the identity desk, and not done."))


def _merge(
    pair: IdentityPair, kept: Patient, absorbed: Patient, message: ReceivedMessage, by: Actor, at: datetime
) -> bool:
    """Merge if nothing speaks against it; say whether it was done."""
    is_shaken = any(
        each.is_doubtful or each.is_fictitious or each.is_unidentified for each in (kept, absorbed)
    )
    if pair.state != PairState.PROPOSED or is_shaken or not has_same_traits(kept, absorbed):
        return False
    survivor = absorbed if absorbed.ins and not kept.ins else kept
    reason = _("Merge said by the hospital, message number %(number)s") % {"number": message.control_id[:60]}
    try:
        with transaction.atomic():
            merge_pair(pair_id=pair.pk, survivor_id=survivor.pk, reason=reason, by=by, at=at)
    except DiaphaneError:
        return False
    return True
