"""Attach a document to a request, and withdraw one that should not be there (R71)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.rights import may
from diaphane.organisations.documents import keep_document

from .attachment_models import Attachment
from .models import ExamRequest, RequestState

MOST_ATTACHED = 12
_CLOSED = frozenset(
    {
        RequestState.REFUSED,
        RequestState.CANCELLED,
        RequestState.DISCARDED,
        RequestState.ENTERED_IN_ERROR,
    }
)


def attach_document(
    *, request: ExamRequest, kind: str, words: str, document: bytes, by: Actor, at: datetime
) -> Attachment:
    """Keep a document beside a request, whatever its name says it is.

    Raises:
        NotAllowedError: their role attaches nothing.
        ConflictError: the request is over, or holds as many as it may.
        GuardError: no kind, or a document that cannot be kept.
    """
    if not may(by, "attachment.add"):
        raise NotAllowedError(_("Your role attaches no document to a request."))
    if kind not in Attachment.Kind.values:
        raise GuardError(
            _("This document cannot be kept."), [Missing("R71", _("What it is"), _("You"), field="kind")]
        )
    with transaction.atomic():
        held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if held.state in _CLOSED:
            raise ConflictError(_("This request is over: nothing is attached to it any more."))
        if held.attachments.standing().count() >= MOST_ATTACHED:
            raise ConflictError(_("Twelve documents at most: withdraw one, or put several in one file."))
        new_id = uuid7()
        kept = keep_document(document, folder="attachments", owner_id=new_id, requirement="R71")
        added = Attachment.objects.create(
            id=new_id,
            request=held,
            kind=kind,
            words=words.strip(),
            document_key=kept.key,
            document_type=kept.media_type,
            document_sha256=kept.sha256,
            size=len(document),
            by_id=by.id,
            by_label=by.label,
            added_at=at,
        )
        note(held.act, "request.attached", subject_type="attachment", subject_id=added.pk, by=by, at=at)
    return added


def withdraw_attachment(*, attachment: Attachment, reason: str, by: Actor, at: datetime) -> None:
    """Let a document be given to nobody any more: another patient's, a wrong page; its line stays.

    Raises:
        NotAllowedError: their role attaches nothing.
        GuardError: no reason.
        ConflictError: it is withdrawn already.
    """
    if not may(by, "attachment.add"):
        raise NotAllowedError(_("Your role attaches no document to a request."))
    if not reason.strip():
        what = Missing("R71", _("Why it should not be there"), _("You"), field="withdrawn_reason")
        raise GuardError(_("A reason is needed."), [what])
    with transaction.atomic():
        changed = Attachment.objects.filter(pk=attachment.pk, withdrawn_at=None).update(
            withdrawn_at=at,
            withdrawn_by_id=by.id,
            withdrawn_by_label=by.label,
            withdrawn_reason=reason.strip(),
        )
        if not changed:
            raise ConflictError(_("This document was already withdrawn."))
        act, kind = attachment.request.act, "request.attachment_withdrawn"
        note(act, kind, subject_type="attachment", subject_id=attachment.pk, by=by, at=at)


def get_attachment(act_id: UUID, attachment_id: UUID, *, actor: Actor) -> Attachment:
    """Return a document that the actor may be given.

    Raises:
        Attachment.DoesNotExist: unknown, withdrawn, of another act, or not open to this actor.
    """
    found = Attachment.objects.visible_to(actor).standing()
    return found.get(pk=attachment_id, request__act_id=act_id)
