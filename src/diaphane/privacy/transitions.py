"""What becomes of a record past its time: the job proposes, a person decides, the job erases (R37)."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.rights import roles_of
from diaphane.kernel.transitions import Transition, TransitionTable

from . import erasure_guards as guards
from .erasure_models import OPEN_STATES, ErasureState

ERASURE = TransitionTable(
    machine="erasure",
    label=_("Record past its time"),
    states=ErasureState,
    is_exceptional=True,
    transitions=(
        Transition(
            "approve",
            _("Decide that a record past its time is erased"),
            frozenset({ErasureState.PROPOSED}),
            ErasureState.APPROVED,
            roles_of("erasure.approve"),
            (guards.THEIRS, guards.DUE, guards.FREE),
        ),
        Transition(
            "withdraw",
            _("Take back the decision to erase a record"),
            frozenset({ErasureState.APPROVED}),
            ErasureState.PROPOSED,
            roles_of("erasure.withdraw"),
            (guards.THEIRS,),
        ),
        Transition(
            "lapse",
            _("A record is no longer past its time"),
            frozenset(OPEN_STATES),
            ErasureState.LAPSED,
            roles_of("erasure.lapse"),
        ),
        Transition(
            "begin",
            _("Erase a record, as it was decided"),
            frozenset({ErasureState.APPROVED}),
            ErasureState.ERASING,
            roles_of("erasure.begin"),
            (guards.DUE, guards.FREE, guards.WAITED),
        ),
        Transition(
            "finish",
            _("The last file of a record is erased"),
            frozenset({ErasureState.ERASING}),
            ErasureState.DONE,
            roles_of("erasure.finish"),
        ),
    ),
)
