"""One exam's card: open it, follow it live, move it with one touch."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.acquisition.cancelling import cancel_exam
from diaphane.acquisition.late_images import IMAGES_OUT_OF_TIME, settle_a_look
from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import check_again as check_exam_again
from diaphane.acquisition.operations import record_arrival, start_exam
from diaphane.acquisition.queries import get_exam
from diaphane.conversations.operations import post_message
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import go
from diaphane.web.acts.findings import AnswerForm
from diaphane.web.acts.findings import answer as answer_found
from diaphane.web.acts.forms import MessageForm
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.roles import needs

from .answers import move_exam, show_parts
from .describing import describe_exam
from .forms import CancelForm


@require_safe
@needs("exam.table")
def exam(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the card, and record that it was seen (R43)."""
    actor = require_actor(request)
    found = get_exam(act_id, actor=actor)
    record_act_view(request, found.act)
    return render(request, "technologist/exam.html", describe_exam(found, actor=actor))


@require_safe
@needs("exam.table")
def live(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Return the parts that change by themselves; a form being filled is left alone."""
    return show_parts(request, act_id)


@require_POST
@needs("exam.arrive")
def arrive(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that the patient is there (R110)."""
    return move_exam(request, act_id, lambda exam, by: record_arrival(exam=exam, by=by, at=now()))


@require_POST
@needs("exam.check_again")
def check_again(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Go back to the checks of the table."""
    return move_exam(request, act_id, lambda exam, by: check_exam_again(exam=exam, by=by, at=now()))


@require_POST
@needs("exam.start")
def start(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Start the exam."""
    return move_exam(request, act_id, lambda exam, by: start_exam(exam=exam, by=by, at=now()))


@require_POST
@needs("exam.table", "exam.cancel")
def cancel(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Cancel before the start, or interrupt before any image, with the reason (R60)."""
    actor, form = require_actor(request), CancelForm(request.POST)
    exam = get_exam(act_id, actor=actor)
    words = form.read_reason()
    cancel_exam(exam=exam, motive=form.read_motive(), reason=words, by=actor, at=now())
    return go(request, reverse("technologist:exam", args=[act_id]))


@require_POST
@needs("exam.table", "images.late")
def look(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that images which came outside the exam were looked at: they are this patient's (R40)."""
    return move_exam(
        request,
        act_id,
        lambda exam, by: settle_a_look(act=exam.act, guard=IMAGES_OUT_OF_TIME, by=by, at=now()),
    )


@require_POST
@needs("exam.table", "images.answer")
def answer(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Say why the images stay as they are although a check found something (R88)."""
    form = AnswerForm(request.POST)
    return move_exam(request, act_id, lambda exam, by: answer_found(exam.act, form, by=by))


@require_POST
@needs("exam.table", "act.write")
def write(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Add a message to the thread (R80)."""

    def post(exam: Exam, by: Actor) -> None:
        words = MessageForm(request.POST).words()
        post_message(act=exam.act, text=words, by=by, at=now())

    return move_exam(request, act_id, post)
