"""The audit trail: append-only in the database, chained, and verified after tampering (R43, R44)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from diaphane.audit.models import Entry, Seal
from diaphane.audit.operations import Subject, record, record_view, seal_entries
from diaphane.audit.queries import verify_chain
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from tests.concurrency import elsewhere

ACTOR = Actor(id=uuid4(), role=Role.IMAGEUR, label="Dr Test", session="first")


def write(count: int = 1) -> list[Entry]:
    before = set(Entry.objects.values_list("id", flat=True))
    for _ in range(count):
        record("test.done", by=ACTOR, at=now(), subject=Subject("thing", uuid4()), detail={"count": count})
    return list(Entry.objects.exclude(id__in=before).order_by("id"))


@contextmanager
def triggers_asleep() -> Iterator[None]:
    """Act as a superuser who puts the triggers aside: what the chain must still betray."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize(
    "change",
    ["UPDATE {} SET {key} = {key}", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
    ids=lambda sql: sql[:6],
)
def test_the_database_refuses_any_change(table: str, change: str) -> None:
    write()
    seal_entries()
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    key = {"audit_entry": "action", "audit_seal": "digest"}[table]
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table, key=key))


@pytest.mark.django_db
def test_even_a_change_that_touches_no_row_is_refused() -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=0).update(action="")


@pytest.mark.django_db
def test_a_rolled_back_act_leaves_no_entry() -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_view_is_written_once_per_user_subject_and_session() -> None:
    subject, other = Subject("study", uuid4()), Subject("study", uuid4())
    later = replace(ACTOR, session="second")
    somebody_else = replace(ACTOR, id=uuid4())
    for by, seen in [(ACTOR, subject)] * 3 + [(later, subject), (somebody_else, subject), (ACTOR, other)]:
        record_view("images", by=by, at=now(), subject=seen)
    assert Entry.objects.filter(action="viewed.images").count() == 4


@pytest.mark.django_db
def test_what_is_not_a_view_is_written_each_time() -> None:
    subject = Subject("report", uuid4())
    for _ in range(2):
        record("report.printed", by=ACTOR, at=now(), subject=subject)
    assert Entry.objects.count() == 2


@pytest.mark.django_db
def test_entries_not_sealed_yet_are_named() -> None:
    write(2)
    seal_entries()
    fresh = write(2)
    found = verify_chain()
    assert (found.sealed, found.unsealed, found.broken) == (2, tuple(each.pk for each in fresh), None)


@pytest.mark.django_db
def test_sealing_twice_seals_nothing_more() -> None:
    write(3)
    assert (seal_entries(), seal_entries()) == (3, 0)
    assert verify_chain().broken is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "action = 'viewed.nothing'",
        "actor_label = 'Dr Personne'",
        "occurred_at = occurred_at - interval '1 hour'",
        "detail = '{}'",
        "patient_id = gen_random_uuid()",
        "session = 'other'",
    ],
)
def test_the_first_entry_that_was_changed_is_named(change: str) -> None:
    entries = write(4)
    seal_entries()
    with triggers_asleep(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE audit_entry SET {change} WHERE id >= %s", [entries[1].pk])  # noqa: S608
    assert verify_chain().broken == entries[1].pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("position", range(3), ids=["first", "middle", "last"])
def test_an_entry_that_was_removed_is_named(position: int) -> None:
    entries = write(3)
    seal_entries()
    with triggers_asleep(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [entries[position].pk])
    assert verify_chain().broken == entries[position].pk


@pytest.mark.django_db
def test_an_entry_removed_with_its_seal_breaks_the_chain_at_the_next_one() -> None:
    entries = write(3)
    seal_entries()
    with triggers_asleep(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_seal WHERE entry_id = %s", [entries[1].pk])
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [entries[1].pk])
    assert verify_chain().broken == entries[2].pk


@pytest.mark.django_db
def test_a_seal_that_was_forged_is_named() -> None:
    entries = write(3)
    seal_entries()
    with triggers_asleep(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_seal SET digest = repeat('0', 64) WHERE position = 2")
    assert verify_chain().broken == entries[1].pk


@pytest.mark.django_db(transaction=True)
def test_an_entry_committed_after_a_later_one_was_sealed_is_sealed_in_its_turn() -> None:
    with elsewhere() as run:
        run(lambda: transaction.set_autocommit(False))
        late = run(write)[0]
        early = write()[0]
        assert late.pk < early.pk
        assert seal_entries() == 1
        run(transaction.commit)
        run(lambda: transaction.set_autocommit(True))
    assert verify_chain().unsealed == (late.pk,)
    assert seal_entries() == 1
    assert verify_chain().broken is None
    assert list(Seal.objects.order_by("position").values_list("entry_id", flat=True)) == [early.pk, late.pk]


@pytest.mark.django_db(transaction=True)
def test_a_second_sealer_returns_at_once() -> None:
    write(2)
    with elsewhere() as run:
        run(lambda: transaction.set_autocommit(False))
        assert run(seal_entries) == 2
        assert seal_entries() == 0
        run(transaction.commit)
        run(lambda: transaction.set_autocommit(True))
    assert verify_chain().broken is None


@pytest.mark.django_db
def test_the_command_fails_and_names_the_broken_entry(at: datetime) -> None:
    entries = write(2)
    seal_entries()
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert "sealed: 2" in said.getvalue()
    with triggers_asleep():
        Entry.objects.filter(pk=entries[0].pk).update(actor_label="Dr Personne")
    with pytest.raises(CommandError, match=str(entries[0].pk)):
        call_command("verify_audit", stdout=said)
