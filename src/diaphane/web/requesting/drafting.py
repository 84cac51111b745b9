"""Fill a request: saved by itself, what is missing shown live, sent once (R64–R69)."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from diaphane.kernel.clock import now
from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.requests.answering import answer_safety
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import discard_draft, make_version, save_draft, submit_request
from diaphane.requests.queries import get_request, weigh_draft
from diaphane.requests.safety import judge_request
from diaphane.requests.templates_of_site import list_templates
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.acts.earlier import describe_earlier
from diaphane.web.acts.safety import describe
from diaphane.web.acts.safety_form import SafetyForm
from diaphane.web.acts.viewing import show_request
from diaphane.web.roles import needs

from .authorship import describe_authorship
from .forms import DraftForm


@require_http_methods(["GET", "HEAD", "POST"])
@needs("request.write")
def edit(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the draft; by POST, save what was typed and say what is still missing."""
    draft = show_request(request, act_id)
    if draft.state != RequestState.DRAFT:
        return go(request, reverse("requesting:act", args=[act_id]))
    if request.method == "POST":
        return _say(request, draft, *_save(request, draft))
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
    form, safety_form = _save(request, draft)
    if not (form.is_valid() and safety_form.is_valid()):
        return _refuse(request, draft, form, safety_form, "requesting/_wrong.html")
    is_ready = weigh_draft(get_request(act_id, actor=actor), actor=actor).is_ready
    if is_fragment(request) and not is_ready:  # the guards below say the same, at length
        return _refuse(request, draft, form, safety_form, "requesting/_incomplete.html")
    submit_request(request=draft, by=actor, at=now())
    return go(request, page)


@require_POST
@needs("request.discard")
def discard(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Put a draft aside."""
    actor = require_actor(request)
    discard_draft(request=get_request(act_id, actor=actor), by=actor, at=now())
    return redirect("requesting:list")


def _save(request: HttpRequest, draft: ExamRequest) -> tuple[DraftForm, SafetyForm]:
    """Keep every field that is sound, whatever the others hold; the page keeps the rest as typed."""
    actor, at = require_actor(request), now()
    form = DraftForm.of(draft, data=request.POST)
    form.is_valid()
    urgency = form.cleaned_data.get("urgency", draft.act.requested_urgency)
    with transaction.atomic():
        save_draft(
            request=draft,
            values=form.cleaned_data,
            urgency=urgency,
            by=actor,
            at=at,
            version=request.POST.get("version", ""),
        )
        fresh = get_request(draft.act_id, actor=actor)
        safety_form = SafetyForm(fresh, judge_request(fresh, at=at), data=request.POST)
        safety_form.is_valid()
        answers, informant = safety_form.answers, safety_form.informant
        answer_safety(request=fresh, answers=answers, informant=informant, by=actor, at=at)
    return form, safety_form


def _refuse(
    request: HttpRequest, draft: ExamRequest, form: DraftForm, safety_form: SafetyForm, template: str
) -> HttpResponse:
    fresh = get_request(draft.act_id, actor=require_actor(request))
    return render(request, template, _context(request, fresh, form, safety_form), status=422)


def _say(request: HttpRequest, draft: ExamRequest, form: DraftForm, safety_form: SafetyForm) -> HttpResponse:
    fresh = get_request(draft.act_id, actor=require_actor(request))
    context = _context(request, fresh, form, safety_form) | {"saved_at": timezone.localtime()}
    return render(request, "requesting/_saved.html", context)


def _context(
    request: HttpRequest, draft: ExamRequest, form: DraftForm, sent: SafetyForm | None = None
) -> dict[str, object]:
    safety = judge_request(draft, at=now())
    safety_form = SafetyForm(draft, safety, data=sent.data if sent else None)
    return {
        "exam_request": draft,
        "act": draft.act,
        "patient": draft.act.patient,
        "form": form,
        "safety_form": safety_form,
        "safety": describe(draft, safety),
        "changed_slots": SafetyForm(draft, safety).list_changed_slots(request.POST.get("safety_shown", "")),
        "version": make_version(draft),
        "completeness": weigh_draft(draft, actor=require_actor(request)),
        "earlier": describe_earlier(draft, actor=require_actor(request)),
        "templates": list_templates(require_actor(request)),
        "can_move": may(require_actor(request), "request.enter_in_error"),
        **describe_authorship(draft, actor=require_actor(request)),
    }
