"""The demandeur's list: what waits for the site's physicians first, then what runs, then what ended."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from diaphane.acts.queries import list_acts_owing
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.queries import list_requests
from diaphane.web.acts.durations import spell_wait
from diaphane.web.acts.panels import Look, look_of
from diaphane.web.roles import for_roles

MOST_SHOWN = 200
_RUNNING = {
    RequestState.DRAFT,
    RequestState.SUBMITTED,
    RequestState.UNDER_REVIEW,
    RequestState.AWAITING_ANSWER,
    RequestState.VALIDATED,
}


@dataclass(frozen=True)
class Row:
    """One request on the list."""

    request: ExamRequest
    look: Look
    waited: str
    to_do: str | Promise


@dataclass(frozen=True)
class Group:
    """Some rows under one title."""

    title: str
    rows: list[Row]


@require_safe
@for_roles(Role.REQUESTING_PHYSICIAN)
def list_(request: HttpRequest) -> HttpResponse:
    """Show the requests of the demandeur's site."""
    return render(request, "requesting/list.html", {"groups": list_groups(require_actor(request))})


@require_safe
@for_roles(Role.REQUESTING_PHYSICIAN)
def rows(request: HttpRequest) -> HttpResponse:
    """Return the list alone, for the live page."""
    return render(request, "requesting/_groups.html", {"groups": list_groups(require_actor(request))})


def list_groups(actor: Actor) -> list[Group]:
    """Sort the site's requests under three titles; an empty one is left out."""
    to_do, running, ended = [], [], []
    found_requests = list(list_requests(actor)[:MOST_SHOWN])
    acts = [found.act_id for found in found_requests]
    owing = set(list_acts_owing(actor.role).filter(act_id__in=acts))
    for found in found_requests:
        row = _row(found, actor, is_owing=found.act_id in owing)
        if row.to_do:
            to_do.append(row)
        elif found.state in _RUNNING:
            running.append(row)
        else:
            ended.append(row)
    groups = [Group(_("For you"), to_do), Group(_("Under way"), running), Group(_("Ended"), ended)]
    return [group for group in groups if group.rows]


def _row(found: ExamRequest, actor: Actor, *, is_owing: bool) -> Row:
    since = found.submitted_at or found.created_at
    to_do = _to_do(found, actor) or (_COMPLETE if is_owing else "")
    return Row(found, look_of(found), spell_wait(since, now()), to_do)


def _to_do(found: ExamRequest, actor: Actor) -> str | Promise:
    if found.state == RequestState.AWAITING_ANSWER:
        return _ANSWER
    if found.state == RequestState.REFUSED and found.refusal_acknowledged_at is None:
        return _READ
    if found.state == RequestState.DRAFT and found.author_id == actor.id:
        return _FINISH
    return ""


_ANSWER = gettext_lazy("Answer the radiologist")
_READ = gettext_lazy("Read the refusal")
_COMPLETE = gettext_lazy("Complete the request")
_FINISH = gettext_lazy("Finish the draft")
