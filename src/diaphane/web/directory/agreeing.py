"""Sign a convention, decline it, end it: one person of each structure (R26)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.kernel.clock import now
from diaphane.organisations.contracting import (
    accept_convention,
    ask_end,
    decline_convention,
    end_convention,
    keep_convention,
)
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .convention_form import EndForm


@require_POST
@needs("convention.accept")
def accept(request: HttpRequest, convention_id: UUID) -> HttpResponse:
    """Sign for the other structure."""
    accept_convention(convention_id=convention_id, by=require_actor(request), at=now())
    return _back(request, convention_id)


@require_POST
@needs("convention.decline")
def decline(request: HttpRequest, convention_id: UUID) -> HttpResponse:
    """Decline, or withdraw."""
    decline_convention(convention_id=convention_id, by=require_actor(request), at=now())
    return _back(request, convention_id)


@require_POST
@needs("convention.ask_end")
def ask(request: HttpRequest, convention_id: UUID) -> HttpResponse:
    """Ask for the end, with a last day and a reason."""
    form = EndForm(request.POST)
    form.is_valid()  # what cannot be read is missing, and the guards say so
    ask_end(
        convention_id=convention_id,
        last_day=form.cleaned_data.get("last_day"),
        reason=str(form.cleaned_data.get("reason", "")),
        by=require_actor(request),
        at=now(),
    )
    return _back(request, convention_id)


@require_POST
@needs("convention.keep")
def keep(request: HttpRequest, convention_id: UUID) -> HttpResponse:
    """Keep a convention whose end was asked for."""
    keep_convention(convention_id=convention_id, by=require_actor(request), at=now())
    return _back(request, convention_id)


@require_POST
@needs("convention.end")
def end(request: HttpRequest, convention_id: UUID) -> HttpResponse:
    """Sign the end for the other structure."""
    end_convention(convention_id=convention_id, by=require_actor(request), at=now())
    return _back(request, convention_id)


def _back(request: HttpRequest, convention_id: UUID) -> HttpResponse:
    return go(request, reverse("directory:convention", args=[convention_id]))
