"""Fill a request: saved by itself, what is missing shown live, sent once (R64–R69)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import discard_draft, make_version, save_draft, submit_request
from diaphane.requests.queries import get_request, weigh_draft
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.acts.viewing import show_request
from diaphane.web.roles import needs

from .forms import DraftForm


@require_http_methods(["GET", "HEAD", "POST"])
@needs("request.write")
def edit(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the draft; by POST, save what was typed and say what is still missing."""
    draft = show_request(request, act_id)
    if draft.state != RequestState.DRAFT:
        return go(request, reverse("requesting:act", args=[act_id]))
    if request.method == "POST":
        return _say(request, draft, _save(request, draft))
    return render(request, "requesting/edit.html", _context(request, draft, DraftForm.of(draft)))


@require_POST
@needs("request.submit")
def submit(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Save and send a request; one that was sent already, by an earlier click, leads to its page."""
    actor = require_actor(request)
    draft = get_request(act_id, actor=actor)
    page = reverse("requesting:act", args=[act_id])
    if draft.state != RequestState.DRAFT:
        return go(request, page)
    form = _save(request, draft)
    if not form.is_valid():
        return _refuse(request, draft, form, "requesting/_wrong.html")
    is_ready = weigh_draft(get_request(act_id, actor=actor), actor=actor).is_ready
    if is_fragment(request) and not is_ready:  # the guards below say the same, at length
        return _refuse(request, draft, form, "requesting/_incomplete.html")
    submit_request(request=draft, by=actor, at=now())
    return go(request, page)


@require_POST
@needs("request.discard")
def discard(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Put a draft aside."""
    actor = require_actor(request)
    discard_draft(request=get_request(act_id, actor=actor), by=actor, at=now())
    return redirect("requesting:list")


def _save(request: HttpRequest, draft: ExamRequest) -> DraftForm:
    """Keep every field that is sound, whatever the others hold; the page keeps the rest as typed."""
    form = DraftForm.of(draft, data=request.POST)
    form.is_valid()
    urgency = form.cleaned_data.get("urgency", draft.act.requested_urgency)
    save_draft(
        request=draft,
        values=form.cleaned_data,
        urgency=urgency,
        by=require_actor(request),
        at=now(),
        version=request.POST.get("version", ""),
    )
    return form


def _refuse(request: HttpRequest, draft: ExamRequest, form: DraftForm, template: str) -> HttpResponse:
    fresh = get_request(draft.act_id, actor=require_actor(request))
    return render(request, template, _context(request, fresh, form), status=422)


def _say(request: HttpRequest, draft: ExamRequest, form: DraftForm) -> HttpResponse:
    fresh = get_request(draft.act_id, actor=require_actor(request))
    context = _context(request, fresh, form) | {"saved_at": timezone.localtime()}
    return render(request, "requesting/_saved.html", context)


def _context(request: HttpRequest, draft: ExamRequest, form: DraftForm) -> dict[str, object]:
    return {
        "exam_request": draft,
        "act": draft.act,
        "patient": draft.act.patient,
        "form": form,
        "version": make_version(draft),
        "completeness": weigh_draft(draft, actor=require_actor(request)),
    }
