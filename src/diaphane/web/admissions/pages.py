"""The hospital's messages, those kept aside first; each is tried again or dismissed (R40)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.admissions.models import ReceivedMessage
from diaphane.admissions.peers import list_peers
from diaphane.admissions.queue import (
    dismiss_message,
    get_message,
    list_aside,
    list_latest,
    try_again,
)
from diaphane.audit.operations import Subject, record_view
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import go
from diaphane.web.directory.tabs import list_tabs
from diaphane.web.roles import needs

from .forms import DismissForm

MOST_SHOWN = 50


@require_safe
@needs("admission.see")
def list_(request: HttpRequest) -> HttpResponse:
    """Show what waits, what came last, and who may send; nobody is named here."""
    actor = require_actor(request)
    aside = list_aside(actor)
    context = {
        "aside": aside.defer("body")[:MOST_SHOWN],
        "aside_count": aside.count(),
        "latest": list_latest(actor, most=MOST_SHOWN),
        "peers": list_peers(actor),
        "tabs": list_tabs(actor, "hospital"),
    }
    return render(request, "admissions/list.html", context)


@require_safe
@needs("admission.see")
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Show one message as it came, and record that it was seen (R43)."""
    return _show(request, get_message(message_id, actor=require_actor(request)))


@require_POST
@needs("admission.settle")
def retry(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Apply it again; what still stops it is said."""
    actor = require_actor(request)
    if try_again(message_id=message_id, by=actor, at=now()):
        return go(request, reverse("admissions:list"))
    return go(request, reverse("admissions:message", args=[message_id]))


@require_POST
@needs("admission.settle")
def dismiss(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Let it go, with the reason."""
    reason = DismissForm(request.POST).words()
    dismiss_message(message_id=message_id, reason=reason, by=require_actor(request), at=now())
    return go(request, reverse("admissions:list"))


def _show(request: HttpRequest, found: ReceivedMessage) -> HttpResponse:
    subject = Subject("hospital_message", found.pk, patient_id=found.patient_id)
    record_view("hospital_message", by=require_actor(request), at=now(), subject=subject)
    lines = bytes(found.body).decode("utf-8", "replace").replace("\r", "\n").strip()
    context = {"found": found, "lines": lines, "reason_form": DismissForm()}
    return render(request, "admissions/message.html", context)
