"""A signature each day: who rewrites the whole trail, every seal included, still lacks the key (R44)."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from diaphane.audit.jobs import sign_audit_trail
from diaphane.audit.keys import NoKeyError, make_key, read_public_keys
from diaphane.audit.models import Entry, Seal, Signature
from diaphane.audit.operations import GENESIS, Subject, digest_of, record, seal_entries
from diaphane.audit.signing import journal_path, sign_day
from diaphane.audit.verifying import Report, verify_trail
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.clock import now
from tests.integration.diaphane.audit.test_trail import triggers_asleep, write

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def key(tmp_path: Path, settings: object) -> Path:
    """Give the installation a key of its own."""
    settings.AUDIT_KEY = tmp_path / "audit" / "signing.pem"  # type: ignore[attr-defined]
    make_key(settings.AUDIT_KEY)  # type: ignore[attr-defined]
    return settings.AUDIT_KEY  # type: ignore[attr-defined]


def verify() -> Report:
    return verify_trail(keys=read_public_keys(settings.AUDIT_KEY.parent), journal=journal_path())


def sign(days: int = 3, *, entries: int = 2) -> list[Entry]:
    """Write some entries on each of some days, each day signed at its end."""
    for number in range(days):
        write(entries)
        sign_day(day=TODAY + timedelta(days=number), at=now())
    return list(Entry.objects.order_by("id"))


def rewrite_chain() -> None:
    """Compute every seal again, as one who owns the database would."""
    digest = GENESIS
    for seal in Seal.objects.order_by("position").select_related("entry"):
        digest = digest_of(seal.entry, digest)
        Seal.objects.filter(pk=seal.pk).update(digest=digest)


def name_fault(found: Report) -> tuple[date, int | None] | None:
    return (found.fault.day, found.fault.entry) if found.fault else None


def test_a_trail_that_nobody_touched_is_sound() -> None:
    sign()
    write()
    seal_entries()
    found = verify()
    assert found.is_sound
    assert (found.signed, found.unsigned, found.chain.sealed) == (3, 1, 7)


def test_a_day_is_signed_once_and_in_order() -> None:
    assert sign_day(day=TODAY, at=now()) is not None
    assert sign_day(day=TODAY, at=now()) is None
    assert sign_day(day=TODAY - timedelta(days=1), at=now()) is None
    assert Signature.objects.count() == 1


@pytest.mark.parametrize("change", ["UPDATE audit_signature SET digest = ''", "DELETE FROM audit_signature"])
def test_the_database_refuses_to_change_a_signature(change: str) -> None:
    sign(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(change)


def test_an_entry_altered_under_seals_made_again_is_betrayed_by_the_signature() -> None:
    entries = sign()
    with triggers_asleep():
        Entry.objects.filter(pk=entries[3].pk).update(actor_label="Dr Personne")
        rewrite_chain()
    found = verify()
    assert found.chain.broken is None
    # The second day's signature no longer holds; what the first one vouches for is out of doubt.
    assert name_fault(found) == (TODAY + timedelta(days=1), entries[2].pk)


def test_an_entry_removed_with_its_seal_under_a_chain_made_again_is_betrayed() -> None:
    entries = sign()
    with triggers_asleep(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_seal WHERE entry_id = %s", [entries[2].pk])
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [entries[2].pk])
        for seal in Seal.objects.filter(position__gt=3).order_by("position"):
            Seal.objects.filter(pk=seal.pk).update(position=seal.position - 1)
        rewrite_chain()
    assert verify().chain.broken is None
    assert name_fault(verify()) == (TODAY + timedelta(days=1), entries[3].pk)


def test_entries_put_in_another_order_are_named() -> None:
    entries = sign()
    with triggers_asleep():
        first, second = (Seal.objects.get(entry=entries[number]) for number in (2, 3))
        Seal.objects.filter(pk=first.pk).update(position=99)
        Seal.objects.filter(pk=second.pk).update(position=first.position)
        Seal.objects.filter(pk=first.pk).update(position=second.position)
    assert verify().chain.broken == entries[3].pk
    with triggers_asleep():
        rewrite_chain()
    assert verify().chain.broken is None
    assert name_fault(verify()) == (TODAY + timedelta(days=1), entries[3].pk)


def test_an_entry_slipped_in_under_a_chain_made_again_is_betrayed() -> None:
    entries = sign()
    with triggers_asleep():
        for seal in Seal.objects.filter(position__gt=2).order_by("-position"):
            Seal.objects.filter(pk=seal.pk).update(position=seal.position + 1)
        [late] = write()
        Seal.objects.create(entry=late, position=3, digest="")
        rewrite_chain()
    assert verify().chain.broken is None
    assert name_fault(verify()) == (TODAY + timedelta(days=1), late.pk)
    assert late.pk > entries[-1].pk


def test_an_entry_dated_back_is_named_whether_it_is_sealed_or_not() -> None:
    sign(1)
    [late] = write()
    with triggers_asleep():
        Entry.objects.filter(pk=late.pk).update(recorded_at=now() - timedelta(days=1))
    assert verify().late == (late.pk,)
    seal_entries()
    assert verify().chain.broken is None
    assert verify().late == (late.pk,)
    assert not verify().is_sound


def test_a_forged_signature_is_named() -> None:
    sign()
    with triggers_asleep():
        Signature.objects.filter(day=TODAY + timedelta(days=1)).update(signature="00" * 64)
    assert name_fault(verify()) == (TODAY + timedelta(days=1), None)


def test_a_signature_by_a_key_of_one_s_own_is_named(tmp_path: Path, settings: object) -> None:
    sign(1)
    theirs = tmp_path / "theirs" / "signing.pem"
    make_key(theirs)
    ours, settings.AUDIT_KEY = settings.AUDIT_KEY, theirs  # type: ignore[attr-defined]
    sign_day(day=TODAY + timedelta(days=1), at=now())
    settings.AUDIT_KEY = ours  # type: ignore[attr-defined]
    assert name_fault(verify()) == (TODAY + timedelta(days=1), None)


def test_a_signature_taken_away_from_the_middle_is_betrayed_by_the_next() -> None:
    sign()
    with triggers_asleep():
        Signature.objects.filter(day=TODAY + timedelta(days=1)).delete()
    assert name_fault(verify()) == (TODAY + timedelta(days=2), None)


def test_a_trail_cut_at_its_end_with_its_signatures_is_betrayed_by_the_journal() -> None:
    entries = sign()
    with triggers_asleep(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_signature WHERE position > 4")
        cursor.execute("DELETE FROM audit_seal WHERE position > 4")
        cursor.execute("DELETE FROM audit_entry WHERE id > %s", [entries[3].pk])
    assert verify().chain.broken is None
    assert name_fault(verify()) == (TODAY + timedelta(days=2), None)


def test_a_line_of_the_journal_that_was_cut_hides_none_of_the_others() -> None:
    sign(2)
    with journal_path().open("a") as journal:
        journal.write('{"day": "2026-')
    assert verify().is_sound
    assert len(journal_path().read_text().splitlines()) == 3


def test_a_replaced_key_leaves_what_it_signed_sound(key: Path) -> None:
    sign(1)
    key.rename(key.with_name("old.pem"))
    make_key(key)
    sign_day(day=TODAY + timedelta(days=1), at=now())
    assert verify().is_sound
    assert len(set(Signature.objects.values_list("key", flat=True))) == 2


def test_the_key_is_its_owner_s_alone_and_never_written_over(key: Path) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="never written over"):
        call_command("audit_key")


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN PRIVATE KEY-----"])
def test_without_a_key_nothing_is_signed_and_the_job_says_so(key: Path, content: bytes | None) -> None:
    key.unlink() if content is None else key.write_bytes(content)
    with pytest.raises(NoKeyError):
        sign_day(day=TODAY, at=now())
    sign_audit_trail(timestamp=0)
    assert not Signature.objects.exists()


def test_the_job_signs_the_day_that_has_ended(at: datetime) -> None:
    sign_audit_trail(timestamp=0)
    assert Signature.objects.get().day < at.date() + timedelta(days=1)
    assert json.loads(journal_path().read_text())["signature"] == Signature.objects.get().signature


def test_the_command_names_what_does_not_hold() -> None:
    entries = sign()
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert "signed days: 3" in said.getvalue()
    with triggers_asleep():
        Entry.objects.filter(pk=entries[3].pk).update(actor_label="Dr Personne")
        rewrite_chain()
    with pytest.raises(CommandError, match=rf"rewritten after it was signed \(from entry {entries[2].pk}\)"):
        call_command("verify_audit", stdout=said)


def test_an_entry_says_where_it_comes_from(client: Client) -> None:
    login = {"login": "personne@lisiere.example", "password": "faux"}
    client.post("/compte/login/", login, REMOTE_ADDR="192.0.2.7")
    record("test.done", by=SYSTEM, at=now(), subject=Subject("thing", uuid4()))
    addresses = dict(Entry.objects.values_list("action", "address"))
    assert addresses == {"login.failed": "192.0.2.7", "test.done": None}


def test_an_entry_whose_address_is_changed_or_whose_form_is_lowered_breaks_the_chain() -> None:
    for change in ({"address": "192.0.2.9"}, {"form": 1}):
        with transaction.atomic():
            entries = write(2)
            seal_entries()
            with triggers_asleep():
                Entry.objects.filter(pk=entries[0].pk).update(**change)
            assert verify().chain.broken == entries[0].pk
            transaction.set_rollback(True)


def test_entries_of_the_first_form_stay_sealed_as_they_were() -> None:
    with triggers_asleep():
        [old] = write()
        Entry.objects.filter(pk=old.pk).update(form=1)
    seal_entries()
    with triggers_asleep():
        Entry.objects.filter(pk=old.pk).update(address="192.0.2.9")
    assert verify().chain.broken is None
