"""One signed report: its text, its document, its recipients and their receipts (R96, R101)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from diaphane.acquisition.quality import record_next_step_done
from diaphane.acquisition.queries import get_exam
from diaphane.acts.operations import subject_of
from diaphane.audit.operations import record_view
from diaphane.delivery.models import Dispatch
from diaphane.delivery.operations import acknowledge, announce_again, record_handed_over
from diaphane.delivery.queries import get_dispatch, list_awaited_from, list_dispatches
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.patients.qualities import Matter
from diaphane.patients.related_queries import list_allowed_to
from diaphane.reporting.models import Report
from diaphane.reporting.queries import get_report, read_pdf
from diaphane.web.acts.answering import go
from diaphane.web.acts.panels import describe_act
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.roles import needs

from .forms import TellForm
from .noting import list_key_lines


@require_safe
@needs("report.read")
def show(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show a signed report, its recipients, and what is still owed."""
    actor = require_actor(request)
    report = get_report(act_id, actor=actor)
    record_act_view(request, report.act)
    record_view("report", by=actor, at=now(), subject=subject_of(report.act))
    context = describe_report(report, actor=actor)
    return render(request, "reports/show.html", context)


@require_safe
@needs("report.read")
def live(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Return what changes by itself: recipients, and what is owed."""
    actor = require_actor(request)
    report = get_report(act_id, actor=actor)
    return render(request, "reports/_show_live.html", describe_report(report, actor=actor))


@require_safe
@needs("report.document")
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
@needs("report.read")
def receive(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Acknowledge a report: a person's click, never the opening of a page."""
    actor = require_actor(request)
    acknowledge(report=get_report(act_id, actor=actor), by=actor, at=now())
    return go(request, reverse("reports:show", args=[act_id]))


@require_POST
@needs("report.hand_over")
def hand_over(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that a report was handed over on paper to whom has no secure access."""
    actor = require_actor(request)
    report = get_report(act_id, actor=actor)
    waiting = get_dispatch(report, request.POST.get("dispatch", ""), status=Dispatch.Status.ON_PAPER)
    record_handed_over(dispatch=waiting, by=actor, at=now())
    return go(request, reverse("reports:show", args=[act_id]))


@require_POST
@needs("report.announce")
def retry(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Try a failed announcement again."""
    actor = require_actor(request)
    report = get_report(act_id, actor=actor)
    failed = get_dispatch(report, request.POST.get("dispatch", ""), status=Dispatch.Status.FAILED)
    announce_again(dispatch=failed, by=actor, at=now())
    return go(request, reverse("reports:show", args=[act_id]))


@require_POST
@needs("report.organise")
def organise(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that the next step of an exam without conclusion is organised (R95)."""
    actor = require_actor(request)
    record_next_step_done(exam=get_exam(act_id, actor=actor), by=actor, at=now())
    return go(request, reverse("reports:list"))


def describe_report(report: Report, *, actor: Actor) -> dict[str, object]:
    """Return what the page of a signed report needs."""
    return describe_act(report.act.request, actor=actor) | {
        "report": report,
        "dispatches": list_dispatches(report),
        "awaited": list_awaited_from(actor, report=report).first(),
        "may_tell": may(actor, "report.tell") and report.patient_told_at is None,
        "may_hand_over": may(actor, "report.hand_over"),
        "may_retry": may(actor, "report.announce"),
        "tell_form": TellForm(),
        "told_too": list_allowed_to(Matter.TOLD, patient_id=report.act.patient_id, on=localdate(now())),
        "key_images": list_key_lines(report.act, actor),
    }
