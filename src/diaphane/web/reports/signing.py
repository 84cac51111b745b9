"""Sign the report, with a fresh second factor (R39)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.acts.queries import get_act
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.models import Report, ReportState
from diaphane.reporting.operations import sign_report
from diaphane.reporting.queries import find_report
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.passkeys import read_proof
from diaphane.web.refusals import refuse
from diaphane.web.roles import needs

from .describing import describe_draft
from .writing import keep


@require_POST
@needs("report.sign")
def sign(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Keep the text, then sign it; the second click of a double click finds it signed."""
    actor = require_actor(request)
    act, page = get_act(act_id, actor=actor), reverse("reports:show", args=[act_id])
    existing = find_report(act)
    if existing is not None and existing.state == ReportState.FINAL and existing.author_id == actor.id:
        return go(request, page)
    report, form = keep(request, act, by=actor)
    if form.errors and is_fragment(request):
        return render(request, "reports/_kept.html", describe_draft(report, form, actor=actor))
    if form.errors:
        return go(request, reverse("reports:write", args=[act_id]))
    try:
        sign_report(report=report, code=read_proof(request), by=actor, at=now())
    except GuardError as error:
        return _refuse(request, report, error)
    return go(request, page)


def _refuse(request: HttpRequest, report: Report, error: GuardError) -> HttpResponse:
    """Explain the refusal, and tell the page what is kept by now: its next keeping is no conflict."""
    answer = refuse(request, error.message, status=error.status_code, missing=error.missing)
    if is_fragment(request):
        context = {"report": report, "is_out_of_band": True}
        answer.write(render_to_string("reports/_seen.html", context, request))
    return answer
