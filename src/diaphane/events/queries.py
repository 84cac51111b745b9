"""Read the event log by sequence, for those who follow it live."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Max, Q, QuerySet

from .models import Event

# A transaction may commit after another that took its sequence number later.
COMMITTED_LATE = timedelta(seconds=30)


def list_events(sequences: Iterable[int]) -> QuerySet[Event]:
    """List the events that bear these sequence numbers."""
    return Event.objects.filter(sequence__in=list(sequences)).order_by("sequence")


def list_events_after(sequence: int) -> QuerySet[Event]:
    """List the events after one, oldest first."""
    return Event.objects.filter(sequence__gt=sequence).order_by("sequence")


def list_events_missed_after(sequence: int) -> QuerySet[Event]:
    """List what a follower cut after an event may have missed: later events, and those committed late."""
    last = Event.objects.filter(sequence=sequence).first()
    late = Q(recorded_at__gt=last.recorded_at - COMMITTED_LATE) if last else Q()
    return (
        Event.objects.filter(Q(sequence__gt=sequence) | late).exclude(sequence=sequence).order_by("sequence")
    )


def get_last_sequence() -> int:
    """Return the number of the latest event, 0 when there is none: where a page that is drawn now stands."""
    return Event.objects.aggregate(last=Max("sequence"))["last"] or 0
