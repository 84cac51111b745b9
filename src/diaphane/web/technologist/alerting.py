"""An alert about the site's gateway: one person says that they see to it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.imaging.alerts import get_alert
from diaphane.imaging.watching import acknowledge_alert
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs


@require_POST
@needs("gateway_alert.acknowledge")
def acknowledge(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Record who sees to it."""
    actor = require_actor(request)
    acknowledge_alert(alert=get_alert(alert_id, actor=actor), by=actor, at=now())
    return go(request, reverse("technologist:board"))
