"""The beginning of the trail goes by whole signed days when its time is over; the rest holds (R37, R44)."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from diaphane.audit.keys import NoKeyError, make_key, read_public_keys
from diaphane.audit.models import Entry, Seal, Signature, Trimming
from diaphane.audit.operations import Subject, record, seal_entries
from diaphane.audit.signing import journal_path, sign_day
from diaphane.audit.trimming import find_overdue, trim_trail
from diaphane.audit.verifying import Report, verify_trail
from diaphane.kernel.actors import SYSTEM
from tests.integration.diaphane.audit.test_signatures import rewrite_chain
from tests.integration.diaphane.audit.test_trail import triggers_asleep, write

pytestmark = pytest.mark.django_db
LONG_AGO, LATELY = timedelta(days=4 * 366), timedelta(days=2 * 365)


@pytest.fixture(autouse=True)
def key(tmp_path: Path, settings: object) -> Path:
    """Give the installation a key of its own."""
    settings.AUDIT_KEY = tmp_path / "audit" / "signing.pem"  # type: ignore[attr-defined]
    make_key(settings.AUDIT_KEY)  # type: ignore[attr-defined]
    return settings.AUDIT_KEY  # type: ignore[attr-defined]


def verify() -> Report:
    return verify_trail(keys=read_public_keys(settings.AUDIT_KEY.parent), journal=journal_path())


def write_days(at: datetime, *ages: timedelta) -> list[Entry]:
    """Write two entries on each of some days past, each signed at its end."""
    for age in ages:
        day = at - age
        with triggers_asleep():
            Entry.objects.filter(pk__in=[each.pk for each in write(2)]).update(
                occurred_at=day, recorded_at=day
            )
        sign_day(day=day.date(), at=day)
    return list(Entry.objects.order_by("id"))


def test_old_days_go_and_what_is_left_is_sound(at: datetime) -> None:
    day = timedelta(days=1)
    entries = write_days(at, LONG_AGO, LONG_AGO - day, LATELY, timedelta(0))
    assert find_overdue(at=at).entries == 4
    assert trim_trail(at=at) == 4
    seal_entries()
    found = verify()
    assert found.is_sound
    assert (found.signed, found.chain.sealed) == (4, 6)  # two days, and the line of each trimming
    assert not Entry.objects.filter(pk__in=[each.pk for each in entries[:4]]).exists()
    assert trim_trail(at=at) == 0
    assert [each.entries for each in Trimming.objects.all()] == [2, 2]


def test_what_is_left_of_the_chain_is_still_watched(at: datetime) -> None:
    entries = write_days(at, LONG_AGO, LATELY, timedelta(0))
    trim_trail(at=at)
    with triggers_asleep():
        Entry.objects.filter(pk=entries[2].pk).update(actor_label="Dr Personne")
    assert verify().chain.broken == entries[2].pk


def test_the_first_entry_left_is_not_replaced_under_a_chain_made_again(at: datetime) -> None:
    entries = write_days(at, LONG_AGO, LATELY)
    trim_trail(at=at)
    with triggers_asleep():
        Entry.objects.filter(pk=entries[2].pk).update(actor_label="Dr Personne")
        rewrite_chain()
    assert not verify().is_sound


def test_nothing_goes_before_three_years(at: datetime) -> None:
    write_days(at, LATELY, timedelta(0))
    assert trim_trail(at=at) == 0
    recent = Signature.objects.order_by("day").first()
    assert recent is not None
    values = {"position": recent.position, "entries": 2, "trimmed_at": at, "key": "", "signature": ""}
    with pytest.raises(DatabaseError, match="before its time"), transaction.atomic():
        Trimming.objects.create(**values)


def test_a_day_that_is_not_signed_stays(at: datetime) -> None:
    with triggers_asleep():
        Entry.objects.filter(pk__in=[each.pk for each in write(2)]).update(recorded_at=at - LONG_AGO)
    seal_entries()
    assert trim_trail(at=at) == 0
    assert Entry.objects.count() == 2


def test_the_traces_of_a_held_patient_stay_and_those_after_them(at: datetime) -> None:
    held = uuid4()
    write_days(at, LONG_AGO)
    record("test.done", by=SYSTEM, at=at, subject=Subject("thing", uuid4(), patient_id=held))
    write_days(at, LONG_AGO - timedelta(days=1))
    assert trim_trail(at=at, held={held}) == 2
    assert Entry.objects.filter(patient_id=held).exists()
    assert trim_trail(at=at) == 3


def test_without_a_key_nothing_goes(at: datetime, key: Path) -> None:
    write_days(at, LONG_AGO)
    key.unlink()
    with pytest.raises(NoKeyError):
        trim_trail(at=at)
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal", "audit_trimming"])
def test_the_database_lets_nothing_else_go(at: datetime, table: str) -> None:
    write_days(at, LONG_AGO, LATELY)
    trim_trail(at=at)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM {table}")  # noqa: S608


def test_a_beginning_that_is_cut_without_the_key_is_betrayed(at: datetime) -> None:
    write_days(at, LONG_AGO, LATELY)
    first = Signature.objects.order_by("day").first()
    assert first is not None
    forged = {"entries": 2, "trimmed_at": at, "key": first.key, "signature": "00" * 64}
    with triggers_asleep():
        Seal.objects.filter(position__lte=first.position)._raw_delete("default")
        Entry.objects.filter(seal=None)._raw_delete("default")
    assert verify().chain.broken is not None
    Trimming.objects.create(position=first.position, **forged)
    found = verify()
    assert found.fault is not None
    assert found.fault.words == "the beginning of the trail was cut without the key"


def test_a_beginning_that_is_cut_before_its_time_is_betrayed(at: datetime) -> None:
    """Whoever has the key and puts the triggers aside still says when they did it."""
    write_days(at, LONG_AGO)
    trim_trail(at=at)
    with triggers_asleep():
        Signature.objects.update(signed_at=at)
    assert not verify().is_sound
