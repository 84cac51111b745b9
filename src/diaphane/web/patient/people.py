"""My people: who stands beside me, what each may do or know; I open it and take it back (R57, R126)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from diaphane.kernel.clock import now
from diaphane.kernel.errors import NotAllowedError
from diaphane.organisations.middleware import require_actor
from diaphane.patients.allowing import grant_matter, revoke_matter
from diaphane.patients.relating import end_relationship
from diaphane.web.related import describe_bonds
from diaphane.web.roles import needs

from .words import MATTERS


@require_safe
@needs("relationship.own")
def people(request: HttpRequest) -> HttpResponse:
    """Show who stands beside me, those of now first."""
    actor = require_actor(request)
    if actor.patient_id is None:
        raise NotAllowedError("")
    found = describe_bonds(actor.patient_id, on=localdate(now()))
    bonds = [(bond, [(line, MATTERS[line.matter]) for line in bond.matters]) for bond in found]
    return render(request, "patient/people.html", {"bonds": bonds})


@require_POST
@needs("relationship.own")
def allow(request: HttpRequest, relationship_id: UUID) -> HttpResponse:
    """Open one matter to one of my people, or close it."""
    matter, by = str(request.POST.get("matter", "")), require_actor(request)
    if request.POST.get("closes") == "yes":
        revoke_matter(relationship_id=relationship_id, matter=matter, by=by, at=now())
    else:
        grant_matter(relationship_id=relationship_id, matter=matter, by=by, at=now())
    return redirect("patient:people")


@require_POST
@needs("relationship.own")
def leave(request: HttpRequest, relationship_id: UUID) -> HttpResponse:
    """Say that this person is no longer one of mine; no reason is asked for."""
    by, reason = require_actor(request), _("The patient wishes it.")
    end_relationship(relationship_id=relationship_id, reason=reason, by=by, at=now())
    return redirect("patient:people")
