"""What a person may decide about an arrival that belongs to no act, and how an alert goes."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role
from diaphane.kernel.transitions import Transition, TransitionTable

from .gateway_alerts import AlertState
from .models import ReconciliationState

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
            roles=frozenset({Role.TECHNOLOGIST}),
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
