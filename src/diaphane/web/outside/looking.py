"""What a guest sees: one study in the light viewer, its signed report where it is granted, and no more."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.kernel.clock import now
from diaphane.reporting.queries import read_pdf
from diaphane.sharing.models import Visit
from diaphane.sharing.visiting import actor_of, end_visit, find_granted_report, record_seen
from diaphane.web.copies.pages import list_copyable
from diaphane.web.films.describing import describe_films
from diaphane.web.films.pictures import answer_picture
from diaphane.web.films.pieces import answer_pieces, name_first_question

from .doors import for_visit, let_out

_NOT_KEPT = "private, no-store"


@require_safe
@for_visit
def study(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the study: whose it is, so that nobody is taken for another, and its images."""
    link = visit.link
    record_seen("images", visit=visit, at=now())
    copyable = list_copyable(link.act, actor=actor_of(visit))
    shown = next(each for each in copyable if each.study.pk == visit.link.study_id)
    context = {
        "link": link,
        "shown": shown,
        "patient": link.act.patient,
        "report": find_granted_report(link),
        "films_address": reverse("outside:films", args=[link.pk]),
        "films_question": name_first_question(shown.study, actor=actor_of(visit)),
    }
    return render(request, "outside/study.html", context)


@require_safe
@for_visit
def films(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Answer the films of the study as JSON."""
    record_seen("images", visit=visit, at=now())
    return describe_films(visit.link.study, actor=actor_of(visit))


@require_POST
@for_visit
def pieces(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Answer pieces of the study's frames; an image of another study is not had."""
    record_seen("images", visit=visit, at=now())
    return answer_pieces(visit.link.study, request.body, actor=actor_of(visit))


@require_safe
@for_visit
def picture(request: HttpRequest, visit: Visit, instance_id: UUID, frame: int) -> HttpResponse:
    """Give one frame of the study as a JPEG, kept by no browser: the link may end before the browser does."""
    record_seen("images", visit=visit, at=now())
    answer = answer_picture(visit.link.study, instance_id=instance_id, frame=frame, actor=actor_of(visit))
    answer["Cache-Control"] = _NOT_KEPT
    return answer


@require_safe
@for_visit
def document(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Give the signed PDF/A, where the link grants it."""
    report = find_granted_report(visit.link)
    if report is None:
        raise Http404
    record_seen("report_document", visit=visit, at=now())
    answer = HttpResponse(read_pdf(report), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="compte-rendu.pdf"'
    answer["Cache-Control"] = _NOT_KEPT
    return answer


@require_POST
@for_visit
def leave(request: HttpRequest, visit: Visit) -> HttpResponse:
    """End the visit: on a ward's computer, the next person finds nothing."""
    end_visit(visit=visit, at=now())
    response = render(request, "outside/left.html")
    let_out(response, visit)
    return response
