"""What only a radiologist decides for a patient at the table: pregnancy, implants, contrast (R68–R85)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import note, settle_duties
from diaphane.acts.queries import list_open_duties
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.requests.orders import ImplantFinding, settle_implants
from diaphane.requests.orders import prescribe_contrast as prescribe

from .guards import CONTRAST_PRESCRIBED, PREGNANCY, must_ask_implants
from .in_order import require_in_order
from .models import Exam, ExamState
from .transitions import AT_THE_TABLE, BEFORE_START

_TO_MAKE = BEFORE_START | {ExamState.IN_PROGRESS}


def is_pregnancy_to_decide(exam: Exam, *, by: Actor) -> bool:
    """Say whether the answer of the table, or what an emergency let wait, needs a radiologist (R68)."""
    if exam.state == ExamState.CANCELLED:
        return False
    if list_open_duties(exam.act).filter(guard=PREGNANCY.code).exists():
        return True
    is_answered = bool(exam.pregnancy_answer)
    return exam.state in AT_THE_TABLE and is_answered and PREGNANCY.check(exam, by) is not None


def decide_despite_pregnancy(*, exam: Exam, reason: str, by: Actor, at: datetime) -> None:
    """Decide that the exam is made although pregnancy is known, possible or cannot be asked (R68, R76).

    Raises:
        NotAllowedError: the actor is no imageur.
        GuardError: no reason: why it is made now, and how it is optimised.
        ConflictError: nothing is to be decided, or not any more.
    """
    if not may(by, "exam.order"):
        raise NotAllowedError(_("Only a radiologist decides this."))
    require_in_order(exam, _("You cannot decide this now."), by=by)
    if not reason.strip():
        what = _("Why the exam is made, and how it is optimised")
        raise GuardError(_("A reason is needed."), [Missing("R76", what, _("You"), field="reason")])
    with transaction.atomic():
        held = Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
        if not is_pregnancy_to_decide(held, by=by):
            raise ConflictError(_("There is nothing to decide about pregnancy any more."))
        held.pregnancy_decision, held.pregnancy_decided_at = reason.strip(), at
        held.pregnancy_decided_by_label = by.label
        held.save(update_fields=["pregnancy_decision", "pregnancy_decided_at", "pregnancy_decided_by_label"])
        note(held.act, "exam.pregnancy_decided", subject_type="exam", subject_id=held.pk, by=by, at=at)
        settle_duties(held.act, PREGNANCY.code, by=by, at=at)


def are_implants_to_settle(exam: Exam) -> bool:
    """Say whether the table found implants unknown, or other than those accepted (R85)."""
    is_before_start = exam.state in AT_THE_TABLE
    return is_before_start and must_ask_implants(exam)


def settle_implants_at_table(*, exam: Exam, finding: ImplantFinding, by: Actor, at: datetime) -> None:
    """Settle the implant status before the exam; the table then answers again (R85).

    Raises:
        NotAllowedError, GuardError: see ``settle_implants``.
        ConflictError: no MRI waits at the table.
    """
    with transaction.atomic():
        held = Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
        _require_radiologist_in_order(held, by)
        if may(by, "exam.order") and not are_implants_to_settle(held):
            raise ConflictError(_("No MRI waits at the table here."))
        settle_implants(request=held.act.request, finding=finding, by=by, at=at)
        held.implants_answer = ""
        held.save(update_fields=["implants_answer"])


def may_prescribe_contrast(exam: Exam) -> bool:
    """Say whether contrast can still be prescribed: none is, and the exam is not over or is owed one."""
    if exam.act.request.contrast_prescription.strip():
        return False
    return (
        exam.state in _TO_MAKE or list_open_duties(exam.act).filter(guard=CONTRAST_PRESCRIBED.code).exists()
    )


def prescribe_contrast(*, exam: Exam, prescription: str, by: Actor, at: datetime) -> None:
    """Prescribe contrast for an exam under way, or the one that an emergency injected before (R83).

    Raises:
        NotAllowedError, GuardError: see ``requests.operations.prescribe_contrast``.
        ConflictError: contrast is prescribed already, or the exam is over.
    """
    with transaction.atomic():
        held = Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
        _require_radiologist_in_order(held, by)
        if may(by, "exam.order") and not may_prescribe_contrast(held):
            raise ConflictError(_("Contrast is already prescribed, or this exam is over."))
        prescribe(request=held.act.request, prescription=prescription, by=by, at=at)
        settle_duties(held.act, CONTRAST_PRESCRIBED.code, by=by, at=at)


def _require_radiologist_in_order(exam: Exam, by: Actor) -> None:
    """Ask again whether who decides is in order; another role is refused further on, in its own words."""
    if may(by, "exam.order"):
        require_in_order(exam, _("You cannot decide this now."), by=by)
