"""Everything that the page on the identity of an act's images shows."""

from dataclasses import dataclass

from django.urls import reverse

from diaphane.acquisition.late_images import IMAGES_DOUBTED
from diaphane.acts.models import Act
from diaphane.imaging.matching import Likeness, compare_patient
from diaphane.imaging.models import Move, MoveState, Quarantine, Study
from diaphane.imaging.move_queries import find_moving_study, list_moves
from diaphane.imaging.quarantining import list_all_quarantines
from diaphane.imaging.queries import SeriesSummary, list_studies
from diaphane.imaging.transitions import MOVE
from diaphane.imaging.waiting import list_series_of
from diaphane.kernel.actors import Actor, Role
from diaphane.web.acts.header_words import NamedByHeaders
from diaphane.web.acts.panels import is_owed


@dataclass(frozen=True)
class Identified(NamedByHeaders):
    """One study beside the patient: what its headers say, which traits agree, what it holds."""

    study: Study
    likeness: Likeness
    series: list[SeriesSummary]
    quarantine: Quarantine | None = None

    @property
    def images(self) -> int:
        """Count its images."""
        return sum(each.received for each in self.series)


@dataclass(frozen=True)
class Proposal:
    """Images that a person proposes to attach, and whether the reader may be the second one."""

    move: Move
    identified: Identified | None
    may_confirm: bool


@dataclass(frozen=True)
class MoveLine:
    """One decision taken, and whether the reader may undo it now."""

    move: Move
    tone: str
    may_undo: bool


def describe_identity(act: Act, *, actor: Actor) -> dict[str, object]:
    """Return what the page needs."""
    doubts = list(list_all_quarantines(act))
    open_doubts = {each.study_id: each for each in doubts if each.lifted_at is None}
    moves = list(list_moves(act, actor=actor))
    is_technologist = actor.role is Role.TECHNOLOGIST
    back = "technologist:exam" if is_technologist else "reports:check"
    return {
        "act": act,
        "patient": act.patient,
        "studies": [identify(each, act, open_doubts.get(each.pk)) for each in list_studies(act)],
        "proposals": [_propose(each, actor) for each in moves if each.state == MoveState.PROPOSED],
        "moves": [_tell(each, actor) for each in moves if each.state != MoveState.PROPOSED],
        "doubted": [each for each in doubts if each.lifted_at is None],
        "lifted": [each for each in doubts if each.lifted_at is not None],
        "may_take_away": is_technologist,
        "owes_a_look": actor.role is Role.IMAGEUR and is_owed(act, IMAGES_DOUBTED),
        "back_url": reverse(back, args=[act.pk]),
    }


def identify(study: Study, act: Act, quarantine: Quarantine | None = None) -> Identified:
    """Return a study beside the patient of an act."""
    return Identified(study, compare_patient(study, act.patient), list_series_of(study), quarantine)


def _propose(move: Move, actor: Actor) -> Proposal:
    study = find_moving_study(move)
    return Proposal(
        move,
        identify(study, move.act) if study is not None else None,
        not MOVE.list_missing(move, "confirm", by=actor),
    )


def _tell(move: Move, actor: Actor) -> MoveLine:
    tone = {MoveState.DONE: "good", MoveState.DECLINED: "stop"}.get(MoveState(move.state), "plain")
    is_undoable = move.state == MoveState.DONE and move.kind != Move.Kind.BESIDE
    may_undo = is_undoable and actor.role in MOVE["undo"].roles
    return MoveLine(move, tone, may_undo)
