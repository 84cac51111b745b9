"""Bring a CD or a folder beside an exam: whose images they are is compared and said by a person (R40)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.acquisition.queries import get_exam
from diaphane.imaging.priors import get_prior, withdraw_prior
from diaphane.kernel.clock import now
from diaphane.media.announcing import close_import
from diaphane.media.belonging import attach_brought
from diaphane.media.queries import find_last_import, get_open_import
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import go
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.roles import needs

from .import_describing import describe_import
from .import_form import BelongingForm, WithdrawForm


@require_safe
@needs("images.bring")
def bring(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show where to choose a CD or a folder, and how far its import is."""
    act = get_exam(act_id, actor=require_actor(request)).act
    record_act_view(request, act)
    return render(request, "technologist/import.html", describe_import(act, actor=require_actor(request)))


@require_safe
@needs("images.bring")
def progress(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Return what changes while files come; a choice under way is left alone."""
    actor = require_actor(request)
    act = get_exam(act_id, actor=actor).act
    return render(request, "technologist/_import_live.html", describe_import(act, actor=actor))


@require_POST
@needs("images.bring")
def attach(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Attach the studies that a person has compared and chosen."""
    actor = require_actor(request)
    media_import = find_last_import(get_exam(act_id, actor=actor).act, actor=actor)
    if media_import is not None:
        form = BelongingForm(request.POST)
        attach_brought(media_import=media_import, **form.read(), by=actor, at=now())
    return go(request, reverse("technologist:bring", args=[act_id]))


@require_POST
@needs("images.bring")
def close(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """End the import; what is attached to nothing waits among the images to attach."""
    actor = require_actor(request)
    close_import(media_import=get_open_import(act_id, actor=actor), by=actor, at=now())
    return go(request, reverse("technologist:exam", args=[act_id]))


@require_POST
@needs("images.priors")
def withdraw(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Take earlier images away from an exam, with the reason."""
    actor, form = require_actor(request), WithdrawForm(request.POST)
    prior = get_prior(form.read_prior(), act=get_exam(act_id, actor=actor).act)
    withdraw_prior(prior=prior, reason=form.read_reason(), by=actor, at=now())
    return go(request, reverse("technologist:exam", args=[act_id]))
