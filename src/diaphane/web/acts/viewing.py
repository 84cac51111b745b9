"""Open an act's page: the one place that records who saw it (R43)."""

from uuid import UUID

from django.http import HttpRequest

from diaphane.acts.models import Act
from diaphane.acts.operations import subject_of
from diaphane.audit.operations import record_view
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.models import ExamRequest
from diaphane.requests.queries import get_request


def show_request(request: HttpRequest, act_id: UUID) -> ExamRequest:
    """Return the request of an act for a page about to be shown, and record the view.

    Raises:
        ExamRequest.DoesNotExist: unknown, or not open to this actor; the page answers 404.
    """
    found = get_request(act_id, actor=require_actor(request))
    record_act_view(request, found.act)
    return found


def record_act_view(request: HttpRequest, act: Act) -> None:
    """Record that the actor sees an act, once per session."""
    record_view("act", by=require_actor(request), at=now(), subject=subject_of(act))
