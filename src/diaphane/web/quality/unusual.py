"""Looks that stand out, each with its reasons, and what was concluded on them (R44)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views.decorators.http import require_POST, require_safe

from diaphane.acts.look_reviews import conclude_on_looks
from diaphane.acts.models import LookReview, OtherLookReview
from diaphane.acts.other_look_reviews import conclude_on_other_looks
from diaphane.acts.unusual import Unusual, list_unusual
from diaphane.acts.unusual_elsewhere import OtherLooks, list_other_unusual
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.emergency.forms import ReviewForm
from diaphane.web.roles import needs

DAYS = 30
MOST_SHOWN = 100


@dataclass(frozen=True)
class Line:
    """The looks of one person at one exam, and the role in which they were had."""

    look: Unusual
    role: Promise

    @property
    def key(self) -> str:
        """Return what tells this line from the others on the page."""
        return f"{self.look.act.pk}-{self.look.entry.actor_id}"


@dataclass(frozen=True)
class OtherLine:
    """What one person did outside any exam, and the role in which they did it."""

    look: OtherLooks
    role: Promise

    @property
    def key(self) -> str:
        """Return what tells this line from the others on the page."""
        return f"{self.look.entry.pk}-{self.look.entry.actor_id}"


@require_safe
@needs("trace.review")
def unusual(request: HttpRequest) -> HttpResponse:
    """List the looks of the last days that stand out, by the number of the exam and no patient's name."""
    actor = require_actor(request)
    since = now() - timedelta(days=DAYS)
    found, others = list_unusual(actor, since=since), list_other_unusual(actor, since=since)
    context = {
        "others": [OtherLine(each, Role(each.entry.actor_role).label) for each in others[:MOST_SHOWN]],
        "other_count": len(others),
        "other_reviewed": OtherLookReview.objects.visible_to(actor)[:MOST_SHOWN],
        "lines": [Line(each, Role(each.entry.actor_role).label) for each in found[:MOST_SHOWN]],
        "count": len(found),
        "days": DAYS,
        "verdicts": LookReview.Verdict.choices,
        "reviewed": LookReview.objects.visible_to(actor)[:MOST_SHOWN],
    }
    return render(request, "quality/unusual.html", context)


@require_POST
@needs("trace.review")
def conclude(request: HttpRequest, act_id: UUID, person_id: UUID) -> HttpResponse:
    """Conclude on the looks of one person at one exam, those that the page showed."""
    conclude_on_looks(act_id=act_id, person_id=person_id, **_read_conclusion(request))
    return redirect("unusual")


@require_POST
@needs("trace.review")
def conclude_elsewhere(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Conclude on what one person did outside any exam, up to what the page showed."""
    conclude_on_other_looks(person_id=person_id, **_read_conclusion(request))
    return redirect("unusual")


class _Conclusion(TypedDict):
    until_entry: int
    verdict: str
    conclusion: str
    since: datetime
    by: Actor
    at: datetime


def _read_conclusion(request: HttpRequest) -> _Conclusion:
    verdict, conclusion = ReviewForm(request.POST).read()
    at = now()
    return _Conclusion(
        until_entry=_read_number(request.POST.get("until", "")),
        verdict=verdict,
        conclusion=conclusion,
        since=at - timedelta(days=DAYS),
        by=require_actor(request),
        at=at,
    )


def _read_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
