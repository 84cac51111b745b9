"""What is doubted of an act's images, for those alone who can settle it; what was decided of them (R40)."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from diaphane.acts.models import Act
from diaphane.imaging.models import Move, MoveState, Quarantine
from diaphane.imaging.move_queries import list_moves, list_proposals
from diaphane.imaging.quarantining import list_all_quarantines, list_quarantines
from diaphane.kernel.actors import Actor
from diaphane.kernel.rights import may

from .history_line import HistoryLine


@dataclass(frozen=True)
class Doubts:
    """Open quarantines and proposals of an act, and the page where they are settled."""

    quarantines: list[Quarantine]
    proposals: list[Move]
    url: str


def find_doubts(act: Act, *, actor: Actor) -> Doubts | None:
    """Return what a technologist or an imageur must see on the pages of an act; None for the others."""
    if not may(actor, "images.quarantine"):
        return None
    url = reverse("identity:page", args=[act.pk])
    return Doubts(list(list_quarantines(act)), list(list_proposals(act)), url)


def list_identity_history(act: Act, *, actor: Actor) -> list[HistoryLine]:
    """List what was decided of whose images these are, for the same persons."""
    if not may(actor, "images.quarantine"):
        return []
    lines = [line for move in list_moves(act, actor=actor) for line in _tell(move)]
    for each in list_all_quarantines(act):
        lines.append(
            HistoryLine(
                _("Images in quarantine"), "refused", each.opened_at, each.opened_by_label, each.reason
            )
        )
        if each.lifted_at is not None:
            said = (each.lifted_at, each.lifted_by_label, each.lifted_reason)
            lines.append(HistoryLine(_("Quarantine lifted"), "done", *said))
    return lines


def _tell(move: Move) -> list[HistoryLine]:
    """Tell a move once it is made, then that it was undone; what was only proposed moved nothing."""
    lines = []
    if move.settled_at is not None and move.state != MoveState.DECLINED:
        kind = Move.Kind(move.kind).label
        lines.append(HistoryLine(kind, "done", move.settled_at, move.settled_by_label, move.reason))
    if move.undone_at is not None:
        said = (move.undone_at, move.undone_by_label, move.undone_reason)
        lines.append(HistoryLine(_("Move of images undone"), "refused", *said))
    return lines
