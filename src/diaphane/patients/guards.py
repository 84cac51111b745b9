"""What an identity needs before its status moves, and two identities before they are one (R40, RNIV)."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import Missing
from diaphane.kernel.transitions import Guard

from .doubles import is_known_here
from .likeness import has_same_traits
from .models import IdentityPair, IdentityProof, Patient

_SITE = _("The technologist or a physician of the site")
_DOCUMENTS = frozenset(IdentityProof.Kind) - {IdentityProof.Kind.INSI}


def _has_proof(patient: Patient, kinds: frozenset[IdentityProof.Kind]) -> bool:
    return patient.proofs.filter(kind__in=kinds, ended_at=None).exists()


def _certain(patient: Patient, by: Actor) -> Missing | None:
    if not (patient.is_doubtful or patient.is_fictitious or patient.is_unidentified):
        return None
    what = _("The identity is doubtful, fictitious or unknown: it stays provisional until that is settled")
    return Missing("R40", what, _SITE, field="document")


def _document(patient: Patient, by: Actor) -> Missing | None:
    if _has_proof(patient, _DOCUMENTS):
        return None
    return Missing("R40", _("An identity document of high confidence, seen"), _SITE, field="document")


def _insi(patient: Patient, by: Actor) -> Missing | None:
    if patient.ins and _has_proof(patient, frozenset({IdentityProof.Kind.INSI})):
        return None
    return Missing("R40", _("The INS, as the national service (INSi) answered it"), _SITE)


def _one_ins(pair: IdentityPair, by: Actor) -> Missing | None:
    kept, absorbed = pair.survivor, pair.absorbed
    if kept is None or absorbed is None:
        return Missing("R40", _("The identity to keep"), _("You"), field="survivor")
    if not absorbed.ins:
        return None
    if not kept.ins:
        return Missing(
            "R40", _("The identity that has the INS is the one to keep"), _("You"), field="survivor"
        )
    what = _("Two INS are two persons: the national service says which one is right")
    return Missing("R40", what, _SITE)


def _compared(pair: IdentityPair, by: Actor) -> Missing | None:
    """Let nobody merge what they cannot see, unless it is the person whom an INS would be linked to."""
    if has_same_traits(*pair.patients) or all(is_known_here(each, actor=by) for each in pair.patients):
        return None
    what = _(
        "The same name, first given name, sex and birth date: one identity is another site's, "
        "and not shown here"
    )
    return Missing("R40", what, _("You, from an identity document"))


def _explained(pair: IdentityPair, by: Actor) -> Missing | None:
    if pair.decided_reason.strip():
        return None
    return Missing("R40", _("How you know it"), _("You"), field="reason")


def _another_person(pair: IdentityPair, by: Actor) -> Missing | None:
    if pair.decided_by_id != by.id:
        return None
    return Missing("R40", _("A second person, other than the one who merged"), _SITE)


CERTAIN = Guard("R40", "identity.certain", _("Neither doubtful, nor fictitious, nor unknown"), _certain)
DOCUMENT = Guard("R40", "identity.document", _("Identity document seen"), _document)
INSI = Guard("R40", "identity.insi", _("INS answered by the national service"), _insi)
ONE_INS = Guard("R40", "pair.one_ins", _("One INS at most, kept"), _one_ins)
COMPARED = Guard("R40", "pair.compared", _("Both identities are shown, or their traits agree"), _compared)
EXPLAINED = Guard("R40", "pair.explained", _("The reason is said"), _explained)
ANOTHER_PERSON = Guard("R40", "pair.another_person", _("Reviewed by a second person"), _another_person)
