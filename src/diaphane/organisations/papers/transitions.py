"""What becomes of a version of a paper (R17)."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.rights import roles_of
from diaphane.kernel.transitions import Transition, TransitionTable
from diaphane.organisations.models import PaperState

from . import guards

PAPER_TABLE = TransitionTable(
    machine="paper",
    label=_("Paper of a site"),
    states=PaperState,
    is_exceptional=True,
    transitions=(
        Transition(
            "approve",
            _("Approve a paper that another person wrote"),
            frozenset({PaperState.WRITTEN}),
            PaperState.APPROVED,
            roles_of("paper.approve"),
            (guards.ANOTHER, guards.ENTITLED, guards.LATEST),
        ),
        Transition(
            "withdraw",
            _("Withdraw a version of a paper"),
            frozenset({PaperState.WRITTEN, PaperState.APPROVED}),
            PaperState.WITHDRAWN,
            roles_of("paper.withdraw"),
            (guards.EXPLAINED,),
        ),
    ),
)
