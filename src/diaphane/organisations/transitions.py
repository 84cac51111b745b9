"""What becomes of a professional's proof, and of a convention between two structures (R18–R20, R24, R26)."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.rights import roles_of
from diaphane.kernel.transitions import Transition, TransitionTable

from . import guards
from .models import ConventionState, CredentialState
from .papers.transitions import PAPER_TABLE as PAPER_TABLE

CREDENTIAL_TABLE = TransitionTable(
    machine="credential",
    label=_("Proof of a professional"),
    states=CredentialState,
    is_exceptional=True,
    transitions=(
        Transition(
            "check",
            _("Check a professional's proof"),
            frozenset({CredentialState.AWAITING}),
            CredentialState.CHECKED,
            roles_of("credential.check"),
            (guards.ANOTHER, guards.RUNNING),
        ),
        Transition(
            "refuse",
            _("Refuse a professional's proof"),
            frozenset({CredentialState.AWAITING, CredentialState.CHECKED}),
            CredentialState.REFUSED,
            roles_of("credential.refuse"),
            (guards.ANOTHER, guards.EXPLAINED),
        ),
    ),
)
CONVENTION_TABLE = TransitionTable(
    machine="convention",
    label=_("Convention between two structures"),
    states=ConventionState,
    is_exceptional=True,
    transitions=(
        Transition(
            "accept",
            _("Sign a convention that the other structure proposes"),
            frozenset({ConventionState.PROPOSED}),
            ConventionState.AGREED,
            roles_of("convention.accept"),
            (guards.OTHER_SIDE, guards.BEFORE_ITS_END),
        ),
        Transition(
            "decline",
            _("Decline or withdraw a convention that is not signed by both"),
            frozenset({ConventionState.PROPOSED}),
            ConventionState.DECLINED,
            roles_of("convention.decline"),
        ),
        Transition(
            "ask_end",
            _("Ask for the end of a convention"),
            frozenset({ConventionState.AGREED}),
            ConventionState.ENDING,
            roles_of("convention.ask_end"),
            (guards.END_EXPLAINED, guards.LAST_DAY),
        ),
        Transition(
            "keep",
            _("Keep a convention whose end was asked for"),
            frozenset({ConventionState.ENDING}),
            ConventionState.AGREED,
            roles_of("convention.keep"),
        ),
        Transition(
            "end",
            _("Sign the end of a convention"),
            frozenset({ConventionState.ENDING}),
            ConventionState.ENDED,
            roles_of("convention.end"),
            (guards.OTHER_SIDE_ENDS, guards.LAST_DAY),
        ),
    ),
)
