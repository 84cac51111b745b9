"""Index one durable object: recognise it, find its study, write its rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor, Role

from .keeping import KeptObject
from .matching import match_act
from .models import Instance, Reconciliation, Series, Study

MACHINES = frozenset({Role.EDGE, Role.SERVICE})
"""Who sends a site's exams; people only add to a study that they may already see."""


class Outcome(StrEnum):
    """What became of one object."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True)
class Receipt:
    """What became of one object, and the study that holds it; no study when it was refused."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    outcome: Outcome
    study: Study | None

    @property
    def is_held(self) -> bool:
        """Say whether the platform answers for this object: durable, verified, indexed."""
        return self.outcome in (Outcome.STORED, Outcome.DUPLICATE)


def subject_of(study: Study) -> Subject:
    """Return the audit subject of a study."""
    act = study.act
    return Subject("study", study.pk, act.pk if act else None, act.patient_id if act else None)


def index_object(kept: KeptObject, by: Actor, at: datetime) -> Receipt:
    """Write the rows of one object inside the caller's transaction, and say what became of it."""
    known = _find_instance(kept.sop_instance_uid)
    if known is not None:
        return _receive_again(kept, known, by, at)
    study = _place(kept, by, at)
    if study is None:
        return _receipt(kept, Outcome.REFUSED, None)
    series, _new = Series.objects.get_or_create(
        study=study,
        series_instance_uid=kept.series_instance_uid,
        defaults={**kept.series, "received_at": at},
    )
    instance, is_new = Instance.objects.get_or_create(
        sop_instance_uid=kept.sop_instance_uid,
        defaults={
            "series": series,
            "sop_class_uid": kept.sop_class_uid,
            "transfer_syntax_uid": kept.transfer_syntax_uid,
            "number": kept.number,
            "rows": kept.rows,
            "columns": kept.columns,
            "number_of_frames": kept.number_of_frames,
            "sha256": kept.sha256,
            "size": kept.size,
            "storage_key": kept.storage_key,
            "frames": kept.frames,
            "metadata": kept.metadata,
            "received_from": by.role.value,
            "received_at": at,
            "verified_at": at,
        },
    )
    if not is_new:
        return _receive_again(kept, instance, by, at)
    return _receipt(kept, Outcome.STORED, study)


def _find_instance(sop_instance_uid: str) -> Instance | None:
    return (
        Instance.objects.select_related("series__study__act")
        .filter(sop_instance_uid=sop_instance_uid)
        .first()
    )


def _receive_again(kept: KeptObject, known: Instance, by: Actor, at: datetime) -> Receipt:
    """Acknowledge the same content again; keep another content aside and say so."""
    study = known.series.study
    if known.sha256 == kept.sha256:
        return _receipt(kept, Outcome.DUPLICATE, study)
    _new_row, is_new = Reconciliation.objects.get_or_create(
        sop_instance_uid=kept.sop_instance_uid,
        sha256=kept.sha256,
        reason=Reconciliation.Reason.CONFLICT,
        defaults={
            "study": study,
            "site_id": by.structure_id if by.role in MACHINES else study.site_id,
            "storage_key": kept.storage_key,
            "created_at": at,
        },
    )
    if is_new:
        record("images.conflict", by=by, at=at, subject=subject_of(study))
    return _receipt(kept, Outcome.CONFLICT, study)


def _receipt(kept: KeptObject, outcome: Outcome, study: Study | None) -> Receipt:
    return Receipt(kept.sop_class_uid, kept.sop_instance_uid, kept.series_instance_uid, outcome, study)


def _place(kept: KeptObject, by: Actor, at: datetime) -> Study | None:
    """Find the study that an object joins, opening it where needed; None where the sender may not."""
    if by.role not in MACHINES:
        return _find_own_study(kept, by)
    if by.structure_id is None:
        return None
    joined = Study.objects.filter(act__isnull=False, site_id=by.structure_id, **kept.identity.values)
    study = joined.select_related("act").first()
    return study or _open_study(kept, by.structure_id, at)


def _find_own_study(kept: KeptObject, by: Actor) -> Study | None:
    """Find the study that a person has open, if what they add names the same patient."""
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


def _open_study(kept: KeptObject, site_id: UUID, at: datetime) -> Study:
    match = match_act(kept.identity, site_id=site_id)
    opening = {**kept.study, "received_at": at}
    if match.act is not None:
        study, _new = Study.objects.get_or_create(
            study_instance_uid=kept.identity.study_instance_uid,
            act=match.act,
            defaults={**kept.identity.values, **opening, "site_id": site_id},
        )
        return study
    study, _new = Study.objects.get_or_create(
        **kept.identity.values, site_id=site_id, act=None, defaults=opening
    )
    if not study.reconciliations.exclude(reason=Reconciliation.Reason.CONFLICT).exists():
        Reconciliation.objects.get_or_create(
            study=study,
            site_id=site_id,
            reason=match.reason,
            defaults={"created_at": at},
        )
    return study
