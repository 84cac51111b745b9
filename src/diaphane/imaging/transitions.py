"""What a person may decide about an arrival that belongs to no act, and how an alert goes."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role
from diaphane.kernel.transitions import Transition, TransitionTable

from .gateway_alerts import AlertState
from .guards import ANOTHER_PUTS_BACK, SAME_TRAITS, SECOND_PERSON
from .models import MoveState, ReconciliationState
from .move_models import REVIEWERS

RECONCILIATION = TransitionTable(
    machine="reconciliation",
    label=_("Images to be attached"),
    states=ReconciliationState,
    transitions=(
        Transition(
            name="attach",
            label=_("Attach to an exam"),
            sources=frozenset({ReconciliationState.WAITING, ReconciliationState.SET_ASIDE}),
            target=ReconciliationState.ATTACHED,
            roles=REVIEWERS,  # the imageur, as the second person of a proposal only (``joining.py``)
        ),
        Transition(
            name="set_aside",
            label=_("Set aside"),
            sources=frozenset({ReconciliationState.WAITING}),
            target=ReconciliationState.SET_ASIDE,
            roles=frozenset({Role.TECHNOLOGIST}),
        ),
    ),
)

_TECHNOLOGIST = frozenset({Role.TECHNOLOGIST})
MOVE = TransitionTable(
    machine="images",
    label=_("Images moved to an exam or away from it"),
    states=MoveState,
    is_exceptional=True,
    transitions=(
        Transition(
            "join",
            _("Attach images that name the patient"),
            frozenset(),
            MoveState.DONE,
            _TECHNOLOGIST,
            (SAME_TRAITS,),
        ),
        Transition(
            "propose", _("Propose to attach other images"), frozenset(), MoveState.PROPOSED, _TECHNOLOGIST
        ),
        Transition(
            "confirm",
            _("Confirm, as the second person"),
            frozenset({MoveState.PROPOSED}),
            MoveState.DONE,
            REVIEWERS,
            (SECOND_PERSON,),
        ),
        Transition(
            "decline",
            _("Decline the proposal"),
            frozenset({MoveState.PROPOSED}),
            MoveState.DECLINED,
            REVIEWERS,
        ),
        Transition(
            "take_away",
            _("Take images away from the exam"),
            frozenset(),
            MoveState.DONE,
            _TECHNOLOGIST,
        ),
        Transition(
            "undo",
            _("Undo the move"),
            frozenset({MoveState.DONE}),
            MoveState.UNDONE,
            _TECHNOLOGIST,
            (ANOTHER_PUTS_BACK,),
        ),
    ),
)

GATEWAY_ALERT = TransitionTable(
    machine="gateway_alert",
    label=_("Alert about a gateway"),
    states=AlertState,
    transitions=(
        Transition(
            name="acknowledge",
            label=_("See to an alert"),
            sources=frozenset({AlertState.OPEN}),
            target=AlertState.ACKNOWLEDGED,
            roles=frozenset({Role.TECHNOLOGIST}),
        ),
        Transition(
            name="settle",
            label=_("What the alert told of is over"),
            sources=frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED}),
            target=AlertState.SETTLED,
            roles=frozenset({Role.SYSTEM}),
        ),
    ),
)
