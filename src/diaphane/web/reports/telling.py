"""Record that a person told the patient (R89, R90, R100)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.operations import record_patient_told
from diaphane.reporting.queries import get_report
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .forms import TellForm


@require_POST
@needs("report.tell")
def tell(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record who told the patient, when and how; the patient may then read."""
    actor = require_actor(request)
    report, form = get_report(act_id, actor=actor), TellForm(request.POST)
    if not form.is_valid():
        return render(request, "reports/_form_errors.html", {"form": form}, status=422)
    record_patient_told(
        report=report,
        how=form.cleaned_data["how"],
        companion=form.cleaned_data["companion"],
        by=actor,
        at=now(),
    )
    return go(request, reverse("reports:show", args=[act_id]))
