"""Write in an act's thread; a question and its answer also move the request (R72)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import advance, note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.requests.models import ExamRequest
from diaphane.requests.operations import renew_lease
from diaphane.requests.transitions import REQUEST_TABLE

from .models import Message


def post_message(*, act: Act, text: str, by: Actor, at: datetime) -> Message:
    """Add a remark to the thread."""
    return _post(act, Message.Kind.REMARK, text, by, at)


def ask_question(*, request: ExamRequest, text: str, by: Actor, at: datetime) -> Message:
    """Ask the demandeur for a precision; the clock keeps running (R72)."""
    with transaction.atomic():
        advance(request, REQUEST_TABLE, "ask", by=by, at=at)
        return _post(request.act, Message.Kind.QUESTION, text, by, at)


def answer_question(*, request: ExamRequest, text: str, by: Actor, at: datetime) -> Message:
    """Answer, or note an answer given by telephone (R72)."""
    with transaction.atomic():
        advance(request, REQUEST_TABLE, "answer", by=by, at=at)
        renew_lease(request=request, at=at)
        return _post(request.act, Message.Kind.ANSWER, text, by, at)


def tell_team(*, act: Act, text: str, by: Actor, at: datetime) -> Message:
    """Write in the thread what somebody did elsewhere, a patient for instance; that has its own right."""
    return _write(act, Message.Kind.REMARK, text, by, at)


def _post(act: Act, kind: Message.Kind, text: str, by: Actor, at: datetime) -> Message:
    if not may(by, "act.write"):
        raise NotAllowedError(_("This thread is for the professionals of the act."))
    return _write(act, kind, text, by, at)


def _write(act: Act, kind: Message.Kind, text: str, by: Actor, at: datetime) -> Message:
    if not text.strip():
        raise GuardError(
            _("The message is empty."), [Missing("R72", _("Some words"), _("You"), field="text")]
        )
    with transaction.atomic():
        message = Message.objects.create(
            act=act,
            kind=kind,
            text=text.strip(),
            actor_id=by.id,
            actor_role=by.role.value,
            actor_label=by.label,
            structure_label=by.structure_label,
            occurred_at=at,
        )
        note(act, f"message.{kind.value}", subject_type="message", subject_id=message.pk, by=by, at=at)
    return message
