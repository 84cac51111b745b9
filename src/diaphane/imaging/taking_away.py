"""Take images away from an exam, and undo a move: out of sight at once, back only if it still makes sense."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing

from .counting import count_again
from .leaving import put_out, wait_again
from .models import Instance, Move, MoveState, Reconciliation, ReconciliationState, Study
from .moving import (
    compare_least_alike,
    draw_up_move,
    end_doubts,
    keep_move,
    lock_move,
    require_last,
    require_own_act,
)
from .placements import drop_emptied, give_back, lock_studies, require_unmoved
from .priors import end_priors
from .settling import require_reason, settle_row
from .transitions import MOVE


def take_away(
    *,
    study: Study,
    act: Act,
    reason: str,
    by: Actor,
    at: datetime,
    series_uids: Collection[str] = (),
    sop_uids: Collection[str] = (),
) -> Move:
    """Take a study, some of its series or some of its instances away from an act: they wait again (R40).

    It takes effect at once, by one person: images in doubt are better out of sight.

    Raises:
        NotAllowedError: another role, or another site's act.
        ConflictError: these images are no longer this exam's.
        GuardError: no reason is given, or nothing is chosen.
    """
    require_own_act(act, by)
    require_reason(reason)
    with transaction.atomic():
        locked = _lock_own(study, act)
        chosen = _choose(locked, series_uids, sop_uids)
        ids = [each.pk for each in chosen]
        move = draw_up_move(
            Move.Kind.TAKE_AWAY, study=locked, act=act, instance_ids=ids, reason=reason, by=by, at=at
        )
        MOVE.check(move, "take_away", by=by)
        if len(chosen) == Instance.objects.filter(series__study=locked).count():
            _end_what_was_said(locked, reason, by, at)
        homes = put_out(locked, chosen, at=at)
        move.likeness = compare_least_alike(homes, act.patient)
        keep_move(move, studies=homes, by=by, at=at)
        note(act, "images.taken_away", subject_type="move", subject_id=move.pk, by=by, at=at)
    return move


def undo_move(*, move: Move, reason: str, by: Actor, at: datetime) -> None:
    """Put images back exactly where they stood before a move (R40).

    Raises:
        NotAllowedError: another role, or another site's.
        ConflictError: they were moved again since, another exam holds their study now, or they only stand
            beside this one.
        GuardError: no reason is given, or who took doubtful images away would show them again alone.
    """
    with transaction.atomic():
        locked = lock_move(move, "undo", by=by)
        _require_moved(locked)
        require_reason(reason)
        require_last(locked)
        held = lock_studies(locked.study_ids)
        require_unmoved(locked.after)
        if locked.kind == Move.Kind.JOIN:
            _end_what_leaves(locked, held.values(), reason, by, at)
        homes = give_back(locked.before)
        former = list(Study.objects.filter(pk__in=locked.study_ids).order_by("pk"))
        emptied = [each for each in former if not Instance.objects.filter(series__study=each).exists()]
        _follow(locked, homes, emptied, reason, by, at)
        drop_emptied(former, into=homes[0])
        count_again({*locked.study_ids, *(each.pk for each in homes)})
        locked.state, locked.undone_at = MoveState.UNDONE, at
        locked.undone_by_label, locked.undone_reason = by.label, reason.strip()
        locked.save(update_fields=["state", "undone_at", "undone_by_label", "undone_reason"])
        note(locked.act, "images.move_undone", subject_type="move", subject_id=move.pk, by=by, at=at)


def _require_moved(move: Move) -> None:
    if move.kind == Move.Kind.BESIDE:
        raise ConflictError(_("Earlier images are withdrawn on the page of the exam."))


def _lock_own(study: Study, act: Act) -> Study:
    locked = lock_studies([study.pk]).get(study.pk)
    if locked is None or locked.act_id != act.pk:
        raise ConflictError(_("These images are no longer those of this exam."))
    return locked


def _end_what_was_said(study: Study, reason: str, by: Actor, at: datetime) -> None:
    """Take a study that leaves its exam away from every other one, and end its quarantine: it is closed."""
    end_priors(study, reason=reason, by=by, at=at)
    end_doubts(study, reason=reason, by=by, at=at)


def _choose(study: Study, series_uids: Collection[str], sop_uids: Collection[str]) -> list[Instance]:
    found = Instance.objects.filter(series__study=study).defer("frames", "facts", "drawing")
    if series_uids:
        found = found.filter(series__series_instance_uid__in=series_uids)
    if sop_uids:
        found = found.filter(sop_instance_uid__in=sop_uids)
    chosen = list(found.order_by("pk"))
    if not chosen:
        raise GuardError(
            _("No image is chosen."),
            [Missing("R40", _("The images to take away"), _("You"), field="series")],
        )
    return chosen


def _end_what_leaves(move: Move, held: Collection[Study], reason: str, by: Actor, at: datetime) -> None:
    """End what was said of a study that leaves its exam as a whole, before it leaves."""
    former = {row["id"] for row in move.before["studies"]}
    for study in held:
        if study.act_id is not None and str(study.pk) in former:
            _end_what_was_said(study, reason, by, at)


def _follow(
    move: Move, homes: list[Study], emptied: list[Study], reason: str, by: Actor, at: datetime
) -> None:
    """Let the list of what waits follow: on it again after a join, off it after a taking away."""
    if move.kind == Move.Kind.JOIN:
        for home in homes:
            wait_again(home, at=at)
        return
    left = Reconciliation.objects.filter(
        study__in=[*homes, *emptied], reason=Reconciliation.Reason.TAKEN_AWAY
    )
    for row in left.exclude(state=ReconciliationState.ATTACHED).order_by("pk"):
        settle_row(row, "attach", reason, by, at)
