"""Search what an actor may see by DICOM attributes (PS3.18 §8.3.4)."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from diaphane.kernel.actors import Actor

from .keys import (
    INSTANCE_KEYS,
    SERIES_KEYS,
    STUDY_KEYS,
    Condition,
    Keys,
    UnsearchableValueError,
    is_range,
    match_instants,
    match_words,
)
from .models import Instance, Series, Study
from .pages import LATEST_FIRST, FoundStudy, find_studies

_NAMES = {"PatientName", "ReferringPhysicianName"}


@dataclass(frozen=True)
class Search:
    """What is looked for: values by attribute keyword, and the page wanted."""

    keys: Mapping[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False
    limit: int = 500
    offset: int = 0


def search_studies(actor: Actor, search: Search) -> list[FoundStudy]:
    """List studies, the latest first.

    Raises:
        UnsearchableValueError: a value is malformed.
    """
    return find_studies(actor, _match_study(search, ""), limit=search.limit, offset=search.offset)


def search_series(actor: Actor, search: Search) -> list[Series]:
    """List series, those of the latest study first, then by number."""
    wanted = _match_study(search, "study__") + _match(search.keys, SERIES_KEYS, "")
    found = Series.objects.filter(*_queries(wanted), study__in=Study.objects.named_to(actor)).select_related(
        "study"
    )
    order = [f"-study__{name[1:]}" for name in LATEST_FIRST]
    ordered = found.order_by(*order, "number", "received_at", "pk")
    return list(ordered[search.offset : search.offset + search.limit])


def search_instances(actor: Actor, search: Search) -> list[Instance]:
    """List instances, those of the latest study first, then by series and number.

    Named by its own UID, an object is found in whichever visible study holds it.
    """
    wanted = (
        _match_study(search, "series__study__")
        + _match(search.keys, SERIES_KEYS, "series__")
        + _match(search.keys, INSTANCE_KEYS, "")
    )
    is_named = bool(search.keys.get("SOPInstanceUID"))
    studies = Study.objects.visible_to(actor) if is_named else Study.objects.named_to(actor)
    found = Instance.objects.filter(*_queries(wanted), series__study__in=studies)
    order = [f"-series__study__{name[1:]}" for name in LATEST_FIRST]
    ordered = found.order_by(*order, "series__number", "series_id", "number", "received_at", "pk")
    whole = ordered.select_related("series__study").defer("metadata", "frames")
    return list(whole[search.offset : search.offset + search.limit])


def list_first_instances(model: type[Study | Series], ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the first instance of each study or series, by number: ids by id."""
    path = "series__study" if model is Study else "series"
    order = ("series__number", "series_id", "number", "received_at")
    instances = Instance.objects.filter(**{path: OuterRef("pk")}).order_by(*order)
    first = Subquery(instances.values("pk")[:1])
    return dict(
        model._default_manager.filter(pk__in=list(ids)).annotate(first=first).values_list("pk", "first")
    )


def read_metadata(instance_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the metadata of instances by id."""
    return dict(Instance.objects.filter(pk__in=list(instance_ids)).values_list("pk", "metadata"))


def _match_study(search: Search, prefix: str) -> list[Condition]:
    """Match the keys of the study: names by their words when fuzzy, days and times as instants."""
    others = dict(search.keys)
    wanted: list[Condition] = []
    for name in sorted(_NAMES & others.keys()) if search.is_fuzzy else ():
        wanted += match_words(prefix + STUDY_KEYS[name][1], others.pop(name))
    days, times = others.get("StudyDate", ""), others.get("StudyTime", "")
    if is_range(days) and is_range(times):
        with _naming("StudyDate, StudyTime"):
            wanted += match_instants(f"{prefix}study_date", days, f"{prefix}study_time", times)
        del others["StudyDate"], others["StudyTime"]
    return wanted + _match(others, STUDY_KEYS, prefix)


def _match(values: Mapping[str, str], keys: Keys, prefix: str) -> list[Condition]:
    wanted: list[Condition] = []
    for keyword, value in values.items():
        if keyword in keys and value:
            matching, column = keys[keyword]
            with _naming(keyword):
                wanted += matching(f"{prefix}{column}", value)
    return wanted


@contextmanager
def _naming(keyword: str) -> Iterator[None]:
    """Let a refusal name the key that it is about."""
    try:
        yield
    except UnsearchableValueError as error:
        raise UnsearchableValueError(error.reason, keyword) from error


def _queries(conditions: Iterable[Condition]) -> list[Q]:
    return [each.query for each in conditions]
