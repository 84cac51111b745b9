"""What must hold before images join an exam, or go back to it: whose they are is seen twice (R40)."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import Missing
from diaphane.kernel.transitions import Guard

from .move_models import Move

_ANOTHER = _("Another technologist of the site, or a radiologist of the exam")


def _same_traits(move: Move, by: Actor) -> Missing | None:
    if move.agrees:
        return None
    return Missing("R40", _("A second person: the traits are not all those of the patient"), _ANOTHER)


def _second_person(move: Move, by: Actor) -> Missing | None:
    if move.asked_by_id != by.id:
        return None
    return Missing("R40", _("A second person: you cannot confirm your own proposal"), _ANOTHER)


def _another_puts_back(move: Move, by: Actor) -> Missing | None:
    """Let who brought images back out of sight not show them again alone, where the traits differ."""
    if move.kind != Move.Kind.TAKE_AWAY or move.agrees or move.asked_by_id != by.id:
        return None
    return Missing("R40", _("A second person: the traits are not all those of the patient"), _ANOTHER)


SAME_TRAITS = Guard("R40", "images.same_traits", _("The images name the patient of the exam"), _same_traits)
SECOND_PERSON = Guard(
    "R40", "images.second_person", _("A second person has compared the identities"), _second_person
)
ANOTHER_PUTS_BACK = Guard(
    "R40", "images.another_puts_back", _("Another person puts doubtful images back"), _another_puts_back
)
