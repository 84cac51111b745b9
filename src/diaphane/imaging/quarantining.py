"""Close images that a person doubts are this patient's, and open them again with a reason (R40)."""

from collections.abc import Collection, Iterable
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

from .models import Quarantine, Series, Study
from .placements import lock_studies
from .settling import require_reason


def quarantine_study(
    *, study: Study, reason: str, by: Actor, at: datetime, series_uids: Collection[str] = ()
) -> Quarantine:
    """Close a study of an act, at once, to all but those who can settle the doubt.

    ``series_uids`` says which series are doubted; the whole study is closed.

    Raises:
        NotAllowedError: neither technologist nor imageur, or a study that is not open to them.
        ConflictError: it is in quarantine already, or belongs to no exam.
        GuardError: no reason is given.
    """
    if not may(by, "images.quarantine") or not Study.objects.visible_to(by).filter(pk=study.pk).exists():
        raise NotAllowedError(_("These images are not open to you."))
    require_reason(reason)
    with transaction.atomic():
        locked = lock_studies([study.pk]).get(study.pk)
        if locked is None or locked.act is None:
            raise ConflictError(_("These images are no longer those of this exam."))
        if Quarantine.objects.still_open().filter(study=locked).exists():
            raise ConflictError(_("These images are in quarantine already."))
        doubted = Series.objects.filter(study=locked, series_instance_uid__in=series_uids)
        opened = Quarantine.objects.create(
            study=locked,
            act=locked.act,
            series=[each.description or each.modality for each in doubted.order_by("number", "received_at")],
            reason=reason.strip(),
            opened_at=at,
            opened_by_id=by.id,
            opened_by_label=by.label,
        )
        note(locked.act, "images.quarantined", subject_type="study", subject_id=locked.pk, by=by, at=at)
    return opened


def lift_quarantine(*, quarantine: Quarantine, reason: str, by: Actor, at: datetime) -> None:
    """Open a study again: a technologist or an imageur of the act says why the doubt is gone.

    Raises:
        NotAllowedError: another role, or an act that is not open to them.
        ConflictError: it was lifted already.
        GuardError: no reason is given.
    """
    if not Quarantine.objects.visible_to(by).filter(pk=quarantine.pk).exists():
        raise NotAllowedError(_("These images are not open to you."))
    require_reason(reason)
    with transaction.atomic():
        lifted = Quarantine.objects.still_open().filter(pk=quarantine.pk)
        if not lifted.update(lifted_at=at, lifted_by_label=by.label, lifted_reason=reason.strip()):
            raise ConflictError(_("This quarantine was lifted already."))
        note(
            quarantine.act,
            "images.quarantine_lifted",
            subject_type="study",
            subject_id=quarantine.study_id,
            by=by,
            at=at,
        )


def list_quarantines(act: Act) -> QuerySet[Quarantine]:
    """List the studies of an act that are in quarantine, for its guards."""
    return Quarantine.objects.still_open().filter(study__act=act).order_by("opened_at")


def list_all_quarantines(act: Act) -> QuerySet[Quarantine]:
    """List every doubt that there was about the images of an act, the latest first."""
    return Quarantine.objects.filter(act=act).order_by("-opened_at")


def list_doubted_ids(study_ids: Iterable[UUID]) -> set[UUID]:
    """Keep, of these studies, those that are in quarantine."""
    found = Quarantine.objects.still_open().filter(study__in=list(study_ids))
    return set(found.values_list("study_id", flat=True))


def get_quarantine(quarantine_id: UUID, *, actor: Actor) -> Quarantine:
    """Return one quarantine of an act open to this technologist or imageur.

    Raises:
        Quarantine.DoesNotExist: unknown, or not open to this actor.
    """
    return Quarantine.objects.visible_to(actor).get(pk=quarantine_id)
