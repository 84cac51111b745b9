"""Supervise an exam and check its images while the patient is still there (R82, R88, R95)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import supervise_exam
from diaphane.acquisition.quality import (
    accept_images,
    accept_with_reserve,
    ask_repeat,
    begin_check,
    declare_not_interpretable,
)
from diaphane.acquisition.queries import get_exam
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.operations import open_report
from diaphane.web.acts.answering import go
from diaphane.web.acts.findings import AnswerForm
from diaphane.web.acts.findings import answer as answer_found
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.roles import needs

from .describing import describe_check, describe_pane
from .forms import VerdictForm


@require_safe
@needs("exam.follow")
def check(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the exam as it is made, then its images to check."""
    actor = require_actor(request)
    exam = get_exam(act_id, actor=actor)
    record_act_view(request, exam.act)
    context = describe_check(exam, actor=actor)
    return render(request, "reports/check.html", context)


@require_safe
@needs("exam.follow")
def live(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Return what changes by itself: state, counts, what may be done now."""
    actor = require_actor(request)
    shown = request.GET.get("shown", "")
    context = describe_check(get_exam(act_id, actor=actor), actor=actor)
    context["shown"] = int(shown) if shown.isdecimal() and len(shown) < 8 else 0
    context["follows"] = request.GET.get("follows") == "1"
    return render(request, "reports/_check_live.html", context)


@require_safe
@needs("exam.follow")
def pane(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Return the images' half of the page: asked for when there are more images than it shows."""
    exam = get_exam(act_id, actor=require_actor(request))
    return render(request, "reports/_pane.html", {"act": exam.act} | describe_pane(exam))


@require_POST
@needs("exam.supervise")
def supervise(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Say that I supervise this exam (R82)."""
    actor = require_actor(request)
    supervise_exam(exam=get_exam(act_id, actor=actor), by=actor, at=now())
    return go(request, reverse("reports:check", args=[act_id]))


@require_POST
@needs("exam.check")
def begin(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Open the check of the images (R88)."""
    actor = require_actor(request)
    begin_check(exam=get_exam(act_id, actor=actor), by=actor, at=now())
    return go(request, reverse("reports:check", args=[act_id]))


@require_POST
@needs("exam.follow", "images.answer")
def answer(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Say why the images stay as they are although a check found something (R88)."""
    actor = require_actor(request)
    exam = get_exam(act_id, actor=actor)
    answer_found(exam.act, AnswerForm(request.POST), by=actor)
    return go(request, reverse("reports:check", args=[act_id]))


@require_POST
@needs("exam.accept")
def judge(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Give the verdict on the images; accepted ones open the report at once."""
    actor = require_actor(request)
    exam, form = get_exam(act_id, actor=actor), VerdictForm(request.POST)
    if not form.is_valid():
        return render(request, "reports/_form_errors.html", {"form": form}, status=422)
    _give_verdict(exam, form, actor)
    if not form.cleaned_data["verdict"].startswith("accept"):
        return go(request, reverse("reports:check", args=[act_id]))
    open_report(act=exam.act, by=actor, at=now())
    return go(request, reverse("reports:write", args=[act_id]))


def _give_verdict(exam: Exam, form: VerdictForm, by: Actor) -> None:
    comment, next_step = form.cleaned_data["comment"], form.cleaned_data["next_step"]
    match form.cleaned_data["verdict"]:
        case "accept":
            accept_images(exam=exam, by=by, at=now())
        case "accept_with_reserve":
            accept_with_reserve(exam=exam, comment=comment, by=by, at=now())
        case "repeat":
            ask_repeat(exam=exam, reason=comment, by=by, at=now())
        case _:
            declare_not_interpretable(exam=exam, comment=comment, next_step=next_step, by=by, at=now())
