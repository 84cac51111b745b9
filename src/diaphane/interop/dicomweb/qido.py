"""QIDO-RS: search studies, series and instances (PS3.18 §10.6), among what the actor may see."""

from collections.abc import Iterable, Mapping
from itertools import islice
from json import dumps, loads
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from diaphane.imaging.keys import INSTANCE_KEYS, SERIES_KEYS, STUDY_KEYS, Keys
from diaphane.imaging.models import Series, Study
from diaphane.imaging.searching import (
    list_first_instances,
    read_metadata,
    search_instances,
    search_series,
    search_studies,
)
from diaphane.kernel.actors import Actor
from diaphane.kernel.paces import SEARCHES

from .answers import answer_json
from .found import describe_instance, describe_series, make_root, write_study
from .levels import SERIES_TAGS, STUDY_TAGS
from .model import Model
from .resources import dicomweb
from .terms import Terms, list_keys, read_attribute, read_terms

_MORE = '299 Diaphane "There are additional results that can be requested"'
_IGNORED = '299 Diaphane "some keys are not searched and were ignored"'
Answers = dict[UUID, str]
"""What was found by its id, in order, in the DICOM JSON model."""


@dicomweb("GET", pace=SEARCHES)
def studies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Search studies."""
    terms = read_terms(request.GET)
    root = make_root(request)
    found = {each.id: write_study(each, root) for each in search_studies(actor, terms.search)}
    if terms.wants_more:
        _add_fields(found, list_first_instances(Study, found), terms.fields, STUDY_TAGS)
    return _answer(request, terms, found, STUDY_KEYS)


@dicomweb("GET", pace=SEARCHES)
def series(request: HttpRequest, actor: Actor, study_uid: str = "") -> HttpResponse:
    """Search series, of one study or of all."""
    terms = read_terms(request.GET, StudyInstanceUID=study_uid)
    found = {each.pk: dumps(describe_series(each, request)) for each in search_series(actor, terms.search)}
    if terms.wants_more:
        _add_fields(found, list_first_instances(Series, found), terms.fields, SERIES_TAGS)
    return _answer(request, terms, found, {**STUDY_KEYS, **SERIES_KEYS})


@dicomweb("GET", pace=SEARCHES)
def instances(request: HttpRequest, actor: Actor, study_uid: str = "", series_uid: str = "") -> HttpResponse:
    """Search instances, of one series, of one study or of all."""
    terms = read_terms(request.GET, StudyInstanceUID=study_uid, SeriesInstanceUID=series_uid)
    instances = search_instances(actor, terms.search)
    found = {each.pk: dumps(describe_instance(each, request)) for each in instances}
    if terms.wants_more:
        _add_fields(found, {pk: pk for pk in found}, terms.fields, None)
    return _answer(request, terms, found, {**STUDY_KEYS, **SERIES_KEYS, **INSTANCE_KEYS})


def _add_fields(
    found: Answers,
    instances: Mapping[UUID, UUID],
    fields: frozenset[str] | None,
    level: frozenset[str] | None,
) -> None:
    """Add the other attributes asked, from the metadata made ready at arrival; of all, those of the level."""
    wanted = level if fields is None else fields
    metadata = read_metadata(instances.values())
    for pk, answer in found.items():
        model: Model = loads(metadata.get(instances[pk], "{}"))
        others = {tag: value for tag, value in model.items() if wanted is None or tag in wanted}
        found[pk] = dumps(dict(sorted((others | loads(answer)).items())))


def _answer(request: HttpRequest, terms: Terms, found: Answers, keys: Keys) -> HttpResponse:
    """Answer one page, and say whether something was ignored and whether there is more."""
    page = islice(found.values(), terms.limit)
    response = answer_json(request, f"[{','.join(page)}]")
    warnings = [_IGNORED] if _has_others(list_keys(request.GET), keys) else []
    if len(found) > terms.limit:
        warnings.append(_MORE)
    if warnings:
        response["Warning"] = ", ".join(warnings)
    return response


def _has_others(names: Iterable[str], keys: Keys) -> bool:
    return any(read_attribute(name) not in keys for name in names)
