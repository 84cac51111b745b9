"""The documents of a request: brought, opened and withdrawn; each opening is traced (R43, R71)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.audit.operations import Subject, record_view
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.rights import may
from diaphane.organisations.documents import read_document
from diaphane.organisations.middleware import require_actor
from diaphane.requests.attaching import attach_document, get_attachment, withdraw_attachment
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.queries import get_request
from diaphane.web.acts.answering import go, say_wrong
from diaphane.web.acts.viewing import show_request
from diaphane.web.directory.proofs import give_document
from diaphane.web.roles import needs

from .forms import AttachForm, WithdrawForm


@require_safe
@needs("attachment.read")
def list_(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the documents of a request, those that were withdrawn too, and the form to bring one."""
    found, actor = show_request(request, act_id), require_actor(request)
    context = {
        "exam_request": found,
        "act": found.act,
        "patient": found.act.patient,
        "attachments": found.attachments.all(),
        "form": AttachForm(),
        "withdraw_form": WithdrawForm(),
        "may_attach": may(actor, "attachment.add"),
        "back": find_page(found, actor),
    }
    return render(request, "attachments/list.html", context)


@require_POST
@needs("attachment.add")
def add(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Attach a document."""
    actor, form = require_actor(request), AttachForm(request.POST, request.FILES)
    found = get_request(act_id, actor=actor)
    if not form.is_valid():
        return say_wrong(request, form)
    attach_document(request=found, **form.read(), by=actor, at=now())  # type: ignore[arg-type]
    return go(request, reverse("attachments:list", args=[act_id]))


@require_safe
@needs("attachment.read")
def open_(request: HttpRequest, act_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Give a document, to be saved: nothing in it runs here."""
    actor = require_actor(request)
    found = get_attachment(act_id, attachment_id, actor=actor)
    act = found.request.act
    record_view(
        "attachment", by=actor, at=now(), subject=Subject("attachment", found.pk, act.pk, act.patient_id)
    )
    content = read_document(found.document_key, sha256=found.document_sha256)
    return give_document(content, media_type=found.document_type, name=f"piece-{found.added_at:%Y%m%d-%H%M}")


@require_POST
@needs("attachment.add")
def withdraw(request: HttpRequest, act_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Withdraw a document, with the reason."""
    actor, form = require_actor(request), WithdrawForm(request.POST)
    found = get_attachment(act_id, attachment_id, actor=actor)
    if not form.is_valid():
        return say_wrong(request, form)
    withdraw_attachment(attachment=found, reason=form.cleaned_data["withdrawn_reason"], by=actor, at=now())
    return go(request, reverse("attachments:list", args=[act_id]))


def find_page(found: ExamRequest, actor: Actor) -> str:
    """Return the page of the request in this role's own place."""
    if actor.role is Role.IMAGEUR:
        return reverse("reading_room:act", args=[found.act_id])
    if actor.role is Role.TECHNOLOGIST:
        return reverse("technologist:exam", args=[found.act_id])
    name = "requesting:edit" if found.state == RequestState.DRAFT else "requesting:act"
    return reverse(name, args=[found.act_id])
