"""Find the study that an object joins: its act's, one that waits, or one that its sender has open."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from diaphane.audit.operations import Subject
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.rights import may
from diaphane_dicom.key_objects import KEY_OBJECTS

from .keeping import KeptObject
from .matching import match_act
from .models import Reconciliation, Study
from .prior_fetching import is_for, list_searches_for, put_fetched_beside
from .queries import MACHINES as MACHINES

Place = Callable[[KeptObject, Actor, datetime], Study | None]
"""Finds the study that an object joins; None where its sender may not."""


def subject_of(study: Study) -> Subject:
    """Return the audit subject of a study: its act, or one that it was put beside."""
    beside = None if study.act else study.prior_of.filter(ended_at=None).select_related("act").first()
    act = study.act or (beside.act if beside else None)
    return Subject("study", study.pk, act.pk if act else None, act.patient_id if act else None)


def is_open_to(study: Study, by: Actor) -> bool:
    """Say whether the sender may speak of a study: who sees it, a machine, or the platform itself."""
    if by.role in MACHINES or by.role is Role.SYSTEM:
        return True
    return Study.objects.visible_to(by).filter(pk=study.pk).exists()


def place_object(kept: KeptObject, by: Actor, at: datetime) -> Study | None:
    """Find the study that an object joins, opening it where needed; None where the sender may not."""
    if by.role not in MACHINES:
        return _find_own_study(kept, by)
    return None if by.structure_id is None else place_at(kept, by.structure_id, by, at)


def place_at(kept: KeptObject, site_id: UUID, by: Actor, at: datetime) -> Study:
    """Find the study that an object joins by its identifiers, opening it at its site where needed (R40)."""
    known = Study.objects.filter(site_id=site_id, **kept.identity.values)
    study = _find_taken_away(known, kept) or known.filter(act__isnull=False).select_related("act").first()
    return study or _open_study(kept, site_id, by, at)


def place_brought(kept: KeptObject, by: Actor, at: datetime) -> Study | None:
    """Find or open a waiting study at the site of who brings images: none joins an exam by itself (R40)."""
    if by.structure_id is None:
        return None
    return _open_waiting(kept, by.structure_id, Reconciliation.Reason.IMPORTED, at)


def _find_taken_away(known: QuerySet[Study], kept: KeptObject) -> Study | None:
    """Find where a person put the beginning of this series, or of the whole study: the rest follows (R40)."""
    taken = known.filter(act=None, reconciliations__reason=Reconciliation.Reason.TAKEN_AWAY)
    series = taken.filter(series__series_instance_uid=kept.series_instance_uid).first()
    return series or (None if known.filter(act__isnull=False).exists() else taken.first())


def _find_own_study(kept: KeptObject, by: Actor) -> Study | None:
    """Find the study that a person has open, if what they add names the same patient and is theirs to add."""
    if kept.sop_class_uid == KEY_OBJECTS and not may(by, "images.mark"):
        return None
    identity = kept.identity
    study = (
        Study.objects.visible_to(by)
        .filter(act__isnull=False, study_instance_uid=identity.study_instance_uid)
        .select_related("act")
        .first()
    )
    if study is None or identity.patient_id != study.patient_id:
        return None
    return study if kept.study["patient_name_key"] == study.patient_name_key else None


def _open_study(kept: KeptObject, site_id: UUID, by: Actor, at: datetime) -> Study:
    match = match_act(kept.identity, site_id=site_id)
    if match.act is None:
        return _open_fetched(kept, site_id, by, at) or _open_waiting(kept, site_id, match.reason, at)
    study, _new = Study.objects.get_or_create(
        study_instance_uid=kept.identity.study_instance_uid,
        act=match.act,
        defaults={**kept.identity.values, **kept.study, "received_at": at, "site_id": site_id},
    )
    return study


def _open_fetched(kept: KeptObject, site_id: UUID, by: Actor, at: datetime) -> Study | None:
    """Open a study that exams expect from their site's archive; None when none does.

    One that was chosen there and names another patient waits for a person (R40).
    """
    identity = kept.identity
    searches = list_searches_for(identity.study_instance_uid, site_id=site_id)
    acts = [each.act for each in searches if is_for(each, identity)]
    if not acts:
        return _open_waiting(kept, site_id, Reconciliation.Reason.OTHER_PATIENT, at) if searches else None
    study, _new = Study.objects.get_or_create(
        **identity.values, site_id=site_id, act=None, defaults={**kept.study, "received_at": at}
    )
    for act in acts:
        put_fetched_beside(study, act, by=by, at=at)
    return study


def _open_waiting(
    kept: KeptObject, site_id: UUID, reason: Reconciliation.Reason | None, at: datetime
) -> Study:
    """Find the study that waits under this identity, or open it with the reason why it waits."""
    study, _new = Study.objects.get_or_create(
        **kept.identity.values, site_id=site_id, act=None, defaults={**kept.study, "received_at": at}
    )
    if not study.reconciliations.exclude(reason=Reconciliation.Reason.CONFLICT).exists():
        wait(study, reason, at)
    return study


def wait(study: Study, reason: Reconciliation.Reason | None, at: datetime) -> None:
    """Put a study among those that wait for a person."""
    Reconciliation.objects.get_or_create(
        study=study, site_id=study.site_id, reason=reason, defaults={"created_at": at}
    )
