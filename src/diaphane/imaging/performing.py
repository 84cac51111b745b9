"""Keep what a modality says of the steps it performs, and attach it to its exam by identifiers alone."""

import json
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.audit.operations import Subject, record
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.kernel.rights import may

from .headers import StudyIdentity
from .matching import is_same_patient
from .performed import PerformedProcedureStep
from .step_reading import SaidStep

_SUBJECT = "performed_step"
Unmatched = PerformedProcedureStep.Unmatched


def record_performed_step(*, said: SaidStep, by: Actor, at: datetime) -> None:
    """Keep the last word on a step; a revision that is known already changes nothing.

    Raises:
        NotAllowedError: only a site's gateway speaks for its modalities.
        ConflictError: the step is final, and this says something else.
    """
    if not may(by, "gateway.steps") or by.structure_id is None:
        raise NotAllowedError(_("Only a site’s gateway says what its modalities perform."))
    with transaction.atomic():
        found = (
            PerformedProcedureStep.objects.select_for_update(of=("self",))
            .filter(site_id=by.structure_id, sop_instance_uid=said.sop_instance_uid)
            .first()
        )
        if found is not None and found.revision >= said.revision:
            return
        if found is not None and found.is_final:
            raise ConflictError(_("This step is over: it may no longer be updated."))
        step = found or PerformedProcedureStep(
            site_id=by.structure_id, sop_instance_uid=said.sop_instance_uid, received_at=at
        )
        _write(step, said, at)
        _tell(step, by, at)


def _write(step: PerformedProcedureStep, said: SaidStep, at: datetime) -> None:
    step.act, step.unmatched = match_step(said, site_id=step.site_id)
    step.study_instance_uid = said.identities[0][0].study_instance_uid if said.identities else ""
    step.state, step.revision = said.state, said.revision
    step.station_ae_title, step.modality = said.station_ae_title, said.modality
    step.started_at, step.ended_at = said.started_at, said.ended_at
    step.announced, step.images = [asdict(each) for each in said.series], said.images
    step.attributes = json.dumps(said.attributes)
    step.changed_at = at
    step.save()


def match_step(said: SaidStep, *, site_id: UUID) -> tuple[Act | None, str]:
    """Return the one act that a step names, at its site and for its patient, or why there is none (R40).

    A step may answer several requests at once: then no single exam can claim it.
    """
    named = [(identity, _find_act(identity, number)) for identity, number in said.identities]
    acts = {act.pk: (identity, act) for identity, act in named if act is not None}
    if len(acts) != 1:
        return None, Unmatched.UNKNOWN
    identity, act = next(iter(acts.values()))
    if act.requesting_site_id != site_id:
        return None, Unmatched.FOREIGN_SITE
    if not _is_of_patient(identity, act):
        return None, Unmatched.OTHER_PATIENT
    return act, ""


def _find_act(identity: StudyIdentity, accession_number: str) -> Act | None:
    """Find the act by its study identifier, else by its accession number; not when the two disagree."""
    acts = Act.objects.select_related("patient")
    by_study = acts.filter(study_instance_uid=identity.study_instance_uid).first()
    by_number = acts.filter(accession_number=accession_number).first() if accession_number else None
    if by_study and by_number and by_study != by_number:
        return None
    return by_study or by_number


def _is_of_patient(identity: StudyIdentity, act: Act) -> bool:
    """Say whether a step is the patient's; one that names nobody is, by the study that we made ourselves."""
    if not identity.patient_name and not identity.patient_id:
        return identity.study_instance_uid == act.study_instance_uid
    return is_same_patient(identity, act.patient)


def _tell(step: PerformedProcedureStep, by: Actor, at: datetime) -> None:
    if step.act is not None:
        kind = f"{_SUBJECT}.{step.state.lower().replace(' ', '_')}"
        note(step.act, kind, subject_type=_SUBJECT, subject_id=step.pk, by=by, at=at)
        return
    detail = {"reason": step.unmatched}
    record(f"{_SUBJECT}.unmatched", by=by, at=at, subject=Subject(_SUBJECT, step.pk), detail=detail)
    record_event(kind=f"{_SUBJECT}.unmatched", subject_type=_SUBJECT, subject_id=step.pk, act_id=None, at=at)
