"""How an identity gains trust and loses it (RNIV), and what becomes of two that may be one (R40)."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role
from diaphane.kernel.transitions import Transition, TransitionTable

from . import guards
from .models import PairState, Patient

_Status = Patient.IdentityStatus
SITE_ROLES = frozenset({Role.REQUESTING_PHYSICIAN, Role.TECHNOLOGIST, Role.ADMINISTRATOR})
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
            SITE_ROLES,
            (guards.CERTAIN, guards.DOCUMENT),
        ),
        Transition(
            "retrieve",
            _("Take the identity from the national service"),
            frozenset({_Status.PROVISIONAL}),
            _Status.RETRIEVED,
            SITE_ROLES,
            (guards.CERTAIN, guards.INSI),
        ),
        Transition(
            "qualify",
            _("Qualify the identity"),
            frozenset({_Status.RETRIEVED, _Status.VALIDATED}),
            _Status.QUALIFIED,
            SITE_ROLES,
            (guards.CERTAIN, guards.DOCUMENT, guards.INSI),
        ),
        Transition(
            "lose_ins",
            _("The national service no longer confirms the INS"),
            frozenset({_Status.QUALIFIED}),
            _Status.VALIDATED,
            SITE_ROLES,
        ),
        Transition(
            "lose_retrieved",
            _("The national service no longer confirms the identity"),
            frozenset({_Status.RETRIEVED}),
            _Status.PROVISIONAL,
            SITE_ROLES,
        ),
        Transition(
            "doubt",
            _("Doubt the identity"),
            frozenset(_Status),
            _Status.PROVISIONAL,
            SITE_ROLES,
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
            SITE_ROLES,
            (guards.ONE_INS, guards.EXPLAINED),
        ),
        Transition(
            "set_apart",
            _("Say that they are two persons"),
            frozenset({PairState.PROPOSED}),
            PairState.DISTINCT,
            SITE_ROLES,
            (guards.EXPLAINED,),
        ),
        Transition(
            "compare_again",
            _("Compare two identities again"),
            frozenset({PairState.DISTINCT}),
            PairState.PROPOSED,
            SITE_ROLES,
            (guards.EXPLAINED,),
        ),
        Transition(
            "review",
            _("Review a merge"),
            frozenset({PairState.MERGED}),
            PairState.REVIEWED,
            SITE_ROLES,
            (guards.ANOTHER_PERSON,),
        ),
        Transition(
            "unmerge",
            _("Undo a merge"),
            _MERGED,
            PairState.PROPOSED,
            SITE_ROLES,
            (guards.EXPLAINED,),
        ),
    ),
)
