"""Open a proof, check it, refuse it: through rights, never one's own (R18–R20, R24)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.audit.operations import Subject, record_view
from diaphane.kernel.clock import now
from diaphane.organisations.documents import SUFFIXES, read_document
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.proving import check_credential, refuse_credential
from diaphane.organisations.queries import get_credential
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .forms import RefusalForm


def give_document(content: bytes, *, media_type: str, name: str) -> HttpResponse:
    """Give a document that somebody brought, to be saved: nothing in it runs here."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{SUFFIXES[media_type]}"'
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@require_safe
@needs("credential.open")
def document(request: HttpRequest, credential_id: UUID) -> HttpResponse:
    """Give the document of a proof, and trace who opened it."""
    actor = require_actor(request)
    found = get_credential(credential_id, actor=actor)
    record_view("credential", by=actor, at=now(), subject=Subject("credential", found.pk))
    content = read_document(found.document_key, sha256=found.document_sha256)
    return give_document(content, media_type=found.document_type, name="justificatif")


@require_POST
@needs("credential.check")
def check(request: HttpRequest, credential_id: UUID) -> HttpResponse:
    """Say that a proof is right."""
    actor = require_actor(request)
    moved = check_credential(credential_id=credential_id, by=actor, at=now())
    return go(request, reverse("directory:person", args=[moved.holder_id]))


@require_POST
@needs("credential.refuse")
def refuse(request: HttpRequest, credential_id: UUID) -> HttpResponse:
    """Refuse a proof, with the reason."""
    form = RefusalForm(request.POST)
    reason = str(form.cleaned_data["reason"]) if form.is_valid() else ""
    moved = refuse_credential(credential_id=credential_id, reason=reason, by=require_actor(request), at=now())
    return go(request, reverse("directory:person", args=[moved.holder_id]))
