"""A request for the wrong patient, noticed late: begun again in the right record, before any image (R40).

The wrong one ends « entered in error », with its exam and its slot; a draft opens for the right patient with
the clinic of the day, and nothing that belongs to a record: antecedents, safety answers, consents, documents
are asked again. Each record tells where the request went, or whence it came, by the act's opaque number.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import advance, note, settle_duty
from diaphane.acts.queries import list_open_duties
from diaphane.imaging.queries import list_studies
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing
from diaphane.patients.models import Patient
from diaphane.requests.copying import carry_to
from diaphane.requests.models import ExamRequest
from diaphane.requests.transitions import REQUEST_TABLE

from .cancelling import end_exam
from .models import CancelMotive, Exam, ExamState
from .transitions import BEFORE_START


def move_to_patient(
    *, request: ExamRequest, patient: Patient, reason: str, by: Actor, at: datetime
) -> ExamRequest:
    """End a request written in the wrong record, and return the draft that begins it in the right one.

    Raises:
        NotAllowedError: only who asks for exams moves a request.
        ConflictError: it is this patient's already, or it is over.
        GuardError: no reason, or its exam has begun: then images are put in quarantine instead.
    """
    if not reason.strip():
        what = Missing("R40", _("How you know that it is another patient’s"), _("You"), field="reason")
        raise GuardError(_("A reason is needed."), [what])
    with transaction.atomic():
        held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if held.act.patient_id == patient.pk:
            raise ConflictError(_("This request is this patient’s already."))
        _end_exam_of(held, by=by, at=at, reason=reason.strip())
        made = carry_to(wrong=held, patient=patient, by=by, at=at)

        def tell(moved: ExamRequest) -> list[str]:
            moved.moved_to_act = made.act_id
            return ["moved_to_act"]

        advance(held, REQUEST_TABLE, "enter_in_error", by=by, at=at, reason=reason.strip(), fill=tell)
        for duty in list_open_duties(held.act):
            settle_duty(duty=duty, by=by, at=at)
        made.moved_from_act = held.act_id
        made.save(update_fields=["moved_from_act"])
        note(made.act, "request.moved_here", subject_type="request", subject_id=made.pk, by=by, at=at)
    return made


def _end_exam_of(held: ExamRequest, *, by: Actor, at: datetime, reason: str) -> None:
    exam = Exam.objects.filter(act=held.act).first()
    has_begun = exam is not None and exam.state not in {*BEFORE_START, ExamState.CANCELLED}
    if has_begun or list_studies(held.act).exists():
        way_out = _(
            "No move any more: the exam has begun. Put its images in quarantine, on its page « images »"
        )
        who = _("The technologist or the radiologist")
        raise GuardError(_("This request cannot be moved."), [Missing("R40", way_out, who)])
    if exam is not None and exam.state in BEFORE_START:
        end_exam(exam, "cancel", CancelMotive.OTHER, by=by, at=at, reason=reason)
