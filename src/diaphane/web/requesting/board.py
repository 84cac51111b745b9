"""The demandeur's list: what waits for the site's physicians first, then what runs, then what ended."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from diaphane.acquisition.models import ExamState
from diaphane.acquisition.queries import map_exams
from diaphane.acts.queries import map_owed
from diaphane.delivery.queries import list_received
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.guards import PAPERS
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.queries import list_requests
from diaphane.requests.telling import DECISION_READ, TREATING_TOLD
from diaphane.web.acts.durations import spell_wait
from diaphane.web.acts.panels import Look, look_of
from diaphane.web.reports.describing import look_of_exam
from diaphane.web.roles import needs

MOST_SHOWN = 200
_RUNNING = {
    RequestState.DRAFT,
    RequestState.SUBMITTED,
    RequestState.UNDER_REVIEW,
    RequestState.AWAITING_ANSWER,
    RequestState.SUBSTITUTION_PROPOSED,
    RequestState.VALIDATED,
}
_OVER = {ExamState.CLOSED, ExamState.CANCELLED}


@dataclass(frozen=True)
class Row:
    """One request on the list."""

    request: ExamRequest
    look: Look
    waited: str
    to_do: str | Promise
    is_running: bool


@dataclass(frozen=True)
class Group:
    """Some rows under one title."""

    title: str
    rows: list[Row]


@require_safe
@needs("request.follow")
def list_(request: HttpRequest) -> HttpResponse:
    """Show the requests of the demandeur's site."""
    return render(request, "requesting/list.html", {"groups": list_groups(require_actor(request))})


@require_safe
@needs("request.follow")
def rows(request: HttpRequest) -> HttpResponse:
    """Return the list alone, for the live page."""
    return render(request, "requesting/_groups.html", {"groups": list_groups(require_actor(request))})


def list_groups(actor: Actor) -> list[Group]:
    """Sort the site's requests under three titles; an empty one is left out."""
    to_do, running, ended = [], [], []
    for row in _list_rows(actor):
        if row.to_do:
            to_do.append(row)
        elif row.is_running:
            running.append(row)
        else:
            ended.append(row)
    groups = [Group(_("For you"), to_do), Group(_("Under way"), running), Group(_("Ended"), ended)]
    return [group for group in groups if group.rows]


def _list_rows(actor: Actor) -> list[Row]:
    found_requests = list(list_requests(actor)[:MOST_SHOWN])
    acts = [found.act_id for found in found_requests]
    exams = map_exams(acts)
    owed = map_owed(actor.role, acts=acts)
    unread = {each.report.act_id for each in list_received(actor).filter(acknowledged_at=None)}
    rows = []
    for found in found_requests:
        exam = exams.get(found.act_id)
        to_do = _to_do(found, actor) or (_READ_REPORT if found.act_id in unread else "")
        to_do = to_do or _say_owed(owed.get(found.act_id, set()))
        rows.append(
            Row(
                request=found,
                look=look_of_exam(exam) if exam else look_of(found),
                waited=spell_wait(found.submitted_at or found.created_at, now()),
                to_do=to_do,
                is_running=found.state in _RUNNING and (exam is None or exam.state not in _OVER),
            )
        )
    return rows


def _to_do(found: ExamRequest, actor: Actor) -> str | Promise:
    if actor.role is not Role.SECRETARY and found.state != RequestState.DRAFT:
        return _to_do_of_physician(found)
    if found.state != RequestState.DRAFT:
        return ""
    if found.author_id == actor.id:
        return _FINISH if found.transcriber_id in {None, actor.id} else _CONFIRM
    return _FINISH if found.transcriber_id == actor.id else ""


def _to_do_of_physician(found: ExamRequest) -> str | Promise:
    if found.state == RequestState.AWAITING_ANSWER:
        return _ANSWER
    if found.state == RequestState.SUBSTITUTION_PROPOSED:
        return _ANSWER_EXAM
    if found.state == RequestState.REFUSED and found.refusal_acknowledged_at is None:
        return _READ
    return ""


def _say_owed(guards: set[str]) -> str | Promise:
    """Return the most pressing of what is owed, if anything is."""
    if DECISION_READ in guards:
        return _READ_DECISION
    if TREATING_TOLD in guards:
        return _TELL_TREATING
    return _COMPLETE if guards - {PAPERS.code} else ""  # papers are the site's to write


_ANSWER = gettext_lazy("Answer the radiologist")
_ANSWER_EXAM = gettext_lazy("Answer: another exam is proposed")
_READ = gettext_lazy("Read the refusal")
_READ_DECISION = gettext_lazy("Read the decision")
_TELL_TREATING = gettext_lazy("Tell the treating physician")
_COMPLETE = gettext_lazy("Complete the request")
_READ_REPORT = gettext_lazy("Read the report")
_FINISH = gettext_lazy("Finish the draft")
_CONFIRM = gettext_lazy("Confirm what was typed in your name")
