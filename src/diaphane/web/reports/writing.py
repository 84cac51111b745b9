"""Write the report beside the images, kept as it is typed, and sign it (R39, R91–R93, R98)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from diaphane.acquisition.queries import find_exam
from diaphane.acts.models import Act
from diaphane.acts.queries import get_act
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.models import Report, ReportState
from diaphane.reporting.operations import open_report, save_draft, sign_report
from diaphane.reporting.queries import find_report, list_missing
from diaphane.web.acts.answering import go
from diaphane.web.acts.panels import describe_act
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.roles import for_roles

from .forms import ReportForm


@require_safe
@for_roles(Role.IMAGEUR)
def open_(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Open the editor beside the images; a signed report leads to its page."""
    actor = require_actor(request)
    act = get_act(act_id, actor=actor)
    record_act_view(request, act)
    report = open_report(act=act, by=actor, at=now())
    if report.state != ReportState.DRAFT:
        return go(request, reverse("reports:show", args=[act_id]))
    context = describe_act(act.request, actor=actor) | _context(request, report, ReportForm.of(report))
    return render(request, "reports/write.html", context)


@require_POST
@for_roles(Role.IMAGEUR)
def save(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Keep what was typed, and say what is still missing before the signature."""
    report, form = _keep(request, act_id)
    return render(request, "reports/_kept.html", _context(request, report, form))


@require_POST
@for_roles(Role.IMAGEUR)
def sign(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Keep the text, then sign it with a fresh second factor; a second click finds it signed."""
    actor = require_actor(request)
    page = reverse("reports:show", args=[act_id])
    existing = find_report(get_act(act_id, actor=actor))
    if existing is not None and existing.state == ReportState.FINAL and existing.author_id == actor.id:
        return go(request, page)
    report, form = _keep(request, act_id)
    if not form.is_valid():
        return render(request, "reports/_kept.html", _context(request, report, form))
    sign_report(report=report, code=request.POST.get("code", ""), by=actor, at=now())
    return go(request, page)


def _keep(request: HttpRequest, act_id: UUID) -> tuple[Report, ReportForm]:
    """Keep every field that is sound; the page keeps the rest as typed."""
    actor = require_actor(request)
    report = _require_draft(get_act(act_id, actor=actor))
    form = ReportForm.of(report, data=request.POST)
    form.is_valid()
    results = report.results | form.results()
    save_draft(report=report, values=form.values(), results=results, by=actor, at=now())
    return _require_draft(report.act), form


def _require_draft(act: Act) -> Report:
    report = find_report(act)
    if report is None:
        raise ConflictError(_("Open the report first."))
    return report


def _context(request: HttpRequest, report: Report, form: ReportForm) -> dict[str, object]:
    return {
        "report": report,
        "form": form,
        "exam": find_exam(report.act),
        "missing": list_missing(report, by=require_actor(request)),
        "kept_at": timezone.localtime(report.saved_at),
    }
