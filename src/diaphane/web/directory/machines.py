"""Machines of one's structure: gateways, services, collectors; each token is shown once (R39, R43, R46)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diaphane.accounts.machines import issue_enrolment_code, revoke_machine
from diaphane.accounts.services import open_collector, open_service, rotate_service
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.queries import list_grounds
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .machine_forms import MachineForm, Opened
from .machine_lines import find_line, list_lines
from .tabs import list_tabs


@require_safe
@needs("machine.admit")
def list_(request: HttpRequest) -> HttpResponse:
    """Show every machine of the actor's ground, and until when, and when last, its token serves."""
    actor = require_actor(request)
    context = {
        "lines": list_lines(actor, at=now()),
        "sees_many": len(list_grounds(actor)) > 1,
        "tabs": list_tabs(actor, "machines"),
    }
    return render(request, "directory/machines.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("machine.admit")
@sensitive_variables("opened")
def open_(request: HttpRequest) -> HttpResponse:
    """Let a machine in; show its token, or its code, this once."""
    actor = require_actor(request)
    form = MachineForm(request.POST if request.method == "POST" else None, actor=actor)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "directory/open_machine.html", {"form": form}, status=status)
    return _show_once(request, _open(form, actor))


@require_POST
@needs("machine.admit")
@sensitive_variables("given")
def rotate(request: HttpRequest, machine_id: UUID) -> HttpResponse:
    """Make the next token of a service or a collector, and show it this once."""
    actor = require_actor(request)
    line = find_line(machine_id, actor=actor, at=now())
    given = rotate_service(machine_id=machine_id, by=actor, at=now())
    return _show_once(request, Opened(line.label, given.token, given.expires_at, is_next=True))


@require_POST
@needs("machine.admit")
def revoke(request: HttpRequest, machine_id: UUID) -> HttpResponse:
    """Shut a machine out."""
    actor = require_actor(request)
    find_line(machine_id, actor=actor, at=now())
    revoke_machine(machine_id=machine_id, by=actor, at=now())
    return go(request, reverse("directory:machines"))


def _open(form: MachineForm, actor: Actor) -> Opened:
    given, at = form.cleaned_data, now()
    who = {"label": given["label"], "structure_id": UUID(given["structure"]), "by": actor, "at": at}
    if given["kind"] == "gateway":
        return Opened(given["label"], issue_enrolment_code(**who), is_code=True)
    if given["kind"] == "collector":
        made = open_collector(**who, days=given["days"])
    else:
        made = open_service(**who, scopes=given["scopes"], days=given["days"])
    return Opened(given["label"], made.token, made.expires_at)


def _show_once(request: HttpRequest, opened: Opened) -> HttpResponse:
    return render(request, "directory/token.html", {"opened": opened}, status=201)
