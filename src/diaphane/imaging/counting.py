"""Keep beside each study and series what is answered of them: counts, modalities, a whole document."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from .jobs import prepare_soon
from .models import Instance, Series, Study
from .preparing import forget_documents

_NO_MODALITY = Value([], output_field=ArrayField(models.TextField()))


def count_again(study_ids: Iterable[object]) -> None:
    """Write the counts of studies from their rows, inside the transaction that changed these.

    Their documents go, and are written again in a moment. The studies are locked first: of two transfers of
    one study, the later one then counts the rows of both.
    """
    ordered = sorted(set(study_ids), key=str)
    locked = Study.objects.filter(pk__in=ordered).order_by("pk").select_for_update(no_key=True)
    list(locked.values_list("pk"))
    Series.objects.filter(study__in=ordered).update(**_of_series())
    Study.objects.filter(pk__in=ordered).update(**_of_study())
    forget_documents(ordered)
    for study_id in ordered:
        prepare_soon(study_id)


def list_miscounted() -> list[UUID]:
    """List the studies whose counts, or whose series' counts, are not those of their rows."""
    wrong = [*_list_wrong(Series, "study_id", _of_series()), *_list_wrong(Study, "pk", _of_study())]
    return list(dict.fromkeys(wrong))


def _list_wrong(model: type[models.Model], key: str, right: Mapping[str, Any]) -> list[UUID]:
    rows = model._default_manager.order_by().annotate(
        **{f"right_{name}": each for name, each in right.items()}
    )
    differs = reduce(or_, (~Q(**{name: F(f"right_{name}")}) for name in right))
    return list(rows.filter(differs).values_list(key, flat=True))


def _of_series() -> dict[str, Coalesce]:
    instances = Instance.objects.filter(series=OuterRef("pk")).order_by().values("series")
    return {"number_of_instances": _count(instances.annotate(number=Count("pk")))}


def _of_study() -> dict[str, Coalesce]:
    series = Series.objects.filter(study=OuterRef("pk")).order_by().values("study")
    modalities = ArrayAgg("modality", distinct=True, order_by="modality", filter=~Q(modality=""))
    instances = Instance.objects.filter(series__study=OuterRef("pk")).order_by().values("series__study")
    return {
        "number_of_series": _count(series.annotate(number=Count("pk"))),
        "number_of_instances": _count(instances.annotate(number=Count("pk"))),
        "modalities": Coalesce(Subquery(series.annotate(number=modalities).values("number")), _NO_MODALITY),
    }


def _count(rows: models.QuerySet) -> Coalesce:  # type: ignore[type-arg]
    return Coalesce(Subquery(rows.values("number")), 0)
