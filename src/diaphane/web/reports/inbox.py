"""Signed reports: those addressed to me, one of them, its document, its receipt (R96, R101)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.acts.operations import subject_of
from diaphane.audit.operations import record_view
from diaphane.delivery.operations import acknowledge, record_handed_over
from diaphane.delivery.queries import get_paper_dispatch, list_dispatches, list_not_received, list_received
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.operations import INFORMERS
from diaphane.reporting.queries import get_report, list_reports, list_to_tell, read_pdf
from diaphane.web.acts.answering import go
from diaphane.web.acts.panels import describe_act
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.roles import for_roles

from .forms import TellForm

_READERS = (Role.IMAGEUR, Role.REQUESTING_PHYSICIAN, Role.TREATING_PHYSICIAN)


@require_safe
@for_roles(*_READERS)
def list_(request: HttpRequest) -> HttpResponse:
    """List the reports addressed to me, those nobody received, and those whose patient nobody told."""
    actor = require_actor(request)
    is_informer = actor.role in INFORMERS
    context = {
        "received": list_received(actor),
        "not_received": list_not_received(actor) if is_informer else [],
        "to_tell": list_to_tell(actor) if is_informer else [],
        "signed": list_reports(actor)[:50] if actor.role is Role.IMAGEUR else [],
    }
    template = "reports/_list_live.html" if request.headers.get("HX-Request") else "reports/list.html"
    return render(request, template, context)


@require_safe
@for_roles(*_READERS)
def show(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show a signed report, its recipients, and what is still owed."""
    actor = require_actor(request)
    report = get_report(act_id, actor=actor)
    record_act_view(request, report.act)
    dispatches = list(list_dispatches(report))
    context = describe_act(report.act.request, actor=actor) | {
        "report": report,
        "dispatches": dispatches,
        "mine": next((d for d in dispatches if d.account_id == actor.id and not d.acknowledged_at), None),
        "may_tell": actor.role in INFORMERS and report.patient_told_at is None,
        "tell_form": TellForm(),
    }
    return render(request, "reports/show.html", context)


@require_safe
@for_roles(*_READERS, Role.PATIENT)
def document(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Give the signed PDF/A."""
    actor = require_actor(request)
    report = get_report(act_id, actor=actor)
    record_view("report_document", by=actor, at=now(), subject=subject_of(report.act))
    answer = HttpResponse(read_pdf(report), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="compte-rendu.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@for_roles(*_READERS)
def receive(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Acknowledge a report: a person's click, never the opening of a page."""
    actor = require_actor(request)
    acknowledge(report=get_report(act_id, actor=actor), by=actor, at=now())
    return go(request, reverse("reports:show", args=[act_id]))


@require_POST
@for_roles(Role.REQUESTING_PHYSICIAN)
def hand_over(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that a report was handed over on paper to whom has no secure access."""
    actor = require_actor(request)
    report = get_report(act_id, actor=actor)
    record_handed_over(
        dispatch=get_paper_dispatch(report, request.POST.get("dispatch", "")), by=actor, at=now()
    )
    return go(request, reverse("reports:show", args=[act_id]))
