"""The light viewer: the patient's own images as pictures, once the result was told (R100)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diaphane.imaging.pictures import list_pictures, render_picture
from diaphane.kernel.actors import Role
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.queries import get_report
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.roles import for_roles


@require_safe
@for_roles(Role.PATIENT)
def viewer(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the images of one exam, one at a time, with a slider."""
    report = get_report(act_id, actor=require_actor(request))
    record_act_view(request, report.act)
    series = [
        {"number": number, "count": len(pictures), "label": pictures[0].instance.series.description}
        for number, pictures in enumerate(list_pictures(report.act), start=1)
    ]
    return render(request, "patient/images.html", {"report": report, "act": report.act, "series": series})


@require_safe
@for_roles(Role.PATIENT)
def picture(request: HttpRequest, act_id: UUID, series: int, number: int) -> HttpResponse:
    """Give one picture, counted from 1, as a JPEG."""
    report = get_report(act_id, actor=require_actor(request))
    found = list_pictures(report.act)
    if not 1 <= series <= len(found) or not 1 <= number <= len(found[series - 1]):
        raise Http404
    answer = HttpResponse(render_picture(found[series - 1][number - 1]), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=600"
    return answer
