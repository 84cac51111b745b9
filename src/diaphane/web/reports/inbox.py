"""Signed reports: those addressed to me, those that nobody received, and whom nobody has told (R96, R101)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diaphane.acquisition.queries import list_without_conclusion
from diaphane.delivery.queries import list_not_received, list_received
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.queries import list_reports, list_to_tell
from diaphane.web.acts.answering import is_fragment
from diaphane.web.roles import needs

MOST_SHOWN = 100


@require_safe
@needs("report.read")
def list_(request: HttpRequest) -> HttpResponse:
    """List what I have to read, what nobody received, and the patients whom nobody has told."""
    template = "reports/_list_live.html" if is_fragment(request) else "reports/list.html"
    return render(request, template, _describe(require_actor(request)))


def _describe(actor: Actor) -> dict[str, object]:
    received = list(list_received(actor)[:MOST_SHOWN])
    is_informer = may(actor, "report.tell")
    return {
        "to_read": [each for each in received if each.acknowledged_at is None],
        "read": [each for each in received if each.acknowledged_at is not None],
        "not_received": list_not_received(actor) if is_informer else [],
        "to_tell": list_to_tell(actor) if is_informer else [],
        "without_conclusion": list_without_conclusion(actor) if is_informer else [],
        "signed": list_reports(actor)[:MOST_SHOWN] if actor.role is Role.IMAGEUR else [],
    }
