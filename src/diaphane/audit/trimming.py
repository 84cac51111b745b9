"""Let the beginning of the trail go when its time is over: whole signed days, and the rest still holds (R37).

The entries and the seals of a day go; its signature stays, and what is left of the chain hangs on the digest
that it vouches for. That it was let go, and not cut, is signed too.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from diaphane.kernel.actors import SYSTEM

from .keys import name_key, read_key
from .models import Entry, Seal, Signature, Trimming
from .operations import Subject, record

LASTS = timedelta(days=3 * 366)
"""Three years and some days: never less than three years, whatever the leap years."""


@dataclass(frozen=True)
class Overdue:
    """The signed days whose time is over: to which position, and how many entries."""

    days: tuple[Signature, ...]
    entries: int


def find_overdue(*, at: datetime, held: Collection[UUID] = ()) -> Overdue:
    """Find the days to let go: signed more than three years ago, before any entry of a held patient."""
    known = Trimming.objects.order_by("-position").first()
    gone = known.position if known else 0
    signed = Signature.objects.filter(signed_at__lte=at - LASTS, position__gt=gone).order_by("position")
    stop = Seal.objects.filter(entry__patient_id__in=list(held)).order_by("position").first()
    if stop is not None:
        signed = signed.filter(position__lt=stop.position)
    days = tuple({each.position: each for each in signed}.values())
    last = days[-1].position if days else gone
    return Overdue(days, Seal.objects.filter(position__gt=gone, position__lte=last).count())


def trim_trail(*, at: datetime, held: Collection[UUID] = ()) -> int:
    """Let the overdue days go, each in a transaction of its own; return how many entries went.

    Raises:
        NoKeyError: the installation has no key to sign with; nothing goes.
    """
    return sum(_trim(day, at) for day in find_overdue(at=at, held=held).days)


def spell_trimming(trimming: Trimming) -> bytes:
    """Return what the signature of a trimming signs."""
    content = {
        "trimmed_to": trimming.position,
        "entries": trimming.entries,
        "trimmed_at": trimming.trimmed_at.astimezone(UTC).isoformat(),
        "key": trimming.key,
    }
    return json.dumps(content, sort_keys=True).encode()


def _trim(day: Signature, at: datetime) -> int:
    key = read_key(settings.AUDIT_KEY)
    with transaction.atomic():
        going = Seal.objects.filter(position__lte=day.position)
        trimming = Trimming(
            position=day.position, entries=going.count(), trimmed_at=at, key=name_key(key.public_key())
        )
        trimming.signature = key.sign(spell_trimming(trimming)).hex()
        trimming.save(force_insert=True)
        entries = Entry.objects.filter(seal__position__lte=day.position)
        entries._raw_delete(entries.db)  # while their seals still say where they stood
        going._raw_delete(going.db)
        detail = {"position": day.position, "entries": trimming.entries}
        record("trail.trimmed", by=SYSTEM, at=at, subject=Subject("trail", None), detail=detail)
    return trimming.entries
