"""Read and verify the trail."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from .models import Entry, Seal
from .operations import GENESIS, digest_of


@dataclass(frozen=True)
class Verification:
    """What a walk along the chain found: ``broken`` is the first entry that does not fit."""

    sealed: int
    unsealed: tuple[int, ...]
    broken: int | None


def verify_chain() -> Verification:
    """Walk the whole chain; name the first broken entry and every entry not sealed yet (R44)."""
    digest, count, broken = GENESIS, 0, None
    for seal in Seal.objects.select_related("entry").order_by("position").iterator():
        digest = digest_of(seal.entry, digest)
        count += 1
        if digest != seal.digest or seal.position != count:
            broken = seal.entry_id
            break
    unsealed = Entry.objects.filter(seal=None).order_by("id").values_list("id", flat=True)
    return Verification(count, tuple(unsealed), broken)


def list_entries_of_act(act_id: UUID) -> QuerySet[Entry]:
    """List the trail of one act, latest first."""
    return Entry.objects.filter(act_id=act_id).order_by("-id")


def list_views_of_act(act_id: UUID) -> QuerySet[Entry]:
    """List who opened what of one act, latest first, for the patient too (R43)."""
    return list_entries_of_act(act_id).filter(action__startswith="viewed.")
