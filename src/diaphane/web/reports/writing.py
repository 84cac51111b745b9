"""Write the report beside the images, kept as it is typed (R91–R93, R98)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from diaphane.acts.models import Act
from diaphane.acts.queries import get_act
from diaphane.imaging.queries import count_images
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.models import Report, ReportState
from diaphane.reporting.operations import open_report, require_author, save_draft, take_over_report
from diaphane.reporting.queries import find_report
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.acts.forms import MessageForm
from diaphane.web.acts.panels import describe_act
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.roles import needs

from .describing import describe_draft
from .forms import ReportForm
from .noting import describe_noted


@require_safe
@needs("report.write")
def write(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the editor beside the images; a signed report, or none yet, leads to its own page."""
    actor = require_actor(request)
    act = get_act(act_id, actor=actor)
    report = find_report(act)
    if report is None:
        return go(request, reverse("reports:check", args=[act_id]))
    if report.state != ReportState.DRAFT:
        return go(request, reverse("reports:show", args=[act_id]))
    require_author(report, by=actor)
    record_act_view(request, act)
    return _show_editor(request, report, ReportForm.of(report))


@require_POST
@needs("report.write")
def open_(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Take accepted images for reading, and open the editor."""
    actor = require_actor(request)
    open_report(act=get_act(act_id, actor=actor), by=actor, at=now())
    return go(request, reverse("reports:write", args=[act_id]))


@require_POST
@needs("report.write")
def take_over(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Go on with a colleague's draft, saying why."""
    actor, reason = require_actor(request), MessageForm(request.POST).words()
    report = _require_report(get_act(act_id, actor=actor))
    take_over_report(report=report, reason=reason, by=actor, at=now())
    return go(request, reverse("reports:write", args=[act_id]))


@require_POST
@needs("report.write")
def save(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Keep what was typed, and say what is still missing before the signature."""
    actor = require_actor(request)
    report, form = keep(request, get_act(act_id, actor=actor), by=actor)
    if is_fragment(request):
        return render(request, "reports/_kept.html", describe_draft(report, form, actor=actor))
    return _show_editor(request, report, form)


def keep(request: HttpRequest, act: Act, *, by: Actor) -> tuple[Report, ReportForm]:
    """Keep every field that is sound; the page keeps the rest as typed."""
    report = _require_report(act)
    form = ReportForm.of(report, data=request.POST)
    form.is_valid()
    results = report.results | form.results()
    seen = parse_datetime(request.POST.get("seen", ""))
    save_draft(report=report, values=form.values(), results=results, by=by, at=now(), seen=seen)
    return _require_report(act), form


def _show_editor(request: HttpRequest, report: Report, form: ReportForm) -> HttpResponse:
    actor = require_actor(request)
    context = describe_act(report.act.request, actor=actor) | describe_draft(report, form, actor=actor)
    beside = {"images": count_images(report.act), "is_first_look": False} | describe_noted(report.act, actor)
    return render(request, "reports/write.html", context | beside)


def _require_report(act: Act) -> Report:
    report = find_report(act)
    if report is None:
        raise ConflictError(_("Open the report first."))
    return report
