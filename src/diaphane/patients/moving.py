"""Move what points to one patient to another, and back: each row is written down (R40).

Whatever points to a patient follows the surviving identity, whichever context it belongs to: the foreign keys
are walked, and the references by UUID are named. An un-merge returns the rows that moved and no other, so
that what came after the merge stays where it came.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import models

from diaphane.access.models import Grant
from diaphane.accounts.models import AccessSheet, User

from .models import (
    IdentityPair,
    MovedRow,
    Patient,
    PatientIdentifier,
    Relationship,
    Watch,
    write_search_entry,
)

_OF_A_PATIENT = (PatientIdentifier, Relationship, Watch)
_WAYS_IN: tuple[type[models.Model], ...] = (User, AccessSheet)


def move_rows(pair: IdentityPair, absorbed: Patient, kept: Patient, *, at: datetime) -> Iterator[MovedRow]:
    """Let every row of one identity be the other's, and write each down, within the merge."""
    comes_in_already = _comes_in(kept)
    for model, field in _references():
        if model in _WAYS_IN and comes_in_already:
            continue  # one way in per patient: the other one keeps its own, and sees nothing
        rows = _leave_what_stands(model, field, absorbed, kept)
        if model is Grant:
            rows = rows.filter(holder_type=Grant.Holder.PATIENT)
        ids = list(rows.values_list("pk", flat=True))
        model._base_manager.filter(pk__in=ids).update(**{field: kept.pk})
        made = [
            MovedRow(pair=pair, table=model._meta.label, field=field, row_id=str(each), moved_at=at)
            for each in ids
        ]
        yield from MovedRow.objects.bulk_create(made)


def _comes_in(patient: Patient) -> bool:
    """Say whether a patient has an account, or a sheet that opens one."""
    sheets = AccessSheet.objects.filter(patient_id=patient.pk, revoked_at=None)
    return sheets.exists() or User.objects.filter(patient_id=patient.pk).exists()


def _leave_what_stands(
    model: type[models.Model], field: str, absorbed: Patient, kept: Patient
) -> models.QuerySet[models.Model]:
    """Find the rows to move; one of its kind that the survivor has already stays where it is."""
    rows = model._base_manager.filter(**{field: absorbed.pk})
    for rule in model._meta.constraints:
        if not isinstance(rule, models.UniqueConstraint):
            continue
        names = {getattr(model._meta.get_field(each), "attname", each) for each in rule.fields}
        if field not in names:
            continue
        where = rule.condition or models.Q()
        same = {each: models.OuterRef(each) for each in names - {field}}
        standing = model._base_manager.filter(where, **{field: kept.pk}, **same)
        rows = rows.exclude(where & models.Exists(standing))
    return rows


def return_rows(pair: IdentityPair, absorbed: Patient, kept: Patient, *, at: datetime) -> int:
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
    """Walk what points to a patient: acts and what comes after, who stands for them, rights, ways in."""
    own = Patient._meta.app_label
    for relation in Patient._meta.related_objects:
        model = relation.related_model
        if isinstance(model, str):
            continue
        if model in _OF_A_PATIENT or model._meta.app_label != own:
            yield model, relation.field.attname
    yield Grant, "holder_id"
    for model in _WAYS_IN:
        yield model, "patient_id"
