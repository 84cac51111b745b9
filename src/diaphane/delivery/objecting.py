"""A patient objects to their treating physician being sent a report: what is not received stops (R62)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from diaphane.access.operations import end_grant_to_person
from diaphane.acts.operations import note, settle_duties
from diaphane.kernel.actors import SYSTEM, Role

from .models import Dispatch
from .operations import guard_of

_RECIPIENT = Dispatch.Recipient.TREATING
_OVER = (Dispatch.Status.ACKNOWLEDGED, Dispatch.Status.OBJECTED)


def stop_sending_to_treating(*, patient_id: UUID, at: datetime) -> None:
    """Take back each report that the treating physician has not received, close it, and end what was owed.

    One that they have received stays theirs: it is in their own record. A second call finds nothing left.
    """
    with transaction.atomic():
        waiting = Dispatch.objects.select_for_update(of=("self",)).filter(
            report__act__patient_id=patient_id, recipient=_RECIPIENT
        )
        for dispatch in waiting.exclude(status__in=_OVER).select_related("report__act"):
            _take_back(dispatch, at)


def _take_back(dispatch: Dispatch, at: datetime) -> None:
    dispatch.status = Dispatch.Status.OBJECTED
    dispatch.save(update_fields=["status"])
    act, role = dispatch.report.act, Role.TREATING_PHYSICIAN
    if dispatch.account_id is not None:
        end_grant_to_person(act_id=act.pk, person_id=dispatch.account_id, role=role, at=at)
    note(act, "dispatch.objected", subject_type="dispatch", subject_id=dispatch.pk, by=SYSTEM, at=at)
    settle_duties(act, guard_of(dispatch.recipient), by=SYSTEM, at=at)
