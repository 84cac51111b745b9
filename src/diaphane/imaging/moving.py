"""Write a decision on whose images these are: what it moves, what agreed, who decided (R40)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.patients.models import Patient

from .counting import count_again
from .matching import compare_patient
from .models import Instance, Move, MoveState, Quarantine, Series, Study
from .placements import describe_placement
from .transitions import MOVE


def draw_up_move(
    kind: Move.Kind,
    *,
    study: Study,
    act: Act,
    instance_ids: Sequence[UUID],
    reason: str,
    by: Actor,
    at: datetime,
) -> Move:
    """Return a move not kept yet, with the traits of the images beside those of the patient."""
    names = Series.objects.filter(instances__in=instance_ids).order_by("number", "received_at").distinct()
    return Move(
        kind=kind,
        state=MoveState.PROPOSED,
        site_id=study.site_id,
        act=act,
        study_id=study.pk,
        series=[each.description or each.modality for each in names],
        images=len(instance_ids),
        likeness=asdict(compare_patient(study, act.patient)),
        reason=reason.strip(),
        asked_at=at,
        asked_by_id=by.id,
        asked_by_label=by.label,
        before=describe_placement(instance_ids),
    )


def look_again(move: Move, study: Study, *, by: Actor, at: datetime) -> None:
    """Take what a proposal is about as it is now, when the second person has compared."""
    fresh = draw_up_move(
        Move.Kind(move.kind),
        study=study,
        act=move.act,
        instance_ids=list_instances_of(study),
        reason=move.reason,
        by=by,
        at=at,
    )
    move.before, move.images, move.series = fresh.before, fresh.images, fresh.series
    move.likeness = fresh.likeness


def require_no_proposal(study: Study) -> None:
    """Stop where a second person is asked already.

    Raises:
        ConflictError
    """
    if Move.objects.filter(study_id=study.pk, state=MoveState.PROPOSED).exists():
        raise ConflictError(_("A second person is already asked about these images."))


def keep_move(move: Move, *, studies: Sequence[Study], by: Actor, at: datetime) -> None:
    """Keep a move that has been made: where the images stand now, by whom, and the counts of it all."""
    ids = list_instance_ids(move)
    move.after = describe_placement(ids)
    held = {row["id"] for part in (move.before, move.after) for row in part["studies"]}
    move.state, move.study_ids = MoveState.DONE, sorted(held)
    move.study_id = studies[0].pk
    move.settled_at, move.settled_by_id, move.settled_by_label = at, by.id, by.label
    move.save()
    count_again(held)


def compare_least_alike(studies: Sequence[Study], patient: Patient) -> dict[str, bool | None]:
    """Compare the traits of the study that is least like a patient: one stranger is enough to doubt all."""
    found = [compare_patient(each, patient) for each in studies]
    return asdict(min(found, key=lambda each: each.agrees))


def list_instance_ids(move: Move) -> list[str]:
    """List the instances that a move is about."""
    return [each for ids in move.before["places"].values() for each in ids]


def list_instances_of(study: Study) -> list[UUID]:
    """List every instance of a study, by id."""
    return list(Instance.objects.filter(series__study=study).order_by("pk").values_list("pk", flat=True))


def require_own_act(act: Act, by: Actor) -> None:
    """Stop whoever is no technologist of the act's own site.

    Raises:
        NotAllowedError
    """
    is_open = act.requesting_site_id == by.structure_id and may(by, "images.join")
    if not is_open or not Act.objects.visible_to(by).filter(pk=act.pk).exists():
        raise NotAllowedError(_("These images can only be attached to an exam of your own site."))


def lock_move(move: Move, name: str, *, by: Actor) -> Move:
    """Lock a move that the actor may see, and check that it may go along its table.

    Raises:
        NotAllowedError, ConflictError, GuardError: see ``TransitionTable.check``.
    """
    locked = Move.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=move.pk).first()
    if locked is None:
        raise NotAllowedError(_("These images belong to another site."))
    MOVE.check(locked, name, by=by)
    return locked


def require_last(move: Move) -> None:
    """Stop where a later move touched the same studies: the last one is undone first.

    Raises:
        ConflictError
    """
    later = Move.objects.filter(
        state=MoveState.DONE, settled_at__gt=move.settled_at, study_ids__overlap=move.study_ids
    )
    if later.exists():
        raise ConflictError(_("These images were moved again since: undo the later move first."))


def end_doubts(study: Study, *, reason: str, by: Actor, at: datetime) -> None:
    """End the quarantine of a study that leaves its exam: what waits is closed by itself."""
    for each in Quarantine.objects.still_open().filter(study=study).select_related("act"):
        each.lifted_at, each.lifted_by_label, each.lifted_reason = at, by.label, reason.strip()
        each.save(update_fields=["lifted_at", "lifted_by_label", "lifted_reason"])
        note(each.act, "images.quarantine_lifted", subject_type="study", subject_id=study.pk, by=by, at=at)
