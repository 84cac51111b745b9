"""Structures: one's own and its partners, or every one for who runs the platform (R10, R26)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.kernel.rights import may
from diaphane.organisations.founding import create_structure, list_doubts
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.models import Structure
from diaphane.organisations.queries import (
    get_ground_structure,
    list_grounds,
    list_partners,
    list_rooms_of,
    list_sites_of,
    list_staff,
)
from diaphane.organisations.structures import change_structure
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.roles import needs

from .employing_forms import say_missing
from .forms import StructureForm
from .founding_form import FoundationForm
from .tabs import list_tabs


@require_safe
@needs("structure.see")
def list_(request: HttpRequest) -> HttpResponse:
    """Show the actor's structure and its partners; every structure to who runs the platform."""
    actor = require_actor(request)
    if may(actor, "structure.any"):
        context = {"structures": list_grounds(actor), "tabs": list_tabs(actor, "structures")}
        return render(request, "directory/all_structures.html", context)
    ours = get_ground_structure(actor.structure_id or UUID(int=0), actor=actor)
    return render(request, "directory/structures.html", _describe(request, ours, _known(ours)))


@require_safe
@needs("structure.see")
def structure(request: HttpRequest, structure_id: UUID) -> HttpResponse:
    """Show one structure of the actor's ground: its sites, its rooms, who works there."""
    found = get_ground_structure(structure_id, actor=require_actor(request))
    return render(request, "directory/structures.html", _describe(request, found, _known(found)))


@require_POST
@needs("structure.change")
def change(request: HttpRequest, structure_id: UUID) -> HttpResponse:
    """Change how a structure is reached."""
    actor = require_actor(request)
    found = get_ground_structure(structure_id, actor=actor)
    form = StructureForm(request.POST)
    if not form.is_valid():
        template = "directory/_structure_form.html" if is_fragment(request) else "directory/structures.html"
        return render(request, template, _describe(request, found, form))
    given = form.cleaned_data
    change_structure(
        structure_id=found.pk,
        phone=given["phone"],
        email=given["email"],
        zone=given["holiday_zone"],
        by=actor,
        at=now(),
    )
    return go(request, reverse("directory:structure", args=[found.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("structure.create")
def create(request: HttpRequest) -> HttpResponse:
    """Create a structure, or a site of one."""
    form = FoundationForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            made = create_structure(foundation=form.read(), by=require_actor(request), at=now())
        except GuardError as error:
            say_missing(form, error)
        else:
            return go(request, reverse("directory:structure", args=[made.pk]))
    status = 422 if form.is_bound else 200
    return render(request, "directory/create_structure.html", {"form": form}, status=status)


def _known(found: Structure) -> StructureForm:
    return StructureForm(
        initial={
            "phone": found.phone,
            "email": found.lead_technologist_email,
            "holiday_zone": found.holiday_zone,
        }
    )


def _describe(request: HttpRequest, found: Structure, form: StructureForm) -> dict[str, object]:
    actor = require_actor(request)
    return {
        "ours": found,
        "doubts": list_doubts(found),
        "sites": list_sites_of(found.pk),
        "staff": list_staff(found.pk),
        "rooms": list_rooms_of(found.pk),
        "partners": list_partners(actor) if found.pk == actor.structure_id else [],
        "may_create": may(actor, "structure.create"),
        "is_ours": found.pk == actor.structure_id,
        "form": form,
        "tabs": list_tabs(actor, "structures"),
    }
