"""Demande flash: one page for a vital emergency, from the demandeur's list by one key (states.md, V)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.queries import get_structure
from diaphane.patients.operations import record_search
from diaphane.patients.queries import get_patient
from diaphane.patients.searching import search_patients
from diaphane.requests.flash import send_flash
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.roles import needs

from .flash_form import FlashForm
from .forms import SearchForm
from .starting import find_callback

MOST_SHOWN = 6


@require_http_methods(["GET", "HEAD", "POST"])
@needs("request.submit", "identity.register")
def flash(request: HttpRequest) -> HttpResponse:
    """Show the page; by POST, send what was said and go to the request."""
    if request.method != "POST":
        return _show(request, FlashForm.blank(callback_phone=find_callback(request)))
    form = FlashForm(request.POST)
    if form.is_valid():
        return _send(request, form)
    if is_fragment(request):
        return render(request, "requesting/_flash_wrong.html", {"form": form}, status=422)
    return _show(request, form, status=422)


@require_POST
@needs("request.submit", "patient.search")
def find(request: HttpRequest) -> HttpResponse:
    """Show the patients of the site that the words fit, to choose one of; « unknown » stays the first."""
    actor, form = require_actor(request), SearchForm(request.POST)
    words = form.cleaned_data["words"].strip() if form.is_valid() else ""
    found = search_patients(actor, words=words, most=MOST_SHOWN + 1) if words else []
    record_search(found=min(len(found), MOST_SHOWN), by=actor, at=now())
    context: dict[str, object] = {
        "patients": found[:MOST_SHOWN],
        "has_more": len(found) > MOST_SHOWN,
        "words": words,
    }
    if is_fragment(request):
        return render(request, "requesting/_flash_patients.html", context)
    blank = FlashForm.blank(callback_phone=find_callback(request))
    return _show(request, blank, shown=context | {"search_form": form})


def _send(request: HttpRequest, form: FlashForm) -> HttpResponse:
    actor = require_actor(request)
    if actor.structure_id is None:  # the role alone does not open this page without a structure
        return go(request, reverse("home"))
    chosen = form.patient_id
    sent = send_flash(
        attempt=form.cleaned_data["attempt"],
        patient=get_patient(chosen, actor=actor) if chosen else None,
        seen=form.seen,
        site=get_structure(actor.structure_id),
        values=form.told,
        by=actor,
        at=now(),
    )
    return go(request, reverse("requesting:act", args=[sent.act_id]))


def _show(
    request: HttpRequest, form: FlashForm, *, status: int = 200, shown: dict[str, object] | None = None
) -> HttpResponse:
    context = {"form": form, "search_form": SearchForm(), "patients": [], "has_more": False, "words": ""}
    return render(request, "requesting/flash.html", context | (shown or {}), status=status)
