"""Verify the whole trail: the chain, then the signatures that vouch for it, then what came too late (R44)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain as chain_of
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import Q

from .keys import is_signed_by
from .models import Entry, Seal, Signature, Trimming
from .operations import GENESIS
from .queries import Verification, find_base, verify_chain
from .signing import digest_of_signature, read_journal, spell
from .trimming import LASTS, spell_trimming

LATE = timedelta(hours=1)
"""Longer than any transaction: what is sealed later than this after it was written was slipped in."""


@dataclass(frozen=True)
class Fault:
    """What one signature does not vouch for; ``entry`` is the first entry in doubt, where there is one."""

    day: date
    words: str
    entry: int | None = None


@dataclass(frozen=True)
class Report:
    """All that a verification found."""

    chain: Verification
    signed: int
    unsigned: int
    fault: Fault | None
    late: tuple[int, ...]

    @property
    def is_sound(self) -> bool:
        """Say whether nothing was found."""
        return self.chain.broken is None and self.fault is None and not self.late


def verify_trail(*, keys: Mapping[str, Ed25519PublicKey], journal: Path) -> Report:
    """Walk the chain and the signatures; stop at the first fault of each."""
    chain = verify_chain()
    signatures = list(Signature.objects.order_by("day"))
    faults = chain_of(_iter_faults(signatures, keys), iter_trimming_faults(keys))
    fault = next(faults, None) or _find_cut(signatures, journal)
    reached = signatures[-1].position if signatures else 0
    unsigned = Seal.objects.filter(position__gt=reached).count()
    return Report(chain, len(signatures), unsigned, fault, tuple(_iter_late(signatures)))


def _iter_faults(signatures: list[Signature], keys: Mapping[str, Ed25519PublicKey]) -> Iterator[Fault]:
    gone, _digest = find_base()
    for before, each in pairwise([None, *signatures]):
        assert each is not None  # noqa: S101 - the pairs end on signatures
        key = keys.get(each.key)
        if key is None:
            yield Fault(each.day, "it was made by a key that this installation does not know")
        elif not is_signed_by(key, bytes.fromhex(each.signature), spell(each)):
            yield Fault(each.day, "it was forged")
        elif each.previous != digest_of_signature(before):
            yield Fault(each.day, "a signature before it was taken away or slipped in")
        elif each.position > gone and _read_digest(each.position) != each.digest:
            start = before.position if before else 0
            yield Fault(each.day, "the trail was rewritten after it was signed", _find_entry(start + 1))


def iter_trimming_faults(keys: Mapping[str, Ed25519PublicKey]) -> Iterator[Fault]:
    """Find a beginning that was cut by who lacks the key, or before its time (R37)."""
    for each in Trimming.objects.order_by("position"):
        day, key = each.trimmed_at.date(), keys.get(each.key)
        signed = Signature.objects.filter(position=each.position).first()
        if key is None or not is_signed_by(key, bytes.fromhex(each.signature), spell_trimming(each)):
            yield Fault(day, "the beginning of the trail was cut without the key")
        elif signed is None or signed.signed_at > each.trimmed_at - LASTS:
            yield Fault(day, "the beginning of the trail was cut before its time")


def _read_digest(position: int) -> str | None:
    if position == 0:
        return GENESIS
    return Seal.objects.filter(position=position).values_list("digest", flat=True).first()


def _find_entry(position: int) -> int | None:
    return (
        Seal.objects.filter(position__gte=position)
        .order_by("position")
        .values_list("entry_id", flat=True)
        .first()
    )


def _find_cut(signatures: list[Signature], journal: Path) -> Fault | None:
    """Find a signature that the journal kept after the last one of the database: the trail's end was cut."""
    last = signatures[-1].day.isoformat() if signatures else ""
    lost = [day for day, _signature in read_journal(journal) if day > last]
    if not lost:
        return None
    words = "the database has lost it, and with it the end of the trail"
    return Fault(date.fromisoformat(min(lost)), words)


def _iter_late(signatures: list[Signature]) -> Iterator[int]:
    """List what was sealed after a signature, although it says that it was written well before it."""
    for each, after in pairwise([*signatures, None]):
        assert each is not None  # noqa: S101 - the pairs begin on signatures
        sealed = Q(seal__position__gt=each.position)
        if after is not None:
            sealed &= Q(seal__position__lte=after.position)
        else:
            sealed |= Q(seal=None)
        late = Entry.objects.filter(sealed, recorded_at__lt=each.signed_at - LATE)
        yield from late.order_by("id").values_list("id", flat=True)
