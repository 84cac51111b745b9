"""The patient says no, or no longer yes: what can be stopped is stopped, and everyone is told (R57, R60)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from diaphane.acts.models import Act
from diaphane.acts.operations import advance
from diaphane.consents.answers import Details
from diaphane.consents.models import Consent
from diaphane.consents.operations import write_answer
from diaphane.consents.queries import get_consent
from diaphane.conversations.operations import tell_team
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.requests.models import ExamRequest
from diaphane.requests.transitions import REQUEST_TABLE

from .cancelling import MOTIVE_OF_NO, end_exam, owe_another_way
from .queries import find_exam
from .transitions import EXAM_TABLE

_SAID = {
    Consent.Subject.ACT: gettext_lazy("The patient no longer wants this exam."),
    Consent.Subject.DISTANCE: gettext_lazy("The patient does not want this exam to be read at a distance."),
}
_STOPPED = gettext_lazy("What was planned is stopped.")
_TOO_LATE = gettext_lazy("The exam has started: see with the patient what can still be stopped.")


def withdraw_consent(
    *, act: Act, subject: str, source: str, details: Details, by: Actor, at: datetime
) -> Consent:
    """Record that the patient does not want it, or not any more, and stop what has not started.

    The patient does it in their own space until the exam starts; those who are with them, at any moment.
    With another way written beside it nothing more is owed; else the demandeur owes one (R60).

    Raises:
        NotAllowedError: neither the patient of the act nor those who are with them.
        GuardError: who says it is not told.
        ConflictError: it was said already and nothing is left to stop; or, for the patient, it has started.
    """
    if not may(by, "consent.withdraw") or by.patient_id not in {None, act.patient_id}:
        raise NotAllowedError(_("The patient says it, or those who are with them write it."))
    with transaction.atomic():
        held = Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
        last, is_stoppable = get_consent(held, subject), can_stop(held)
        if by.role is Role.PATIENT and not is_stoppable:
            raise ConflictError(
                _("This exam has started, or is over: say it to the person beside you, or call us.")
            )
        if last is not None and last.is_no and not is_stoppable:
            raise ConflictError(_("This was recorded already."))
        was_given = last is not None and last.outcome in {Consent.Outcome.GIVEN, Consent.Outcome.WITHDRAWN}
        outcome = Consent.Outcome.WITHDRAWN if was_given else Consent.Outcome.REFUSED
        written = write_answer(
            act=held, subject=subject, outcome=outcome, source=source, details=details, by=by, at=at
        )
        _stop(held, Consent.Subject(subject), at)
        said = [_SAID[Consent.Subject(subject)], _STOPPED if is_stoppable else _TOO_LATE, details.words]
        tell_team(act=held, text=" ".join(str(each) for each in said if each), by=by, at=at)
        if not details.alternative.strip():
            owed = _("See with the patient what is done instead") if is_stoppable else str(_TOO_LATE)
            owe_another_way(held, owed, by=by, at=at)
    return written


def can_stop(act: Act) -> bool:
    """Say whether what is planned has not started yet."""
    exam = find_exam(act)
    if exam is not None:
        return exam.state in EXAM_TABLE["withdraw"].sources
    return act.request.state in REQUEST_TABLE["withdraw"].sources


def _stop(act: Act, subject: Consent.Subject, at: datetime) -> None:
    """Stop the exam, or the request that has no exam yet; the slot is given back."""
    reason, exam = str(_SAID[subject]), find_exam(act)
    if exam is None:
        request = ExamRequest.objects.get(act=act)
        if request.state in REQUEST_TABLE["withdraw"].sources:
            advance(request, REQUEST_TABLE, "withdraw", by=SYSTEM, at=at, reason=reason)
    elif exam.state in EXAM_TABLE["withdraw"].sources:
        end_exam(exam, "withdraw", MOTIVE_OF_NO[subject], by=SYSTEM, at=at, reason=reason)
