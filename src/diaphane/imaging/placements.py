"""Where images stand: written down before and after a move, so that the former places can be given back."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, ProtectedError, QuerySet
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.errors import ConflictError

from .models import Instance, Reconciliation, Series, SeriesDocument, Study

Placement = dict[str, Any]
"""Rows of ``studies`` and ``series``; ``places``: instances by series; ``reconciliations``: ids by study."""
_COPIED = (
    "modality",
    "number",
    "description",
    "body_part",
    "performed_date",
    "performed_time",
    "request_attributes",
    "received_at",
)


def lock_studies(ids: Iterable[object]) -> dict[UUID, Study]:
    """Lock studies, always in the same order; those that are gone are left out.

    Images may go on arriving meanwhile: what refers to a row does not wait for it.
    """
    found = Study.objects.filter(pk__in=sorted(set(map(str, ids)))).order_by("pk")
    return {each.pk: each for each in found.select_for_update(of=("self",), no_key=True)}


def describe_placement(instance_ids: Iterable[object]) -> Placement:
    """Write down where instances stand, with the rows of their series and studies."""
    places: dict[str, list[str]] = {}
    held = Instance.objects.filter(pk__in=list(instance_ids)).order_by("pk").values_list("series_id", "pk")
    for series_id, instance_id in held:
        places.setdefault(str(series_id), []).append(str(instance_id))
    series = list(Series.objects.filter(pk__in=places).order_by("pk"))
    studies = list(Study.objects.filter(pk__in={each.study_id for each in series}).order_by("pk"))
    return {
        "studies": list(map(_write, studies)),
        "series": list(map(_write, series)),
        "places": places,
        "reconciliations": _list_reconciliations(studies),
    }


def list_ids(placement: Placement) -> list[str]:
    """List the instances of a placement."""
    return [each for ids in placement["places"].values() for each in ids]


def require_unmoved(after: Placement) -> None:
    """Stop where the images are no longer where a move left them.

    Raises:
        ConflictError
    """
    now = describe_placement(list_ids(after))
    if now["places"] != after["places"] or _name_acts(now) != _name_acts(after):
        raise ConflictError(_("These images were moved again since: undo the later move first."))


def give_back(before: Placement) -> list[Study]:
    """Put instances back where they stood, remaking the rows that are gone; return their studies.

    Raises:
        ConflictError: another exam holds this study now.
    """
    homes = {row["id"]: _open_home(row) for row in before["studies"]}
    for row in before["series"]:
        series = _open_series(row, homes[row["study_id"]])
        Instance.objects.filter(pk__in=before["places"][row["id"]]).update(series=series)
    for study_id, rows in before["reconciliations"].items():
        Reconciliation.objects.filter(pk__in=rows).update(study=homes[study_id])
    return list(homes.values())


def drop_emptied(studies: Iterable[Study], *, into: Study) -> None:
    """Delete the series and the studies that hold nothing any more; what was said of them goes to ``into``.

    A row that an arriving image refers to at this instant is left: it is not empty for long. So is a study
    that was shown to somebody outside: the trail of it stays.
    """
    for study in studies:
        empty = study.series.exclude(Exists(Instance.objects.filter(series=OuterRef("pk"))))
        free = empty.order_by("pk").select_for_update(of=("self",), skip_locked=True)
        _delete_series([each.pk for each in free])
        if study.pk != into.pk and not study.series.exists():
            study.reconciliations.update(study=into)
            study.prior_of.update(study=into)
            study.quarantines.update(study=into)
            with suppress(ProtectedError):
                study.delete()


def _delete_series(ids: list[UUID]) -> None:
    SeriesDocument.objects.filter(series__in=ids).delete()
    Series.objects.filter(pk__in=ids).delete()


def move_to(study: Study, instances: Iterable[Instance]) -> None:
    """Put instances into a study, each in the series of its own UID."""
    by_series: dict[UUID, list[UUID]] = {}
    for each in instances:
        by_series.setdefault(each.series_id, []).append(each.pk)
    for series in Series.objects.filter(pk__in=by_series).order_by("series_instance_uid"):
        same = {name: getattr(series, name) for name in _COPIED}
        home, _new = Series.objects.get_or_create(
            study=study, series_instance_uid=series.series_instance_uid, defaults=same
        )
        Instance.objects.filter(pk__in=by_series[series.pk]).update(series=home)


def _open_home(row: dict[str, Any]) -> Study:
    """Return the study of a written row, made again where it is gone; or the one that took its place."""
    former: Study = _read(Study, row)
    rival = _list_rivals(former).exclude(pk=former.pk).select_for_update(of=("self",), no_key=True).first()
    if rival is not None and rival.act_id != former.act_id:
        raise ConflictError(_("Another exam already holds this study."))
    existing = Study.objects.filter(pk=former.pk).first()
    if existing is None:
        if rival is None:
            former.save(force_insert=True)
        return rival or former
    if rival is None and existing.act_id != former.act_id:
        existing.act_id = former.act_id
        existing.save(update_fields=["act"])
    return rival or existing


def _list_rivals(study: Study) -> QuerySet[Study]:
    """List the studies that may not stand beside this one: see the constraints of ``Study``."""
    if study.act_id is not None:
        return Study.objects.filter(study_instance_uid=study.study_instance_uid, act__isnull=False)
    return Study.objects.filter(
        study_instance_uid=study.study_instance_uid,
        site_id=study.site_id,
        patient_id=study.patient_id,
        patient_issuer=study.patient_issuer,
        patient_name=study.patient_name,
        patient_birth_date=study.patient_birth_date,
        act=None,
    )


def _open_series(row: dict[str, Any], study: Study) -> Series:
    former: Series = _read(Series, row)
    same = study.series.filter(series_instance_uid=former.series_instance_uid).first()
    if same is not None:
        return same
    is_there = Series.objects.filter(pk=former.pk).exists()
    former.study = study
    former.save(force_update=is_there, force_insert=not is_there)
    return former


def _list_reconciliations(studies: Iterable[Study]) -> dict[str, list[str]]:
    """List what was said of each study while it waited: a person's word stays with the images it is about."""
    return {
        str(each.pk): [str(pk) for pk in each.reconciliations.order_by("pk").values_list("pk", flat=True)]
        for each in studies
    }


def _name_acts(placement: Placement) -> dict[str, object]:
    return {row["id"]: row["act_id"] for row in placement["studies"]}


def _write(row: Model) -> dict[str, Any]:
    return {each.attname: _spell(each.value_from_object(row)) for each in row._meta.concrete_fields}


def _spell(value: object) -> object:
    return (
        value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
    )


def _read(model: type[Any], row: dict[str, Any]) -> Any:
    fields = [each for each in model._meta.concrete_fields if each.attname in row]
    return model(**{each.attname: each.to_python(row[each.attname]) for each in fields})
