"""What the card answers: its parts after a move, or a refusal with the card as it now stands."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from diaphane.acquisition.models import Exam
from diaphane.acquisition.queries import get_exam
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import DiaphaneError, GuardError
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import is_fragment

from .describing import describe_exam
from .planning_form import list_openings

Move = Callable[[Exam, Actor], object]


def move_exam(request: HttpRequest, act_id: UUID, move: Move) -> HttpResponse:
    """Play one move and show what it made of the card.

    A refused move, because someone else was faster or because something is missing, is explained above
    the fresh card.
    """
    actor = require_actor(request)
    exam = get_exam(act_id, actor=actor)
    try:
        move(exam, actor)
    except DiaphaneError as refusal:
        if not is_fragment(request):
            raise
        return _explain(request, act_id, refusal)
    if not is_fragment(request):
        return redirect("technologist:exam", act_id=act_id)
    return show_parts(request, act_id)


def show_parts(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Return the parts of the card that live; the form only when the exam has moved on since the page."""
    context = _context(request, act_id)
    context["renews_work"] = _has_moved(request, context)
    return render(request, "technologist/_parts.html", context)


def show_invalid(request: HttpRequest, act_id: UUID, form: forms.Form, *, name: str) -> HttpResponse:
    """Give a form back with its errors, as it was typed; nothing was recorded."""
    context = _context(request, act_id) | {name: form, "form": form}
    if is_fragment(request):
        return render(request, "technologist/_invalid.html", context, status=422)
    return render(request, "technologist/exam.html", context, status=422)


def _explain(request: HttpRequest, act_id: UUID, refusal: DiaphaneError) -> HttpResponse:
    context = _context(request, act_id)
    if context["openings"]:
        exam = get_exam(act_id, actor=require_actor(request))
        context["openings"] = list_openings(exam, typed=request.POST.dict())
    said = {
        "message": refusal.message,
        "missing": refusal.missing if isinstance(refusal, GuardError) else (),
        # Proposals of slots are what a refused slot asks for; a time that was typed stays in them.
        "renews_work": _has_moved(request, context) or bool(context["openings"]),
    }
    return render(request, "technologist/_refused.html", context | said, status=refusal.status_code)


def _context(request: HttpRequest, act_id: UUID) -> dict[str, object]:
    actor = require_actor(request)
    return describe_exam(get_exam(act_id, actor=actor), actor=actor)


def _has_moved(request: HttpRequest, context: dict[str, object]) -> bool:
    """Say whether the exam is no longer where the page that the person looks at shows it."""
    seen = request.POST.get("seen") or request.GET.get("seen") or ""
    return seen != context["seen"]
