"""A patient who does not come: the slot serves others, and the exam is planned again (R73)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import advance
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import GuardError, Missing
from diaphane.scheduling.operations import miss_slot
from diaphane.scheduling.queries import get_appointment

from .models import Exam
from .transitions import EXAM_TABLE


def record_absence(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Record that the patient did not come at the hour of the slot; the exam is to be planned again.

    Raises:
        NotAllowedError, ConflictError: see ``advance``.
        GuardError: the hour is not past yet.
    """
    booked = get_appointment(exam.act)
    if booked is not None and booked.starts_at > at:
        raise GuardError(
            _("The patient may still come."),
            [Missing("R73", _("The hour of the slot, which is not past yet"), _("The technologist"))],
        )
    with transaction.atomic():
        moved = advance(exam, EXAM_TABLE, "miss", by=by, at=at)
        miss_slot(act=moved.act, by=by, at=at)
    return moved
