"""Begin a request from an earlier one: what is dated or about safety is asked again, never copied."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError
from diaphane.organisations.models import Structure
from diaphane.patients.models import Patient

from .models import ExamRequest
from .operations import draft_request

COPIED = (
    "exam_code",
    "question",
    "antecedents",
    "justification",
    "protocol_wishes",
    "contact",
    "treating_physician_email",
)
"""What an earlier request of the same patient gives the next one."""
CARRIED = (
    "exam_code",
    "question",
    "history",
    "justification",
    "protocol_wishes",
    "callback_phone",
    "wanted_by",
)
"""What a request of the wrong record gives the right one: the clinic of today, nothing of the record."""


def copy_request(
    *, earlier: ExamRequest, site: Structure, callback_phone: str, by: Actor, at: datetime
) -> ExamRequest:
    """Open a draft for the same patient with what lasts of an earlier request.

    Urgency, history, delay, risks, biology, earlier imaging, pregnancy, implants, information, the answers to
    the safety questions and the documents stay where they are: they are of their day.

    Raises:
        ConflictError: the earlier one was another patient's.
    """
    if earlier.moved_to_act is not None:
        raise ConflictError(_("This request was another patient’s: it is not copied."))
    with transaction.atomic():
        made = _fill(earlier, earlier.act.patient, site, COPIED, by, at)
        made.callback_phone = callback_phone
        made.save(update_fields=["callback_phone"])
        note(made.act, "request.copied", subject_type="request", subject_id=made.pk, by=by, at=at)
    return made


def carry_to(*, wrong: ExamRequest, patient: Patient, by: Actor, at: datetime) -> ExamRequest:
    """Open a draft for the right patient with what the wrong record's request said of today."""
    with transaction.atomic():
        made = _fill(wrong, patient, wrong.act.requesting_site, CARRIED, by, at)
        Act.objects.filter(pk=made.act_id).update(requested_urgency=wrong.act.requested_urgency)
    return made


def _fill(
    source: ExamRequest, patient: Patient, site: Structure, names: tuple[str, ...], by: Actor, at: datetime
) -> ExamRequest:
    made = draft_request(patient=patient, site=site, by=by, at=at)
    for name in names:
        setattr(made, name, getattr(source, name))
    made.save(update_fields=list(names))
    return made
