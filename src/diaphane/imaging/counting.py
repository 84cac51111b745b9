"""Keep beside each study and series what is answered of them: counts, modalities, a whole document."""

from collections.abc import Iterable

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Sum, Value
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
    instances = Instance.objects.filter(series=OuterRef("pk")).order_by().values("series")
    Series.objects.filter(study__in=ordered).update(
        number_of_instances=_count(instances.annotate(number=Count("pk")))
    )
    series = Series.objects.filter(study=OuterRef("pk")).order_by().values("study")
    modalities = ArrayAgg("modality", distinct=True, order_by="modality", filter=~Q(modality=""))
    Study.objects.filter(pk__in=ordered).update(
        number_of_series=_count(series.annotate(number=Count("pk"))),
        number_of_instances=_count(series.annotate(number=Sum("number_of_instances"))),
        modalities=Coalesce(Subquery(series.annotate(number=modalities).values("number")), _NO_MODALITY),
    )
    forget_documents(ordered)
    for study_id in ordered:
        prepare_soon(study_id)


def _count(rows: models.QuerySet) -> Coalesce:  # type: ignore[type-arg]
    return Coalesce(Subquery(rows.values("number")), 0)
