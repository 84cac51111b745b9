"""The conventions of one's structure: the list, one of them, a new one (R26)."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from diaphane.kernel.clock import now
from diaphane.organisations.contracting import propose_convention
from diaphane.organisations.documents import read_document
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.models import Convention, ConventionState
from diaphane.organisations.opening import find_next_opening, is_open_at
from diaphane.organisations.queries import get_convention, list_conventions
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.roles import needs

from .convention_form import ConventionForm, EndForm
from .forms import read_bytes
from .hours import write_hours
from .proofs import give_document
from .tabs import list_tabs
from .words import Wording, word_convention


@dataclass(frozen=True)
class Line:
    """One convention of the list, and how it stands now."""

    convention: Convention
    wording: Wording


@require_safe
@needs("convention.see")
def list_(request: HttpRequest) -> HttpResponse:
    """Show the conventions of the actor's structure."""
    actor = require_actor(request)
    lines = [Line(each, word_convention(each, at=now())) for each in list_conventions(actor)]
    context = {"lines": lines, "tabs": list_tabs(actor, "conventions")}
    return render(request, "directory/conventions.html", context)


@require_safe
@needs("convention.see")
def convention(request: HttpRequest, convention_id: UUID) -> HttpResponse:
    """Show what a convention opens, who signed it, and what the actor may decide."""
    actor, at = require_actor(request), now()
    found = get_convention(convention_id, actor=actor)
    is_ours = found.proposed_by_structure_id == actor.structure_id
    asked_by_us = found.end_asked_by_structure_id == actor.structure_id
    context = {
        "convention": found,
        "wording": word_convention(found, at=at),
        "hours": write_hours(list(found.spans.all())),
        "opening": None if is_open_at(found, at) else find_next_opening(found, at),
        "may_accept": found.state == ConventionState.PROPOSED and not is_ours,
        "may_withdraw": found.state == ConventionState.PROPOSED and is_ours,
        "may_ask_end": found.state == ConventionState.AGREED and found.last_day >= timezone.localdate(at),
        "may_end": found.state == ConventionState.ENDING and not asked_by_us,
        "may_keep": found.state == ConventionState.ENDING,
        "end_form": EndForm(),
    }
    return render(request, "directory/convention.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("convention.propose")
def propose(request: HttpRequest) -> HttpResponse:
    """Write a convention and sign it for one's own structure."""
    actor = require_actor(request)
    form = ConventionForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        document = read_bytes(form.cleaned_data["document"]) or None
        made = propose_convention(terms=form.read(), document=document, by=actor, at=now())
        return go(request, reverse("directory:convention", args=[made.pk]))
    template = "directory/_propose_form.html" if is_fragment(request) else "directory/propose.html"
    return render(request, template, {"form": form})


@require_safe
@needs("convention.see")
def document(request: HttpRequest, convention_id: UUID) -> HttpResponse:
    """Give the document of a convention."""
    found = get_convention(convention_id, actor=require_actor(request))
    if not found.document_key:
        raise Convention.DoesNotExist
    content = read_document(found.document_key)
    return give_document(content, media_type=found.document_type, name="convention")
