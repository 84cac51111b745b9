"""Make two identities one, and two again: nothing is lost, nothing is guessed (R40)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, Text

from .doubles import list_pairs
from .identities import tell_certain
from .models import IdentityPair, PairState, Patient, write_search_entry
from .moving import move_rows, return_rows
from .transitions import PAIR


def merge_pair(
    *, pair_id: UUID, survivor_id: UUID | None, reason: str, by: Actor, at: datetime
) -> IdentityPair:
    """Let one identity take over everything of the other.

    Raises:
        IdentityPair.DoesNotExist: it concerns another site.
        NotAllowedError, ConflictError, GuardError: see ``TransitionTable.check``.
    """
    with transaction.atomic():
        pair = _lock(pair_id, by)
        pair.survivor = next((each for each in pair.patients if each.pk == survivor_id), None)
        pair.decided_reason = reason.strip()
        _refuse_if(any(each.merged_into_id for each in pair.patients), _("One of both is already merged."))
        _move(pair, "merge", by, at, decides=True)
        kept, absorbed = pair.survivor, pair.absorbed
        if kept is None or absorbed is None:  # the guard has said so already
            raise ConflictError(_("Choose the identity to keep."))
        moved = list(move_rows(pair, absorbed, kept, at=at))
        absorbed.merged_into = kept
        absorbed.save(update_fields=["merged_into"])
        write_search_entry(kept)
        _trace("merged", pair, absorbed, by, at, rows=len(moved))
    return pair


def unmerge_pair(*, pair_id: UUID, reason: str, by: Actor, at: datetime) -> IdentityPair:
    """Give back each row that the merge moved, and compare both again.

    Raises:
        IdentityPair.DoesNotExist: it concerns another site.
        ConflictError: the surviving identity was merged into another since.
        NotAllowedError, GuardError: see ``TransitionTable.check``.
    """
    with transaction.atomic():
        pair = _lock(pair_id, by)
        kept, absorbed = pair.survivor, pair.absorbed
        if kept is None or absorbed is None:
            raise ConflictError(_("These two identities are not merged."))
        _refuse_if(bool(kept.merged_into_id), _("Undo first the later merge of the identity that was kept."))
        pair.decided_reason = reason.strip()
        _move(pair, "unmerge", by, at, decides=True)
        returned = return_rows(pair, absorbed, kept, at=at)
        absorbed.merged_into = None
        absorbed.save(update_fields=["merged_into"])
        write_search_entry(kept)
        _trace("unmerged", pair, absorbed, by, at, rows=returned)
    return pair


def review_pair(*, pair_id: UUID, by: Actor, at: datetime) -> IdentityPair:
    """Confirm a merge, as a second person.

    Raises:
        IdentityPair.DoesNotExist: it concerns another site.
        GuardError: the same person merged them.
        NotAllowedError, ConflictError: see ``TransitionTable.check``.
    """
    with transaction.atomic():
        pair = _lock(pair_id, by)
        _move(pair, "review", by, at, decides=False)
    return pair


def set_pair_apart(*, pair_id: UUID, reason: str, by: Actor, at: datetime) -> IdentityPair:
    """Say that they are two persons; what is said stays, and both are no longer proposed.

    Raises:
        IdentityPair.DoesNotExist: it concerns another site.
        NotAllowedError, ConflictError, GuardError: see ``TransitionTable.check``.
    """
    return _decide("set_apart", pair_id, reason, by, at)


def compare_again(*, pair_id: UUID, reason: str, by: Actor, at: datetime) -> IdentityPair:
    """Reopen the comparison of two identities that were said to be two persons.

    Raises:
        IdentityPair.DoesNotExist: it concerns another site.
        NotAllowedError, ConflictError, GuardError: see ``TransitionTable.check``.
    """
    return _decide("compare_again", pair_id, reason, by, at)


def _decide(name: str, pair_id: UUID, reason: str, by: Actor, at: datetime) -> IdentityPair:
    with transaction.atomic():
        pair = _lock(pair_id, by)
        pair.decided_reason = reason.strip()
        _move(pair, name, by, at, decides=True)
    return pair


def _lock(pair_id: UUID, by: Actor) -> IdentityPair:
    """Lock a pair that the actor may see, and both its identities, always in the same order."""
    pair = list_pairs(by).select_for_update(of=("self",)).get(pk=pair_id)
    ids = [pair.first_id, pair.second_id]
    locked = {each.pk: each for each in Patient.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    pair.first, pair.second = locked[pair.first_id], locked[pair.second_id]
    pair.survivor = locked.get(pair.survivor_id) if pair.survivor_id else None
    return pair


def _move(pair: IdentityPair, name: str, by: Actor, at: datetime, *, decides: bool) -> None:
    pair.state = PAIR.check(pair, name, by=by).transition.target
    if pair.state in (PairState.PROPOSED, PairState.DISTINCT):
        pair.survivor = None
    if decides:
        pair.decided_by_id, pair.decided_by_label, pair.decided_at = by.id, by.label, at
    pair.save()
    for patient in pair.patients:
        subject = Subject("identity_pair", pair.pk, patient_id=patient.pk)
        record(f"identity_pair.{name}", by=by, at=at, subject=subject)
        tell_certain(patient, at=at)


def _trace(name: str, pair: IdentityPair, absorbed: Patient, by: Actor, at: datetime, *, rows: int) -> None:
    subject = Subject("patient", absorbed.pk, patient_id=absorbed.pk)
    record(f"patient.{name}", by=by, at=at, subject=subject, detail={"pair": str(pair.pk), "rows": rows})


def _refuse_if(condition: bool, message: Text) -> None:
    if condition:
        raise ConflictError(message)
