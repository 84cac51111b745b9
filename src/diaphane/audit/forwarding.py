"""Send the sealed trail to the collector, in its order, each entry at least once (R43, R44).

The queue is the chain itself: its positions have no gap and no late comer, so that one number says what the
collector has. It moves once the collector has answered, never before.
"""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from .models import Entry, Forwarding, Seal
from .outside.messages import write_syslog
from .outside.syslog import Collector, CollectorError, read_collector, send

BATCH = 500
MOST_BATCHES = 40
_FORWARDER_LOCK = 7_301_979


def find_collector() -> Collector | None:
    """Return the collector of this installation, if it has one. Raises CollectorSettingsError."""
    return read_collector(
        settings.AUDIT_COLLECTOR,
        authorities=settings.AUDIT_COLLECTOR_CA,
        certificate=settings.AUDIT_COLLECTOR_CERTIFICATE,
        key=settings.AUDIT_COLLECTOR_KEY,
    )


def forward_trail(*, collector: Collector, at: datetime) -> int:
    """Send what is sealed and not sent yet; return how many entries the collector has taken.

    Raises:
        CollectorError: it did not take a batch; what was taken before stays taken, the rest waits.
    """
    count = 0
    for _batch in range(MOST_BATCHES):
        sent = _forward_batch(collector, at)
        if not sent:
            break
        count += sent
    return count


def count_waiting(collector: Collector) -> int:
    """Count the sealed entries that the collector has not taken."""
    return Seal.objects.filter(position__gt=_position_of(collector)).count()


def _forward_batch(collector: Collector, at: datetime) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_FORWARDER_LOCK])
        row = cursor.fetchone()
        if row is None or not row[0]:
            return 0  # another worker sends
        seals = list(Seal.objects.filter(position__gt=_position_of(collector)).order_by("position")[:BATCH])
        if not seals:
            return 0
        failure: CollectorError | None = None
        taken: int | None = seals[-1].position
        try:
            # An entry taken out of the database leaves its seal: it must not hold the others back.
            entries = Entry.objects.in_bulk([each.entry_id for each in seals])
            held = [entries[each.entry_id] for each in seals if each.entry_id in entries]
            send(map(write_syslog, held), collector=collector)
        except CollectorError as error:
            failure, taken = error, None
        _remember(collector, taken, failure, at)
    if failure is not None:
        raise failure
    return len(seals)


def _position_of(collector: Collector) -> int:
    known = Forwarding.objects.filter(collector=collector.name).first()
    return known.position if known else 0


def _remember(collector: Collector, taken: int | None, failure: CollectorError | None, at: datetime) -> None:
    values: dict[str, object] = {"tried_at": at, "error": str(failure) if failure else ""}
    if taken is not None:
        values |= {"position": taken, "sent_at": at}
    Forwarding.objects.update_or_create(collector=collector.name, defaults=values)
