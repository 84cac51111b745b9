"""The messages that wait for a person: seen, tried again, or dismissed with a reason (R40)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane_exchange.hl7v2.adt import Header

from .models import MessageState, ReceivedMessage
from .receiving import LANGUAGE, settle

_OPEN = (MessageState.WAITING, MessageState.ASIDE)


def list_messages(actor: Actor) -> QuerySet[ReceivedMessage]:
    """List the messages received for the actor's site."""
    if not may(actor, "admission.see") or actor.structure_id is None:
        return ReceivedMessage.objects.none()
    found = ReceivedMessage.objects.filter(peer__structure_id=actor.structure_id)
    return found.select_related("peer", "peer__structure")


def list_aside(actor: Actor) -> QuerySet[ReceivedMessage]:
    """List what was not applied, the oldest first."""
    return list_messages(actor).filter(state__in=_OPEN).order_by("received_at")


def list_latest(actor: Actor, *, most: int) -> list[ReceivedMessage]:
    """List the last messages that were settled."""
    settled = list_messages(actor).exclude(state__in=_OPEN).defer("body")
    return list(settled.order_by("-received_at")[:most])


def get_message(message_id: UUID, *, actor: Actor) -> ReceivedMessage:
    """Return one message of the actor's site.

    Raises:
        ReceivedMessage.DoesNotExist
    """
    return list_messages(actor).get(pk=message_id)


def try_again(*, message_id: UUID, by: Actor, at: datetime) -> bool:
    """Apply a message that was kept aside, as its hospital's; say whether it was.

    Raises:
        NotAllowedError: another role.
        ReceivedMessage.DoesNotExist: of another site.
        ConflictError: it was applied or dismissed meanwhile.
    """
    held = _find_open(message_id, by)
    with transaction.atomic():
        subject = Subject("hospital_message", held.pk, patient_id=held.patient_id)
        record("hospital_message.retried", by=by, at=at, subject=subject)
    with override(LANGUAGE):
        settle(held.pk, header=Header(), by=held.peer.as_actor(), at=at, is_decided=True)
    held.refresh_from_db()
    return held.state == MessageState.APPLIED


def dismiss_message(*, message_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Let a message go that will not be applied, with the reason; its content is not kept.

    Raises:
        NotAllowedError, ReceivedMessage.DoesNotExist, ConflictError: as above.
        GuardError: no reason.
    """
    if not reason.strip():
        raise GuardError(_("A reason is needed."), [Missing("R40", _("Why"), _("You"), field="reason")])
    with transaction.atomic():
        held = _find_open(message_id, by, is_locked=True)
        held.state, held.body, held.words = MessageState.DISMISSED, b"", reason.strip()[:500]
        held.settled_at, held.settled_by_label = at, by.label
        held.save()
        subject = Subject("hospital_message", held.pk)
        record("hospital_message.dismissed", by=by, at=at, subject=subject)


def _find_open(message_id: UUID, by: Actor, *, is_locked: bool = False) -> ReceivedMessage:
    if not may(by, "admission.settle"):
        raise NotAllowedError(_("Only an administrator settles the messages kept aside."))
    found = list_messages(by)
    held = (found.select_for_update(of=("self",)) if is_locked else found).get(pk=message_id)
    if held.state not in _OPEN:
        raise ConflictError(_("This message was already settled."))
    return held
