"""Looks that stand out, each with its reasons: what an administrator asks about (R44)."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from diaphane.acts.unusual import Unusual, list_unusual
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs

DAYS = 30
MOST_SHOWN = 300


@dataclass(frozen=True)
class Line:
    """One look, and the role in which it was had."""

    look: Unusual
    role: Promise


@require_safe
@needs("trace.review")
def unusual(request: HttpRequest) -> HttpResponse:
    """List the looks of the last days that stand out, by the number of the exam and no patient's name."""
    found = list_unusual(require_actor(request), since=now() - timedelta(days=DAYS))
    lines = [Line(each, Role(each.entry.actor_role).label) for each in found[:MOST_SHOWN]]
    context = {"lines": lines, "count": len(found), "days": DAYS}
    return render(request, "quality/unusual.html", context)
