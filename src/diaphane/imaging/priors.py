"""Put earlier images beside an exam, and take them away again: a person says whose they are (R40)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.kernel.rights import may

from .models import Move, MoveState, Prior, Reconciliation, Study
from .moving import draw_up_move, list_instances_of, require_no_proposal
from .settling import lock_waiting, require_reason, require_waiting, settle
from .transitions import MOVE


def attach_prior(*, study: Study, act: Act, reason: str, by: Actor, at: datetime) -> Prior | None:
    """Show a study beside an act's own images, because a technologist says why; twice is once.

    A study that waits leaves the list; where a trait of it is not the patient's, or is not said, it goes on
    waiting for a second person, and nothing is beside yet (None). One that already belongs to this patient,
    by another exam or beside it, stays there too.

    Raises:
        NotAllowedError: another role, or another site's study or act.
        ConflictError: a person has said that these images are another patient's, or this exam's own; or a
            second person is asked already.
        GuardError: no reason is given.
    """
    if not may(by, "images.priors") or not Act.objects.visible_to(by).filter(pk=act.pk).exists():
        raise NotAllowedError(_("These images can only be attached to an exam of your own site."))
    require_reason(reason)
    with transaction.atomic():
        locked = _lock(study, by)
        open_prior = Prior.objects.filter(study=locked, act=act, ended_at=None).first()
        if open_prior is not None:
            return open_prior
        if not _is_settled_for(locked, act):
            waiting = lock_waiting(locked, by)
            if _propose(waiting, act, reason, by, at):
                return None
            settle(waiting, "attach", reason, by, at)
        prior = Prior(
            act=act, study=locked, reason=reason.strip(), added_by_id=by.id, added_by_label=by.label
        )
        return _put(prior, by, at)


def put_proposed_beside(move: Move, study: Study, *, by: Actor, at: datetime) -> None:
    """Put a proposed study beside its act, in the name of who proposed it; inside the caller's transaction.

    Raises:
        ConflictError: it no longer waits.
    """
    settle(study, "attach", move.reason, by, at)
    move.state, move.settled_at = MoveState.DONE, at
    move.settled_by_id, move.settled_by_label = by.id, by.label
    move.save()
    said = {"added_by_id": move.asked_by_id, "added_by_label": move.asked_by_label, "reason": move.reason}
    _put(Prior(act=move.act, study=study, **said), by, at)


def withdraw_prior(*, prior: Prior, reason: str, by: Actor, at: datetime) -> None:
    """Take a study away from an act; attached to nothing else, it waits for a person again.

    Raises:
        NotAllowedError: another role or site.
        ConflictError: it was taken away already.
        GuardError: no reason is given.
    """
    if not may(by, "images.priors") or not Act.objects.visible_to(by).filter(pk=prior.act_id).exists():
        raise NotAllowedError(_("These images belong to another site."))
    require_reason(reason)
    with transaction.atomic():
        ended = Prior.objects.filter(pk=prior.pk, ended_at=None).update(
            ended_at=at, ended_by_label=by.label, ended_reason=reason.strip()
        )
        if not ended:
            raise ConflictError(_("These images were taken away already."))
        _wait_again(prior.study, at)
        note(
            prior.act, "images.prior_withdrawn", subject_type="study", subject_id=prior.study_id, by=by, at=at
        )


def end_priors(study: Study, *, reason: str, by: Actor, at: datetime) -> None:
    """Take a study away from every act that it stands beside: it was taken away from its own exam."""
    for each in Prior.objects.filter(study=study, ended_at=None).select_related("act").order_by("pk"):
        each.ended_at, each.ended_by_label, each.ended_reason = at, by.label, reason.strip()
        each.save(update_fields=["ended_at", "ended_by_label", "ended_reason"])
        note(each.act, "images.prior_withdrawn", subject_type="study", subject_id=study.pk, by=by, at=at)


def list_priors(act: Act) -> QuerySet[Prior]:
    """List the earlier images put beside an act, the latest exam first."""
    found = Prior.objects.filter(act=act, ended_at=None).select_related("study")
    return found.order_by("-study__study_date", "added_at")


def get_prior(prior_id: UUID, *, act: Act) -> Prior:
    """Return one open prior of an act.

    Raises:
        Prior.DoesNotExist: unknown, another act's, or taken away.
    """
    return list_priors(act).get(pk=prior_id)


def _propose(study: Study, act: Act, reason: str, by: Actor, at: datetime) -> bool:
    """Ask a second person about a waiting study whose traits are not all the patient's; say whether (R40)."""
    require_waiting(study, "attach", by)
    require_no_proposal(study)
    ids = list_instances_of(study)
    move = draw_up_move(Move.Kind.BESIDE, study=study, act=act, instance_ids=ids, reason=reason, by=by, at=at)
    if move.agrees:
        return False
    MOVE.check(move, "propose", by=by)
    move.save()
    note(act, "images.join_proposed", subject_type="move", subject_id=move.pk, by=by, at=at)
    return True


def _put(prior: Prior, by: Actor, at: datetime) -> Prior:
    prior.added_at = at
    prior.save()
    note(prior.act, "images.prior_attached", subject_type="study", subject_id=prior.study_id, by=by, at=at)
    return prior


def _lock(study: Study, by: Actor) -> Study:
    locked = Study.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=study.pk).first()
    if locked is None:
        raise NotAllowedError(_("These images belong to another site."))
    return locked


def _is_settled_for(study: Study, act: Act) -> bool:
    """Say whether a person has already said whose study this is, and that it is this patient's.

    Raises:
        ConflictError: another patient's, or the images of this very exam.
    """
    if study.act_id == act.pk:
        raise ConflictError(_("These images are already those of this exam."))
    beside = Prior.objects.filter(study=study, ended_at=None).values_list("act__patient_id", flat=True)
    owners = {*beside, *([study.act.patient_id] if study.act else [])}
    if owners - {act.patient_id}:
        raise ConflictError(_("These images are attached to an exam of another patient."))
    return bool(owners)


def _wait_again(study: Study, at: datetime) -> None:
    if study.act_id is None and not Prior.objects.filter(study=study, ended_at=None).exists():
        Reconciliation.objects.create(
            study=study, site_id=study.site_id, reason=Reconciliation.Reason.TAKEN_AWAY, created_at=at
        )
