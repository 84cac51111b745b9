"""The light viewer: the patient's own images as pictures, once the result was told (R100)."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from diaphane.acts.operations import subject_of
from diaphane.audit.operations import record_view
from diaphane.imaging.pictures import count_pictures, find_picture, render_picture
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.queries import get_report
from diaphane.web.roles import for_roles

from .words import name_exam

_KEPT_SECONDS = 600


@dataclass(frozen=True)
class Film:
    """One series to slide through; it opens in the middle, where there is something to see."""

    number: int
    count: int
    middle: int
    base: str
    first: str


@require_safe
@for_roles(Role.PATIENT)
def viewer(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the images of one exam, one at a time, to slide through with a finger."""
    actor = require_actor(request)
    report = get_report(act_id, actor=actor)
    record_view("images", by=actor, at=now(), subject=subject_of(report.act))
    films = [_film(act_id, number, count) for number, count in enumerate(count_pictures(report.act), start=1)]
    name = name_exam(report.act.request.exam)
    return render(request, "patient/images.html", {"act": report.act, "films": films, "name": name})


@require_safe
@for_roles(Role.PATIENT)
def picture(request: HttpRequest, act_id: UUID, series: int, number: int) -> HttpResponse:
    """Give one picture, counted from 1, as a JPEG."""
    report = get_report(act_id, actor=require_actor(request))
    found = find_picture(report.act, series=series, number=number)
    if found is None:
        raise Http404
    answer = HttpResponse(render_picture(found), content_type="image/jpeg")
    answer["Cache-Control"] = f"private, max-age={_KEPT_SECONDS}"
    return answer


def _film(act_id: UUID, number: int, count: int) -> Film:
    middle = (count + 1) // 2
    first = reverse("patient:picture", args=[act_id, number, middle])
    return Film(number, count, middle, first.removesuffix(f"{middle}.jpg"), first)
