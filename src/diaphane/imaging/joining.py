"""Join waiting images to an exam: at once if they name its patient, else once a second one agrees (R40)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError

from .checked import list_acts_named_by
from .models import Instance, Move, MoveState, Study
from .moving import (
    draw_up_move,
    keep_move,
    list_instances_of,
    lock_move,
    look_again,
    require_no_proposal,
    require_own_act,
)
from .placements import drop_emptied, lock_studies, move_to
from .priors import put_proposed_beside
from .settling import lock_waiting, require_reason, require_waiting, settle
from .transitions import MOVE


def attach_study(*, study: Study, act: Act, reason: str, by: Actor, at: datetime) -> Move:
    """Attach a waiting study to an act of the same site, because a technologist says why (R40).

    Where a trait of the images is not the patient's, or is not said, nothing is attached yet: the move is
    proposed, and another technologist or an imageur of the act confirms it.

    Raises:
        NotAllowedError: another role, or another site's study or act.
        ConflictError: someone has already attached it, or another exam holds this study.
        GuardError: no reason is given.
    """
    with transaction.atomic():
        locked = lock_waiting(study, by)
        require_own_act(act, by)
        require_reason(reason)
        require_waiting(locked, "attach", by)
        require_no_proposal(locked)
        ids = list_instances_of(locked)
        move = draw_up_move(
            Move.Kind.JOIN, study=locked, act=act, instance_ids=ids, reason=reason, by=by, at=at
        )
        if move.agrees:
            MOVE.check(move, "join", by=by)
            _carry_out(move, locked, by, at)
        else:
            MOVE.check(move, "propose", by=by)
            move.save()
            note(act, "images.join_proposed", subject_type="move", subject_id=move.pk, by=by, at=at)
    return move


def confirm_join(*, move: Move, by: Actor, at: datetime) -> None:
    """Attach images whose traits differ, or put them beside, as the second person who has compared (R40).

    Raises:
        NotAllowedError: another role, or another site's.
        ConflictError: it was settled already, or the images are no longer waiting.
        GuardError: the same person.
    """
    with transaction.atomic():
        locked = lock_move(move, "confirm", by=by)
        study = lock_studies([locked.study_id]).get(locked.study_id)
        if study is None or study.act_id is not None:
            raise ConflictError(_("Someone has already attached these images."))
        look_again(locked, study, by=by, at=at)
        if locked.kind == Move.Kind.BESIDE:
            put_proposed_beside(locked, study, by=by, at=at)
        else:
            _carry_out(locked, study, by, at)


def decline_join(*, move: Move, reason: str, by: Actor, at: datetime) -> None:
    """Refuse a proposal, or take one's own back; the images go on waiting.

    Raises:
        NotAllowedError, ConflictError, GuardError: see ``confirm_join``; no reason is given.
    """
    with transaction.atomic():
        locked = lock_move(move, "decline", by=by)
        require_reason(reason)
        locked.state, locked.settled_at = MoveState.DECLINED, at
        locked.settled_by_id, locked.settled_by_label = by.id, by.label
        locked.settled_reason = reason.strip()
        locked.save()
        note(locked.act, "images.join_declined", subject_type="move", subject_id=move.pk, by=by, at=at)


def tell_acts_named_by(study: Study, *, at: datetime) -> None:
    """Have the exams whose identifiers a study carries judged again: its images wait for them no longer."""
    for act_id in list_acts_named_by(study).values_list("pk", flat=True):
        record_event(
            kind="images.settled_elsewhere", subject_type="study", subject_id=study.pk, act_id=act_id, at=at
        )


def _carry_out(move: Move, study: Study, by: Actor, at: datetime) -> None:
    settle(study, "attach", move.reason, by, at)
    tell_acts_named_by(study, at=at)
    attached = _join(study, move.act)
    keep_move(move, studies=[attached], by=by, at=at)
    note(move.act, "images.attached", subject_type="study", subject_id=attached.pk, by=by, at=at)


def _join(study: Study, act: Act) -> Study:
    """Give a study to an act; where the act already holds its UID, its images join that study."""
    holder = (
        Study.objects.select_for_update(of=("self",), no_key=True)
        .filter(study_instance_uid=study.study_instance_uid, act__isnull=False)
        .first()
    )
    if holder is None:
        _give(study, act)
        return study
    if holder.act_id != act.pk:
        raise ConflictError(_("Another exam already holds this study."))
    move_to(holder, Instance.objects.filter(series__study=study).only("series_id"))
    drop_emptied([study], into=holder)
    return holder


def _give(study: Study, act: Act) -> None:
    """Give a study to an act; two sites may say so of one UID at the same instant."""
    study.act = act
    try:
        with transaction.atomic():
            study.save(update_fields=["act"])
    except IntegrityError as error:
        raise ConflictError(_("Another exam already holds this study.")) from error
