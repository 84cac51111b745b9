"""Make two identities one, and two again: nothing is lost, nothing is guessed (R40).

Whatever points to a patient follows the surviving identity, whichever context it belongs to: the foreign keys
are walked, and the two references by UUID are named. Each row that moved is written down; an un-merge returns
these rows and no other, so that what came after the merge stays where it came.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.access.models import Grant
from diaphane.accounts.models import User
from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, Text

from .doubles import list_pairs
from .identities import tell_certain
from .models import IdentityPair, MovedRow, PairState, Patient, PatientIdentifier, write_search_entry
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
        moved = list(_move_rows(pair, absorbed, kept, at))
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
        returned = _return_rows(pair, absorbed, kept, at)
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


def _move_rows(pair: IdentityPair, absorbed: Patient, kept: Patient, at: datetime) -> Iterator[MovedRow]:
    for model, field in _references():
        if model is User and User.objects.filter(patient_id=kept.pk).exists():
            continue  # one account per patient: the other one keeps its own, and sees nothing
        rows = model._base_manager.filter(**{f"{field}": absorbed.pk})
        if model is Grant:
            rows = rows.filter(holder_type=Grant.Holder.PATIENT)
        ids = list(rows.values_list("pk", flat=True))
        model._base_manager.filter(pk__in=ids).update(**{field: kept.pk})
        made = [
            MovedRow(pair=pair, table=model._meta.label, field=field, row_id=str(each), moved_at=at)
            for each in ids
        ]
        yield from MovedRow.objects.bulk_create(made)


def _return_rows(pair: IdentityPair, absorbed: Patient, kept: Patient, at: datetime) -> int:
    """Return the rows of a merge to whom they came from; a row that somebody has moved on since stays."""
    count = 0
    for row in pair.moved_rows.filter(returned_at=None):
        model = apps.get_model(row.table)
        held = model._base_manager.filter(pk=row.row_id, **{row.field: kept.pk})
        count += held.update(**{row.field: absorbed.pk})
    count += _return_rights(pair, absorbed, kept)
    pair.moved_rows.filter(returned_at=None).update(returned_at=at)
    write_search_entry(absorbed)
    return count


def _return_rights(pair: IdentityPair, absorbed: Patient, kept: Patient) -> int:
    """Give the patient's own rights back with their acts, those given since the merge too (R42)."""
    acts = pair.moved_rows.filter(table="acts.Act", returned_at=None).values_list("row_id", flat=True)
    rights = Grant.objects.filter(
        holder_type=Grant.Holder.PATIENT, holder_id=kept.pk, act_id__in=[UUID(each) for each in acts]
    )
    return rights.update(holder_id=absorbed.pk)


def _references() -> Iterator[tuple[type[models.Model], str]]:
    """Walk what points to a patient: acts and whatever comes after, identifiers, rights, the account."""
    own = Patient._meta.app_label
    for relation in Patient._meta.related_objects:
        model = relation.related_model
        if isinstance(model, str):
            continue
        if model is PatientIdentifier or model._meta.app_label != own:
            yield model, relation.field.attname
    yield Grant, "holder_id"
    yield User, "patient_id"


def _trace(name: str, pair: IdentityPair, absorbed: Patient, by: Actor, at: datetime, *, rows: int) -> None:
    subject = Subject("patient", absorbed.pk, patient_id=absorbed.pk)
    record(f"patient.{name}", by=by, at=at, subject=subject, detail={"pair": str(pair.pk), "rows": rows})


def _refuse_if(condition: bool, message: Text) -> None:
    if condition:
        raise ConflictError(message)
