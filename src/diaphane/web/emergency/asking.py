"""Ask for an exam in an emergency, find again what one has opened, and close it when done (R42)."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from diaphane.accounts.operations import TooManyTriesError
from diaphane.acts.emergencies import LASTS, end_emergency, open_in_emergency
from diaphane.acts.emergency_queries import get_my_emergency, list_my_emergencies
from diaphane.acts.models import EmergencyAccess
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError, GuardError
from diaphane.organisations.middleware import require_actor
from diaphane.web.passkeys import read_proof
from diaphane.web.roles import needs

from .forms import PleaForm

_ACT_PAGES = {
    Role.REQUESTING_PHYSICIAN: "requesting:act",
    Role.IMAGEUR: "reading_room:act",
    Role.TECHNOLOGIST: "technologist:exam",
    Role.TREATING_PHYSICIAN: "reports:show",
}


@dataclass(frozen=True)
class Opened:
    """One exam that is open to me, and the page on which my role reads it."""

    access: EmergencyAccess
    page: str


@sensitive_post_parameters("code", "passkey")
@require_http_methods(["GET", "HEAD", "POST"])
@needs("emergency.open")
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form and what is open already; open what is named, once the reason and the code are given."""
    form = PleaForm(request.POST or None)
    if request.method != "POST":
        return _show(request, form, status=200)
    if not form.is_valid():
        return _show(request, form, status=422)
    actor = require_actor(request)
    sought, plea = form.read_sought(), form.read_plea()
    try:
        open_in_emergency(sought=sought, plea=plea, code=read_proof(request), by=actor, at=now())
    except GuardError as error:
        form.refuse(error)
        return _show(request, form, status=error.status_code)
    except TooManyTriesError:
        raise
    except DiaphaneError as error:
        form.add_error(None, str(error))
        return _show(request, form, status=error.status_code)
    return redirect("emergency:ask")


@require_POST
@needs("emergency.open")
def end(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """Close what I have opened: I have read what I needed."""
    actor = require_actor(request)
    end_emergency(access=get_my_emergency(access_id, actor=actor), by=actor, at=now())
    return redirect("emergency:ask")


def _show(request: HttpRequest, form: PleaForm, *, status: int) -> HttpResponse:
    actor = require_actor(request)
    context = {"form": form, "opened": _list_opened(actor), "hours": LASTS.seconds // 3600}
    return render(request, "emergency/ask.html", context, status=status)


def _list_opened(actor: Actor) -> list[Opened]:
    page = _ACT_PAGES[actor.role]
    found = list_my_emergencies(actor, at=now())
    return [Opened(each, reverse(page, args=[each.act_id])) for each in found]
