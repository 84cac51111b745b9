"""Take a message in: keep it, apply it once, answer; nothing that was kept is lost (R40)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import DiaphaneError
from diaphane.kernel.identifiers import uuid7
from diaphane_exchange.hl7v2.acknowledgement import Line, Verdict, write_acknowledgement
from diaphane_exchange.hl7v2.adt import Adt, Header, read_adt, read_header, require_wanted
from diaphane_exchange.hl7v2.message import read_message
from diaphane_exchange.hl7v2.profile import load_profile
from diaphane_exchange.hl7v2.refusals import Fault, Reason, RefusedMessageError

from .applying import Application, apply_adt
from .models import LONGEST_CONTROL_ID, MessageState, Peer, ReceivedMessage
from .words import say

log = structlog.get_logger()
LANGUAGE = "fr"
REUSED_WITHIN = timedelta(days=7)
"""How long a sender's number stays its message's own: counters begin again one day."""


@dataclass(frozen=True)
class Answer:
    """What the sender is told, and the message that was kept, if one was."""

    verdict: Verdict
    content: bytes
    message_id: UUID | None = None


def receive_message(content: bytes, *, peers: Sequence[Peer], at: datetime) -> Answer:
    """Keep a message of one of the senders known at an address, apply it, and say what became of it.

    A message that names none of them is not kept: it may belong to another site. One that nobody can read is
    kept where the address is one site's alone.
    """
    with override(LANGUAGE):
        try:
            header = read_header(read_message(content))
        except RefusedMessageError as refusal:
            return _keep_unreadable(content, refusal.fault, peers, at)
        peer = _find_sender(header, peers)
        if peer is None:
            return answer(header, Verdict.REJECTED, [_line(Fault(Reason.SENDER, "MSH^1^4"))], at=at)
        fault = _find_outright(header)
        if fault is not None:
            return answer(header, Verdict.REJECTED, [_line(fault)], at=at)
        message = _keep(content, header, peer, at)
        return settle(message.pk, header=header, by=peer.as_actor(), at=at)


def settle(message_id: UUID, *, header: Header, by: Actor, at: datetime, is_decided: bool = False) -> Answer:
    """Apply a kept message unless it was, and say what became of it; what fails is put aside, whole.

    ``is_decided``: a person tries again, who has seen that its number was used for another content.
    """
    try:
        message = _apply(message_id, is_decided, by=by, at=at)
    except RefusedMessageError as refusal:
        message = _put_aside(message_id, refusal.fault, say(refusal.fault.reason), at)
    except ValidationError as refusal:
        message = _put_aside(message_id, Fault(Reason.REFUSED, "PID"), " ".join(refusal.messages), at)
    except DiaphaneError as refusal:
        message = _put_aside(message_id, Fault(Reason.REFUSED), str(refusal), at)
    except Exception:  # the boundary of a message: logged, kept aside, and the next one is served
        log.exception("admissions.failed", message=str(message_id))
        message = _put_aside(message_id, Fault(Reason.INTERNAL), say(Reason.INTERNAL), at)
    if message.state == MessageState.ASIDE:
        line = Line(Reason(message.fault).code, message.location, message.words)
        return answer(header, Verdict.ERROR, [line], at=at, message_id=message.pk)
    notes = [Line("0", "PID", each, is_warning=True) for each in message.notes]
    return answer(header, Verdict.ACCEPTED, notes, at=at, message_id=message.pk)


def answer(
    header: Header,
    verdict: Verdict,
    lines: Sequence[Line],
    *,
    at: datetime,
    message_id: UUID | None = None,
) -> Answer:
    """Write the answer, under a number of ours."""
    control_id = uuid7().hex[:20]
    local = timezone.localtime(at)
    content = write_acknowledgement(header, verdict, lines, control_id=control_id, at=local)
    return Answer(verdict, content, message_id)


def refuse_frame(reason: Reason, *, at: datetime) -> Answer:
    """Answer what is no message at all."""
    with override(LANGUAGE):
        return answer(Header(), Verdict.REJECTED, [_line(Fault(reason))], at=at)


def _apply(message_id: UUID, is_decided: bool, *, by: Actor, at: datetime) -> ReceivedMessage:
    """Apply a message under its own lock: two at once, or a repeated one, apply it once."""
    with transaction.atomic():
        held = ReceivedMessage.objects.select_for_update(of=("self",)).get(pk=message_id)
        if held.state in (MessageState.APPLIED, MessageState.DISMISSED):
            return held
        if not is_decided:
            _refuse_reused(held)
        applying = Application(held, _read(held), by, at)
        patient = apply_adt(applying)
        held.state, held.patient, held.notes = MessageState.APPLIED, patient, applying.notes
        held.body, held.words, held.fault, held.location = b"", "", "", ""
        held.tries, held.settled_at, held.settled_by_label = held.tries + 1, at, by.label
        held.save()
        subject = Subject("hospital_message", held.pk, patient_id=patient.pk)
        record("hospital_message.applied", by=by, at=at, subject=subject, detail={"event": held.event})
    return held


def _read(held: ReceivedMessage) -> Adt:
    return read_adt(bytes(held.body), load_profile())


def _refuse_reused(held: ReceivedMessage) -> None:
    """Let a person decide on a number that was used for another content; having decided, they try again."""
    before = ReceivedMessage.objects.filter(
        peer=held.peer_id,
        control_id=held.control_id,
        received_at__lte=held.received_at,
        received_at__gt=held.received_at - REUSED_WITHIN,
    )
    if held.control_id and before.exclude(pk=held.pk).exists():
        raise RefusedMessageError(Reason.REUSED, "MSH^1^10")


def _put_aside(message_id: UUID, fault: Fault, words: str, at: datetime) -> ReceivedMessage:
    with transaction.atomic():
        held = ReceivedMessage.objects.select_for_update(of=("self",)).get(pk=message_id)
        if held.state in (MessageState.APPLIED, MessageState.DISMISSED):
            return held
        held.state, held.tries = MessageState.ASIDE, held.tries + 1
        held.fault, held.location, held.words = fault.reason.value, fault.location[:40], words[:500]
        held.save()
    return held


def _find_sender(header: Header, peers: Sequence[Peer]) -> Peer | None:
    named = (header.application, header.facility)
    return next((each for each in peers if (each.application, each.facility) == named), None)


def _find_outright(header: Header) -> Fault | None:
    """Return why a message is none of ours, whoever sends it: it is not kept, and its sender keeps it."""
    try:
        require_wanted(header)
    except RefusedMessageError as refusal:
        return refusal.fault
    return None


def _keep(content: bytes, header: Header, peer: Peer, at: datetime) -> ReceivedMessage:
    digest = hashlib.sha256(content).hexdigest()
    sent_at = header.sent_at
    if sent_at is not None and timezone.is_naive(sent_at):
        sent_at = timezone.make_aware(sent_at)
    try:
        with transaction.atomic():
            return ReceivedMessage.objects.create(
                peer=peer,
                control_id=header.control_id[:LONGEST_CONTROL_ID],
                digest=digest,
                event=header.event[:10],
                body=content,
                sent_at=sent_at,
                received_at=at,
            )
    except IntegrityError:
        return ReceivedMessage.objects.get(peer=peer, control_id=header.control_id, digest=digest)


def _keep_unreadable(content: bytes, fault: Fault, peers: Sequence[Peer], at: datetime) -> Answer:
    message = None
    if len({each.structure_id for each in peers}) == 1:
        message = _keep(content, Header(), peers[0], at)
        _put_aside(message.pk, fault, say(fault.reason), at)
    line = _line(fault)
    return answer(Header(), Verdict.REJECTED, [line], at=at, message_id=message.pk if message else None)


def _line(fault: Fault) -> Line:
    return Line(fault.reason.code, fault.location, say(fault.reason))
