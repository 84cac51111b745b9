"""One's structure and its partners: who they are, how they are reached (R10, R26)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.models import Structure
from diaphane.organisations.queries import get_structure, list_partners, list_rooms_of
from diaphane.organisations.structures import change_structure
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.roles import needs

from .forms import StructureForm
from .tabs import list_tabs


@require_safe
@needs("structure.see")
def list_(request: HttpRequest) -> HttpResponse:
    """Show the actor's structure and those that a convention joins to it."""
    ours = _ours(request)
    initial = {"phone": ours.phone, "email": ours.lead_technologist_email, "holiday_zone": ours.holiday_zone}
    return render(request, "directory/structures.html", _describe(request, StructureForm(initial=initial)))


@require_POST
@needs("structure.change")
def change(request: HttpRequest) -> HttpResponse:
    """Change how the structure is reached."""
    form = StructureForm(request.POST)
    if not form.is_valid():
        template = "directory/_structure_form.html" if is_fragment(request) else "directory/structures.html"
        return render(request, template, _describe(request, form))
    given = form.cleaned_data
    change_structure(
        phone=given["phone"],
        email=given["email"],
        zone=given["holiday_zone"],
        by=require_actor(request),
        at=now(),
    )
    return go(request, reverse("directory:structures"))


def _ours(request: HttpRequest) -> Structure:
    structure_id = require_actor(request).structure_id
    if structure_id is None:
        raise Structure.DoesNotExist
    return get_structure(structure_id)


def _describe(request: HttpRequest, form: StructureForm) -> dict[str, object]:
    ours = _ours(request)
    return {
        "ours": ours,
        "rooms": list_rooms_of(ours.pk),
        "partners": list_partners(require_actor(request)),
        "form": form,
        "tabs": list_tabs("structures"),
    }
