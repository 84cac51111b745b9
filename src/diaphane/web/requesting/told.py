"""What the demandeur answers and reads: another exam, another urgency, another way (R69, R73, R75)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.queries import get_request
from diaphane.requests.substituting import answer_proposal
from diaphane.requests.telling import acknowledge_decision, record_treating_told
from diaphane.web.acts.answering import go, say_wrong
from diaphane.web.acts.forms import AnswerForm
from diaphane.web.roles import needs

from .forms import TreatingForm


@require_POST
@needs("request.follow", "request.agree")
def answer_exam(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Agree or not to the exam that the radiologist proposes (R69)."""
    actor, form = require_actor(request), AnswerForm(request.POST)
    found = get_request(act_id, actor=actor)
    if not form.is_valid():
        return say_wrong(request, form)
    answer_proposal(request=found, **form.answer_values, by=actor, at=now())
    return go(request, reverse("requesting:act", args=[act_id]))


@require_POST
@needs("request.acknowledge")
def read_decision(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that a decision that differs from what was asked for was read (R69, R73)."""
    actor = require_actor(request)
    acknowledge_decision(request=get_request(act_id, actor=actor), by=actor, at=now())
    return go(request, reverse("requesting:act", args=[act_id]))


@require_POST
@needs("request.acknowledge")
def tell_treating(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record how the médecin traitant was told that nothing is done at a distance (R75)."""
    actor, form = require_actor(request), TreatingForm(request.POST)
    found = get_request(act_id, actor=actor)
    if not form.is_valid():
        return say_wrong(request, form)
    record_treating_told(request=found, words=form.cleaned_data["treating_told"], by=actor, at=now())
    return go(request, reverse("requesting:act", args=[act_id]))
