"""Keep the list of equipment: a new piece, a check, a piece that is no longer used (R23)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.papers.equipping import add_equipment, record_check, remove_equipment
from diaphane.organisations.papers.queries import get_equipment
from diaphane.web.acts.answering import go, say_wrong
from diaphane.web.directory.employing_forms import say_missing
from diaphane.web.roles import needs

from .forms import CheckForm, EquipmentForm, WithdrawalForm


@require_POST
@needs("paper.see", "equipment.keep")
def add(request: HttpRequest) -> HttpResponse:
    """Add a piece of equipment to the actor's own site."""
    form = EquipmentForm(request.POST)
    if not form.is_valid():
        return say_wrong(request, form)
    add_equipment(**form.cleaned_data, by=require_actor(request), at=now())
    return go(request, reverse("papers:list"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("paper.see", "equipment.keep")
def check(request: HttpRequest, equipment_id: UUID) -> HttpResponse:
    """Show the checks of a piece of equipment, and write a new one."""
    actor = require_actor(request)
    found = get_equipment(equipment_id, actor=actor)
    form = CheckForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            record_check(equipment_id=found.pk, terms=form.read(), by=actor, at=now())
        except GuardError as error:
            say_missing(form, error)
        else:
            return go(request, reverse("papers:check_equipment", args=[found.pk]))
    context = {"found": found, "form": form, "removal_form": WithdrawalForm()}
    return render(request, "papers/equipment.html", context, status=422 if form.errors else 200)


@require_POST
@needs("paper.see", "equipment.keep")
def remove(request: HttpRequest, equipment_id: UUID) -> HttpResponse:
    """Say that a piece of equipment is no longer used."""
    form = WithdrawalForm(request.POST)
    reason = str(form.cleaned_data["reason"]) if form.is_valid() else ""
    remove_equipment(equipment_id=equipment_id, reason=reason, by=require_actor(request), at=now())
    return go(request, reverse("papers:list"))
