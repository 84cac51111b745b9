"""The file of breaches, with the clock of each (R37)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.privacy.breaches import (
    close_breach,
    open_breach,
    record_notification,
    record_people_told,
    write_breach,
)
from diaphane.privacy.models import Breach
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .breach_forms import BreachFactsForm, NotificationForm, OpenBreachForm, ToldForm


@require_http_methods(["GET", "HEAD", "POST"])
@needs("breach.keep")
def breaches(request: HttpRequest) -> HttpResponse:
    """List the files of the structure, and open one."""
    actor, at = require_actor(request), now()
    form = OpenBreachForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        opened = open_breach(**form.cleaned_data, by=actor, at=at)
        return go(request, reverse("privacy:breach", args=[opened.pk]))
    lines = [(each, each.is_late(at)) for each in Breach.objects.visible_to(actor)]
    return render(request, "privacy/breaches.html", {"lines": lines, "form": form})


@require_safe
@needs("breach.keep")
def breach(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Show one file: what is known, what is owed, how long is left."""
    found, at = _get(request, breach_id), now()
    left = found.due_at - at
    context = {
        "breach": found,
        "is_late": found.is_late(at),
        "hours_left": max(0, int(left.total_seconds() // 3600)),
        "facts_form": BreachFactsForm(instance=found),
        "notification_form": NotificationForm(),
        "told_form": ToldForm(),
    }
    return render(request, "privacy/breach.html", context)


@require_POST
@needs("breach.keep")
def write(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Write what is known."""
    found = _get(request, breach_id)
    form = BreachFactsForm(request.POST, instance=_get(request, breach_id))
    if form.is_valid():
        write_breach(breach=found, facts=form.cleaned_data, by=require_actor(request), at=now())
    return go(request, reverse("privacy:breach", args=[breach_id]))


@require_POST
@needs("breach.keep")
def notify(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Write that the CNIL was notified."""
    found, form, at = _get(request, breach_id), NotificationForm(request.POST), now()
    said = form.read(at)
    record_notification(breach=found, **said, by=require_actor(request), at=at)
    return go(request, reverse("privacy:breach", args=[breach_id]))


@require_POST
@needs("breach.keep")
def tell(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Write that the persons were told."""
    found, form, at = _get(request, breach_id), ToldForm(request.POST), now()
    record_people_told(breach=found, **form.read(at), by=require_actor(request), at=at)
    return go(request, reverse("privacy:breach", args=[breach_id]))


@require_POST
@needs("breach.keep")
def close(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Close the file."""
    close_breach(breach=_get(request, breach_id), by=require_actor(request), at=now())
    return go(request, reverse("privacy:breach", args=[breach_id]))


def _get(request: HttpRequest, breach_id: UUID) -> Breach:
    return Breach.objects.visible_to(require_actor(request)).get(pk=breach_id)
