"""Read and verify the trail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from .models import SEARCHED, Entry, Seal, Signature, Trimming
from .operations import GENESIS, digest_of

_CHUNK = 1000
_IS_VIEW = Q(action__startswith="viewed.") | Q(action__startswith="exported.")


@dataclass(frozen=True)
class Verification:
    """What a walk along the chain found: ``broken`` is the first entry that does not fit."""

    sealed: int
    unsealed: tuple[int, ...]
    broken: int | None


def verify_chain() -> Verification:
    """Walk the chain from what was let go, else from its beginning; name the first broken entry (R44).

    Entries not sealed yet are named too. They are fetched beside their seals, not joined: a seal whose entry
    was removed must not hide it.
    """
    position, digest = find_base()
    count, broken = 0, None
    for seal, entry in _iter_sealed():
        count, position = count + 1, position + 1
        digest = digest_of(entry, digest) if entry else ""
        if digest != seal.digest or seal.position != position:
            broken = seal.entry_id
            break
    unsealed = Entry.objects.filter(seal=None).order_by("id").values_list("id", flat=True)
    return Verification(count, tuple(unsealed), broken)


def find_base() -> tuple[int, str]:
    """Return where the chain that is left begins: the position and digest of the last day let go (R37)."""
    last = Trimming.objects.order_by("-position").first()
    signed = Signature.objects.filter(position=last.position).first() if last else None
    return (signed.position, signed.digest) if signed else (0, GENESIS)


def _iter_sealed() -> Iterator[tuple[Seal, Entry | None]]:
    seals = Seal.objects.order_by("position").iterator(_CHUNK)
    while chunk := list(islice(seals, _CHUNK)):
        entries = Entry.objects.in_bulk([seal.entry_id for seal in chunk])
        yield from ((seal, entries.get(seal.entry_id)) for seal in chunk)


def count_entries(action: str, *, subject_id: UUID, since: datetime) -> int:
    """Count what was done to one subject since an instant."""
    return Entry.objects.filter(action=action, subject_id=subject_id, occurred_at__gte=since).count()


def list_entries_of_act(act_id: UUID) -> QuerySet[Entry]:
    """List the trail of one act, latest first."""
    return Entry.objects.filter(act_id=act_id).order_by("-id")


def list_views_of_act(act_id: UUID) -> QuerySet[Entry]:
    """List who opened what of one act, or took a copy of it, latest first, for the patient too (R43)."""
    return list_entries_of_act(act_id).filter(_IS_VIEW)


def list_views_of_patient(identities: Iterable[UUID]) -> QuerySet[Entry]:
    """List who opened what is held of a patient outside any exam, or took a copy, latest first (R43).

    The trail is never rewritten: a patient reads it under each identity that was merged into theirs.
    """
    return Entry.objects.filter(_IS_VIEW, patient_id__in=list(identities), act_id=None).order_by("-id")


def list_sealed_of_structure(
    structure_id: UUID, *, act_ids: QuerySet[Any, UUID], after: int
) -> QuerySet[Seal]:
    """List the chain after a position: what a structure's people did, and what was done to its acts.

    The order of the chain has no late comer: whoever asks again after the last position misses nothing.
    """
    theirs = Q(entry__structure_id=structure_id) | Q(entry__act_id__in=act_ids)
    return Seal.objects.filter(theirs, position__gt=after).select_related("entry").order_by("position")


def list_participants(act_ids: Iterable[UUID]) -> QuerySet[Entry, tuple[UUID, UUID | None]]:
    """List who did more on these acts than look: pairs of a person and an act."""
    done = Entry.objects.filter(act_id__in=list(act_ids)).exclude(_IS_VIEW).order_by()
    return done.values_list("actor_id", "act_id").distinct()


def list_views_since(since: datetime, *, roles: Iterable[str]) -> QuerySet[Entry]:
    """List who opened what, or took a copy of it, in some roles since an instant, latest first."""
    views = Entry.objects.filter(_IS_VIEW, occurred_at__gte=since, actor_role__in=sorted(roles))
    return views.exclude(act_id=None).order_by("-id")


def list_other_views_since(since: datetime, *, structure_id: UUID, roles: Iterable[str]) -> QuerySet[Entry]:
    """List who of a structure opened what is held of a patient outside any exam, latest first (R44)."""
    views = Entry.objects.filter(_IS_VIEW, occurred_at__gte=since, actor_role__in=sorted(roles))
    return views.filter(structure_id=structure_id, act_id=None).exclude(patient_id=None).order_by("-id")


def list_searches_since(since: datetime, *, structure_id: UUID, roles: Iterable[str]) -> QuerySet[Entry]:
    """List who of a structure looked for a patient, latest first (R44)."""
    searches = Entry.objects.filter(action=SEARCHED, occurred_at__gte=since, actor_role__in=sorted(roles))
    return searches.filter(structure_id=structure_id).order_by("-id")
