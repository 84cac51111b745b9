"""Who is on duty now and how they are reached; one’s own duty, for an imageur (R10, R135)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.kernel.clock import now
from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.rosters.operations import say_saturated
from diaphane.rosters.queries import find_own_shift, list_hand_overs, list_reachable, list_roster
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

_HAND_OVERS_SHOWN = 5


@require_safe
@needs("duty.see")
def now_(request: HttpRequest) -> HttpResponse:
    """Show who can be reached now; to an imageur, their own duty and hand-overs too."""
    return render(request, "rosters/now.html", _context(request))


@require_safe
@needs("duty.see")
def live(request: HttpRequest) -> HttpResponse:
    """Return what changes by itself."""
    return render(request, "rosters/_now.html", _context(request))


@require_POST
@needs("shift.saturate")
def saturate(request: HttpRequest) -> HttpResponse:
    """Say that one is saturated, or no more."""
    is_saturated = request.POST.get("saturated") == "yes"
    say_saturated(is_saturated=is_saturated, by=require_actor(request), at=now())
    return go(request, reverse("rosters:now"))


def _context(request: HttpRequest) -> dict[str, object]:
    actor, at = require_actor(request), now()
    is_imageur = may(actor, "hand_over.give")
    context: dict[str, object] = {"places": list_reachable(actor, at=at), "is_imageur": is_imageur}
    if is_imageur:
        own = list_roster(actor, since=at).filter(user_id=actor.id)
        context |= {
            "own": find_own_shift(actor, at=at),
            "coming": own.filter(starts_at__gt=at)[:3],
            "hand_overs": list_hand_overs(actor)[:_HAND_OVERS_SHOWN],
        }
    return context
