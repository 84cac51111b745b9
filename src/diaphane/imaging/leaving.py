"""Bring images out of an exam: they wait again, each under the identity that its own header says (R40)."""

import json
from collections.abc import Sequence
from datetime import datetime

from diaphane_dicom.part10 import from_dicom_json

from .headers import StudyIdentity, read_kept_identity, read_study
from .matching import identity_of
from .models import Instance, Reconciliation, ReconciliationState, Study
from .placements import drop_emptied, move_to


def put_out(study: Study, instances: Sequence[Instance], *, at: datetime) -> list[Study]:
    """Make some images of an attached, locked study wait for a person, and return the studies they wait in.

    Where all of it leaves and names one patient, the study itself leaves, as it is.
    """
    groups = _group(study, instances)
    is_whole = len(instances) == Instance.objects.filter(series__study=study).count()
    if is_whole and list(groups) == [identity_of(study)] and _find_waiting(study, identity_of(study)) is None:
        study.act = None
        study.save(update_fields=["act"])
        homes = [study]
    else:
        homes = [_put_under(identity, study, group) for identity, group in groups.items()]
        drop_emptied([study], into=homes[0])
    for home in homes:
        wait_again(home, at=at)
    return homes


def wait_again(study: Study, *, at: datetime) -> None:
    """Put a study on the list of what waits, unless it is there."""
    open_rows = study.reconciliations.filter(state=ReconciliationState.WAITING)
    if not open_rows.exclude(reason=Reconciliation.Reason.CONFLICT).exists():
        Reconciliation.objects.create(
            study=study, site_id=study.site_id, reason=Reconciliation.Reason.TAKEN_AWAY, created_at=at
        )


def _group(study: Study, instances: Sequence[Instance]) -> dict[StudyIdentity, list[Instance]]:
    groups: dict[StudyIdentity, list[Instance]] = {}
    for each in instances:
        identity = read_kept_identity(each.metadata, study_instance_uid=study.study_instance_uid)
        groups.setdefault(identity, []).append(each)
    return groups


def _find_waiting(study: Study, identity: StudyIdentity) -> Study | None:
    return Study.objects.filter(**identity.values, site_id=study.site_id, act=None).first()


def _put_under(identity: StudyIdentity, study: Study, instances: list[Instance]) -> Study:
    """Move images into the study that waits under an identity, opened from the header of the first."""
    first = min(instances, key=lambda each: (each.received_at, each.pk))
    header = from_dicom_json(json.loads(first.metadata))
    home, _new = Study.objects.get_or_create(
        **identity.values,
        site_id=study.site_id,
        act=None,
        defaults={**read_study(header), "received_at": first.received_at},
    )
    move_to(home, instances)
    return home
