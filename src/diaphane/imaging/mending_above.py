"""Make the rows of series and studies say again what the first of their objects said."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from .keeping import KeptObject, UnreadableObjectError, describe_object, open_as_file
from .matching import identity_of, match_act
from .mending import is_said_by, read_series_row, read_study_row
from .models import Instance, Reconciliation, Series, Study
from .placing import wait

_FIRST = ("received_at", "pk")
"""The order in which rows are written: the first object gives those above it their words."""


def mend_series(series_id: UUID) -> bool | None:
    """Rewrite a series that none of its objects says; True if it was, None if it could not be."""
    return _mend(Series, series_id, Instance.objects.filter(series=series_id), read_series_row)


def mend_study(study_id: UUID) -> bool | None:
    """Rewrite a study that none of its objects says; True if it was, None if it could not be."""
    return _mend(Study, study_id, Instance.objects.filter(series__study=study_id), read_study_row)


def wait_again(*, at: datetime) -> int:
    """Show again to their sites the studies that belong to no exam and of which nothing says why; count them.

    One whose identifiers are those of an exam was brought by a person, or it would have joined this exam.
    """
    told = Reconciliation.objects.exclude(reason=Reconciliation.Reason.CONFLICT).values("study")
    lost = Study.objects.filter(act=None, prior_of=None).exclude(pk__in=told).order_by("pk")
    found = list(lost.select_for_update(of=("self",), no_key=True))
    for study in found:
        reason = match_act(identity_of(study), site_id=study.site_id).reason
        wait(study, reason or Reconciliation.Reason.IMPORTED, at)
    return len(found)


def _mend(
    model: type[Series] | type[Study],
    pk: UUID,
    objects: QuerySet[Instance],
    read: Callable[[KeptObject], dict[str, object]],
) -> bool | None:
    row = model._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        return False
    first: dict[str, object] = {}
    for kept in _read_objects(objects):
        said = read(kept)
        if is_said_by(row, said):
            return False
        first = first or said
    return _write(row, first) if first else None


def _read_objects(objects: QuerySet[Instance]) -> Iterator[KeptObject]:
    """Read the files of objects, the first that came first; those that are damaged or missing are passed."""
    for key, sha256 in objects.order_by(*_FIRST).values_list("storage_key", "sha256").iterator():
        try:
            with open_as_file(key) as path:
                kept = describe_object(path)
        except (OSError, UnreadableObjectError):
            continue
        if kept.sha256 == sha256:
            yield kept


def _write(row: Series | Study, values: dict[str, object]) -> bool | None:
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save(update_fields=list(values))
    except IntegrityError:
        return None
    return True
