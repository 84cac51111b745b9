"""Write the trail inside the act's transaction; seal it afterwards (R43, R44)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from diaphane.kernel.actors import Actor
from diaphane.kernel.origin import find_address

from .models import Entry, Seal

GENESIS = "0" * 64
# The first form of the seal. What was added since is sealed under the next: what is sealed stays as it is.
_FIRST_FORM = (
    "id",
    "occurred_at",
    "recorded_at",
    "action",
    "actor_id",
    "actor_role",
    "actor_label",
    "structure_id",
    "structure_label",
    "subject_type",
    "subject_id",
    "act_id",
    "patient_id",
    "session",
    "detail",
)
SEALED_FIELDS = {1: _FIRST_FORM, 2: (*_FIRST_FORM, "address", "form")}
"""The fields that a seal covers, by the form of the entry."""
_SEALER_LOCK = 7_301_977


class Subject(NamedTuple):
    """What an entry is about: a type, an id, and the act and patient it belongs to."""

    type: str
    id: UUID | None
    act_id: UUID | None = None
    patient_id: UUID | None = None


def record(
    action: str,
    *,
    by: Actor,
    at: datetime,
    subject: Subject,
    detail: Mapping[str, str | int | bool] | None = None,
) -> None:
    """Append one entry."""
    _entry(action, by, at, subject, detail).save(force_insert=True)


def record_view(action: str, *, by: Actor, at: datetime, subject: Subject) -> None:
    """Append one ``viewed.…`` entry, once per user, subject and session."""
    Entry.objects.bulk_create([_entry(f"viewed.{action}", by, at, subject, None)], ignore_conflicts=True)


def seal_entries() -> int:
    """Chain every entry that is not chained yet, in order; return how many.

    One sealer at a time: an advisory lock makes a second one return at once.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        row = cursor.fetchone()
        if row is None or not row[0]:
            return 0
        last = Seal.objects.order_by("-position").first()
        position, digest = (last.position, last.digest) if last else (0, GENESIS)
        seals = []
        for entry in Entry.objects.filter(seal=None).order_by("id"):
            position, digest = position + 1, digest_of(entry, digest)
            seals.append(Seal(entry=entry, position=position, digest=digest))
        Seal.objects.bulk_create(seals, batch_size=1000)
        return len(seals)


def digest_of(entry: Entry, previous: str) -> str:
    """Return the hexadecimal SHA-256 that chains an entry to the previous digest."""
    content = {name: getattr(entry, name) for name in SEALED_FIELDS.get(entry.form, _FIRST_FORM)}
    text = json.dumps(content, default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _entry(
    action: str,
    by: Actor,
    at: datetime,
    subject: Subject,
    detail: Mapping[str, str | int | bool] | None,
) -> Entry:
    return Entry(
        occurred_at=at,
        action=action,
        actor_id=by.id,
        actor_role=by.role.value,
        actor_label=by.label,
        structure_id=by.structure_id,
        structure_label=by.structure_label,
        subject_type=subject.type,
        subject_id=subject.id,
        act_id=subject.act_id,
        patient_id=subject.patient_id,
        session=by.session,
        detail=dict(detail or {}),
        address=find_address(),
    )
