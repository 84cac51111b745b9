"""The reading list: what waits for an imageur, the most urgent first, live."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.models import ExamRequest
from diaphane.requests.queries import list_to_review
from diaphane.web.acts.durations import spell_wait
from diaphane.web.acts.panels import Look, look_of
from diaphane.web.reports.expected import list_exam_rows
from diaphane.web.roles import needs

FRESH_SECONDS = 20


@dataclass(frozen=True)
class WaitingRow:
    """One request that waits."""

    request: ExamRequest
    look: Look
    waited: str
    is_mine: bool
    is_fresh: bool


@require_safe
@needs("request.review")
def list_(request: HttpRequest) -> HttpResponse:
    """Show what waits."""
    return render(request, "reading_room/list.html", _context(request))


@require_safe
@needs("request.review")
def rows(request: HttpRequest) -> HttpResponse:
    """Return the list alone, for the live page."""
    return render(request, "reading_room/_waiting.html", _context(request))


def _context(request: HttpRequest) -> dict[str, object]:
    actor = require_actor(request)
    waiting = [_row(found, actor) for found in list_to_review(actor)]
    return {"waiting": waiting, "exams": list_exam_rows(actor)}


def _row(found: ExamRequest, actor: Actor) -> WaitingRow:
    at = now()
    since = found.reopened_at or found.submitted_at or found.created_at
    return WaitingRow(
        request=found,
        look=look_of(found),
        waited=spell_wait(since, at),
        is_mine=found.reviewer_id == actor.id,
        is_fresh=(at - since).total_seconds() < FRESH_SECONDS,
    )
