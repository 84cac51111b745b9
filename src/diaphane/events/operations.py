"""Write events in the transaction that causes them, and deliver them at least once (design rule 5)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from .models import Delivery, Event

Handler = Callable[[Event], None]

_CONSUMERS: dict[str, dict[str, Handler]] = {}


def subscribe(kind: str, *, consumer: str, handler: Handler) -> None:
    """Register an idempotent handler for one kind of event; only ``journeys`` subscribes."""
    _CONSUMERS.setdefault(kind, {})[consumer] = handler


def record_event(
    *, kind: str, subject_type: str, subject_id: UUID, act_id: UUID | None, at: datetime
) -> Event:
    """Record what happened, with one delivery and one job per consumer, inside the caller's transaction.

    Raises:
        RuntimeError: called outside a transaction, where the event could outlive what caused it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction that causes it")
    event = Event.objects.create(
        kind=kind,
        sequence=_next_sequence(),
        subject_type=subject_type,
        subject_id=subject_id,
        act_id=act_id,
        occurred_at=at,
    )
    for consumer in _CONSUMERS.get(kind, {}):
        _defer(Delivery.objects.create(event=event, consumer=consumer))
    return event


def deliver(delivery_id: int, *, at: datetime) -> None:
    """Hand one event to its consumer and mark it done in the same transaction; twice is harmless."""
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(of=("self",)).select_related("event").get(pk=delivery_id)
        )
        if delivery.status == Delivery.Status.DONE:
            return
        _CONSUMERS[delivery.event.kind][delivery.consumer](delivery.event)
        delivery.status = Delivery.Status.DONE
        delivery.attempts += 1
        delivery.done_at = at
        delivery.save(update_fields=["status", "attempts", "done_at"])


def note_failure(delivery_id: int, *, error: str, is_last: bool) -> None:
    """Keep why a delivery failed (the error's type, never its content) for those who look after the queue."""
    delivery = Delivery.objects.get(pk=delivery_id)
    delivery.attempts += 1
    delivery.last_error = error
    delivery.status = Delivery.Status.FAILED if is_last else Delivery.Status.PENDING
    delivery.save(update_fields=["attempts", "last_error", "status"])


def replay_failed() -> int:
    """Put every failed delivery back in the queue; return how many."""
    with transaction.atomic():
        failed = list(Delivery.objects.select_for_update().filter(status=Delivery.Status.FAILED))
        for delivery in failed:
            delivery.status = Delivery.Status.PENDING
            delivery.save(update_fields=["status"])
            _defer(delivery)
    return len(failed)


def _next_sequence() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('events_sequence')")
        row = cursor.fetchone()
    return int(row[0])


def _defer(delivery: Delivery) -> None:
    from .jobs import deliver_event  # jobs import this module; the job is needed only here

    deliver_event.defer(delivery_id=delivery.pk)
