"""Show what guides of good use say of a request: advice, with where it comes from (R69)."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.clock import now
from diaphane.requests.advising import advise_request
from diaphane.requests.models import ExamRequest
from diaphane.requests.outside_advice import find_service
from diaphane.safety.appropriateness import Advice, Guide
from diaphane.safety.outcomes import Outcome

_LOOKS: dict[Outcome, tuple[str, str, str | Promise]] = {
    Outcome.WARN: ("note", "alert-triangle", _("Good use")),
    Outcome.INFO: ("plain", "info-circle", _("Good use")),
}


@dataclass(frozen=True)
class AdviceLine:
    """One advice as people read it."""

    tone: str
    icon: str
    label: str | Promise
    advice: Advice
    guide: Guide


@dataclass(frozen=True)
class AdvicePanel:
    """Everything that a page shows of the good use of an exam."""

    lines: tuple[AdviceLine, ...]
    guides: tuple[Guide, ...]
    outside: str = ""
    """Where what an outside service says is asked, once the page is there; empty without one."""


def describe_advice(request: ExamRequest) -> AdvicePanel:
    """Return what the guides say of a request now."""
    advised = advise_request(request, at=now())
    lines = tuple(
        AdviceLine(*_LOOKS[each.outcome], each, found.guide) for found in advised for each in found.advice
    )
    asks = request.exam is not None and bool(find_service(request))
    outside = reverse("requesting:outside_advice", args=[request.act_id]) if asks else ""
    return AdvicePanel(lines, tuple(each.guide for each in advised), outside)
