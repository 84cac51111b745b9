"""Hand one’s open cases to the next imageur, who accepts them by name."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diaphane.journeys.handing_over import accept_hand_over, list_open_cases, propose_hand_over
from diaphane.journeys.handing_over import take_back_hand_over as take_back_what_was_proposed
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError
from diaphane.organisations.middleware import require_actor
from diaphane.rosters.queries import get_hand_over, list_on_duty
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .forms import HandOverForm


@require_http_methods(["GET", "HEAD", "POST"])
@needs("hand_over.give")
def give(request: HttpRequest) -> HttpResponse:
    """Show what is open, and propose it to the next imageur."""
    actor, is_sent = require_actor(request), request.method == "POST"
    on_duty = list_on_duty(actor.structure_id, at=now()) if actor.structure_id else []
    others = [str(each.user_id) for each in on_duty if each.user_id != actor.id]
    form = HandOverForm(
        request.POST if is_sent else None, actor=actor, initial={"receiver": others[0] if others else ""}
    )
    if is_sent and form.is_valid():
        given = form.cleaned_data
        try:
            made = propose_hand_over(
                receiver_id=UUID(given["receiver"]), words=given["words"], by=actor, at=now()
            )
        except ConflictError as error:
            form.add_error(None, str(error))
        else:
            return go(request, reverse("rosters:hand_over", args=[made.pk]))
    context = {"form": form, "cases": list_open_cases(actor)}
    return render(request, "rosters/give.html", context, status=422 if form.is_bound else 200)


@require_safe
@needs("hand_over.give")
def show(request: HttpRequest, hand_over_id: UUID) -> HttpResponse:
    """Show a hand-over to the two whom it concerns."""
    actor = require_actor(request)
    found = get_hand_over(hand_over_id, actor=actor)
    context = {
        "hand_over": found,
        "cases": list(found.cases.all()),
        "may_accept": found.waits and found.receiver_id == actor.id,
        "may_take_back": found.waits and found.giver_id == actor.id,
    }
    return render(request, "rosters/hand_over.html", context)


@require_POST
@needs("hand_over.accept")
def accept(request: HttpRequest, hand_over_id: UUID) -> HttpResponse:
    """Take over, by name."""
    actor = require_actor(request)
    accept_hand_over(hand_over=get_hand_over(hand_over_id, actor=actor), by=actor, at=now())
    return go(request, reverse("rosters:hand_over", args=[hand_over_id]))


@require_POST
@needs("hand_over.give")
def take_back(request: HttpRequest, hand_over_id: UUID) -> HttpResponse:
    """Take back what nobody has accepted yet."""
    actor = require_actor(request)
    found = get_hand_over(hand_over_id, actor=actor)
    take_back_what_was_proposed(hand_over=found, by=actor, at=now())
    return go(request, reverse("rosters:now"))
