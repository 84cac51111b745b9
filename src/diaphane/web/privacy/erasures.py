"""What is past its time: decided by the data protection officer, by opaque numbers and no name (R37)."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError, Missing
from diaphane.organisations.middleware import require_actor
from diaphane.privacy.applying import plan_leaving
from diaphane.privacy.deciding import approve_erasure, withdraw_erasure
from diaphane.privacy.erasure_models import Erasure
from diaphane.privacy.erasure_queries import list_retention
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs


@require_safe
@needs("retention.see")
def retention(request: HttpRequest) -> HttpResponse:
    """Show what waits for a decision, what was decided, what is held, the proofs, and what goes by itself."""
    actor, at = require_actor(request), now()
    context = {"retention": list_retention(actor, at=at), "leaving": plan_leaving(at=at)}
    return render(request, "privacy/retention.html", context)


@require_POST
@needs("erasure.approve")
def approve(request: HttpRequest) -> HttpResponse:
    """Decide that the records that were chosen are erased: all of them, or none."""
    actor, at = require_actor(request), now()
    with transaction.atomic():
        for erasure_id in _read_chosen(request):
            approve_erasure(erasure_id=erasure_id, by=actor, at=at)
    return go(request, reverse("privacy:retention"))


@require_POST
@needs("erasure.withdraw")
def withdraw(request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    """Take the decision back."""
    withdraw_erasure(erasure_id=erasure_id, by=require_actor(request), at=now())
    return go(request, reverse("privacy:retention"))


def _read_chosen(request: HttpRequest) -> list[UUID]:
    """Return the records that were ticked.

    Raises:
        GuardError: none was.
        Erasure.DoesNotExist: one is no number at all.
    """
    try:
        chosen = [UUID(each) for each in request.POST.getlist("erasure")]
    except ValueError as error:
        raise Erasure.DoesNotExist from error
    if not chosen:
        raise GuardError(_("No record was chosen."), [Missing("R37", _("One record at least"), _("You"))])
    return chosen
