"""How an identity gains trust and loses it (RNIV), and what becomes of two that may be one (R40)."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.rights import roles_of
from diaphane.kernel.transitions import Transition, TransitionTable

from . import guards
from .models import PairState, Patient

_Status = Patient.IdentityStatus
_MERGED = frozenset({PairState.MERGED, PairState.REVIEWED})

IDENTITY = TransitionTable(
    machine="identity",
    label=_("Identity"),
    states=_Status,
    transitions=(
        Transition(
            "validate",
            _("Validate the identity by a document"),
            frozenset({_Status.PROVISIONAL}),
            _Status.VALIDATED,
            roles_of("identity.validate"),
            (guards.CERTAIN, guards.DOCUMENT),
        ),
        Transition(
            "retrieve",
            _("Take the identity from the national service"),
            frozenset({_Status.PROVISIONAL}),
            _Status.RETRIEVED,
            roles_of("identity.retrieve"),
            (guards.CERTAIN, guards.INSI),
        ),
        Transition(
            "qualify",
            _("Qualify the identity"),
            frozenset({_Status.RETRIEVED, _Status.VALIDATED}),
            _Status.QUALIFIED,
            roles_of("identity.qualify"),
            (guards.CERTAIN, guards.DOCUMENT, guards.INSI),
        ),
        Transition(
            "lose_ins",
            _("The national service no longer confirms the INS"),
            frozenset({_Status.QUALIFIED}),
            _Status.VALIDATED,
            roles_of("identity.lose_ins"),
        ),
        Transition(
            "lose_retrieved",
            _("The national service no longer confirms the identity"),
            frozenset({_Status.RETRIEVED}),
            _Status.PROVISIONAL,
            roles_of("identity.lose_retrieved"),
        ),
        Transition(
            "doubt",
            _("Doubt the identity"),
            frozenset(_Status),
            _Status.PROVISIONAL,
            roles_of("identity.doubt"),
        ),
    ),
)

PAIR = TransitionTable(
    machine="identity_pair",
    label=_("Two identities that may be one"),
    states=PairState,
    transitions=(
        Transition(
            "merge",
            _("Merge two identities"),
            frozenset({PairState.PROPOSED}),
            PairState.MERGED,
            roles_of("identity_pair.merge"),
            (guards.ONE_INS, guards.COMPARED, guards.EXPLAINED),
        ),
        Transition(
            "set_apart",
            _("Say that they are two persons"),
            frozenset({PairState.PROPOSED}),
            PairState.DISTINCT,
            roles_of("identity_pair.set_apart"),
            (guards.EXPLAINED,),
        ),
        Transition(
            "compare_again",
            _("Compare two identities again"),
            frozenset({PairState.DISTINCT}),
            PairState.PROPOSED,
            roles_of("identity_pair.compare_again"),
            (guards.EXPLAINED,),
        ),
        Transition(
            "review",
            _("Review a merge"),
            frozenset({PairState.MERGED}),
            PairState.REVIEWED,
            roles_of("identity_pair.review"),
            (guards.ANOTHER_PERSON,),
        ),
        Transition(
            "unmerge",
            _("Undo a merge"),
            _MERGED,
            PairState.PROPOSED,
            roles_of("identity_pair.unmerge"),
            (guards.EXPLAINED,),
        ),
    ),
)
