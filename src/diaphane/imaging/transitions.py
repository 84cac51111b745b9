"""What a person may decide about an arrival that belongs to no act, and how an alert goes."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.rights import roles_of
from diaphane.kernel.transitions import Transition, TransitionTable

from .gateway_alerts import AlertState
from .guards import ANOTHER_PUTS_BACK, SAME_TRAITS, SECOND_PERSON
from .models import MoveState, ReconciliationState

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
            # The imageur, as the second person of a proposal only (``joining.py``).
            roles=roles_of("reconciliation.attach"),
        ),
        Transition(
            name="set_aside",
            label=_("Set aside"),
            sources=frozenset({ReconciliationState.WAITING}),
            target=ReconciliationState.SET_ASIDE,
            roles=roles_of("reconciliation.set_aside"),
        ),
        # Of an image that came again with another content alone (``exchanging.py``).
        Transition(
            name="exchange",
            label=_("Take the second image in place of the first"),
            sources=frozenset({ReconciliationState.WAITING, ReconciliationState.SET_ASIDE}),
            target=ReconciliationState.ATTACHED,
            roles=roles_of("reconciliation.exchange"),
        ),
        Transition(
            name="give_back",
            label=_("Take the first image again"),
            sources=frozenset({ReconciliationState.ATTACHED}),
            target=ReconciliationState.SET_ASIDE,
            roles=roles_of("reconciliation.give_back"),
        ),
    ),
)

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
            roles_of("images.join"),
            (SAME_TRAITS,),
        ),
        Transition(
            "propose",
            _("Propose to attach other images"),
            frozenset(),
            MoveState.PROPOSED,
            roles_of("images.propose"),
        ),
        Transition(
            "confirm",
            _("Confirm, as the second person"),
            frozenset({MoveState.PROPOSED}),
            MoveState.DONE,
            roles_of("images.confirm"),
            (SECOND_PERSON,),
        ),
        Transition(
            "decline",
            _("Decline the proposal"),
            frozenset({MoveState.PROPOSED}),
            MoveState.DECLINED,
            roles_of("images.decline"),
        ),
        Transition(
            "take_away",
            _("Take images away from the exam"),
            frozenset(),
            MoveState.DONE,
            roles_of("images.take_away"),
        ),
        Transition(
            "undo",
            _("Undo the move"),
            frozenset({MoveState.DONE}),
            MoveState.UNDONE,
            roles_of("images.undo"),
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
            roles=roles_of("gateway_alert.acknowledge"),
        ),
        Transition(
            name="settle",
            label=_("What the alert told of is over"),
            sources=frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED}),
            target=AlertState.SETTLED,
            roles=roles_of("gateway_alert.settle"),
        ),
    ),
)
