"""Review the accesses made in an emergency: each is read by another person, who concludes (R44)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from diaphane.acts.emergencies import review_emergency
from diaphane.acts.emergency_queries import get_to_review, list_to_review
from diaphane.acts.models import EmergencyAccess
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs

from .forms import ReviewForm

MOST_SHOWN = 200


@require_safe
@needs("emergency.review")
def list_(request: HttpRequest) -> HttpResponse:
    """List the accesses of the site's exams and of its people, those that wait first; no patient's name."""
    found = list(list_to_review(require_actor(request))[:MOST_SHOWN])
    for each in found:
        each.role_label = Role(each.role).label  # type: ignore[attr-defined]
    context = {
        "waiting": [each for each in found if each.reviewed_at is None],
        "reviewed": [each for each in found if each.reviewed_at is not None],
        "verdicts": EmergencyAccess.Verdict.choices,
    }
    return render(request, "emergency/review.html", context)


@require_POST
@needs("emergency.review")
def review(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """Conclude on one access."""
    actor = require_actor(request)
    access = get_to_review(access_id, actor=actor)
    verdict, conclusion = ReviewForm(request.POST).read()
    review_emergency(access=access, verdict=verdict, conclusion=conclusion, by=actor, at=now())
    return redirect("emergency:review_list")
