"""Sign the chain at the end of each day, in the database and in a journal of the installation (R44)."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from .keys import name_key, read_key
from .models import Seal, Signature
from .operations import GENESIS, seal_entries

_SIGNER_LOCK = 7_301_978


def sign_day(*, day: date, at: datetime) -> Signature | None:
    """Seal what waits, then sign the chain as it stands; a day that is signed is left as it is.

    The line of the journal is durable before the row is committed: a signature is never only in the database.

    Raises:
        NoKeyError: the installation has no key.
    """
    seal_entries()
    key = read_key(settings.AUDIT_KEY)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SIGNER_LOCK])
        last = Signature.objects.order_by("-day").first()
        if last is not None and last.day >= day:
            return None
        seal = Seal.objects.order_by("-position").first()
        signed = Signature(
            day=day,
            position=seal.position if seal else 0,
            digest=seal.digest if seal else GENESIS,
            previous=digest_of_signature(last),
            signed_at=at,
            key=name_key(key.public_key()),
        )
        signed.signature = key.sign(spell(signed)).hex()
        _write_in_journal(journal_path(), signed)
        signed.save(force_insert=True)
    return signed


def spell(signed: Signature) -> bytes:
    """Return what a signature signs."""
    content = {
        "day": signed.day.isoformat(),
        "position": signed.position,
        "digest": signed.digest,
        "previous": signed.previous,
        "signed_at": signed.signed_at.astimezone(UTC).isoformat(),
        "key": signed.key,
    }
    return json.dumps(content, sort_keys=True).encode()


def digest_of_signature(signed: Signature | None) -> str:
    """Return what the next signature holds of this one."""
    return sha256(bytes.fromhex(signed.signature)).hexdigest() if signed else GENESIS


def journal_path() -> Path:
    """Return where the installation keeps its signatures: one a line, to be copied elsewhere."""
    return Path(settings.AUDIT_KEY).with_name("signatures.jsonl")


def read_journal(path: Path) -> Iterator[tuple[str, str]]:
    """Read the day and the signature of each line; a last line that was cut is none."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            kept = json.loads(line)
            yield str(kept["day"]), str(kept["signature"])
        except (ValueError, TypeError, KeyError):
            continue


def _write_in_journal(path: Path, signed: Signature) -> None:
    line = json.dumps({**json.loads(spell(signed)), "signature": signed.signature}, sort_keys=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())
