"""Search what an actor may see by DICOM attributes (PS3.18 §8.3.4, PS3.4 §C.2.2.2)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from diaphane.kernel.actors import Actor

from .models import Instance, Series, Study
from .names import fold

_DATE_OR_TIME = re.compile(r"\d{2,8}(\.\d{1,6})?", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,9}", re.ASCII)


class UnsearchableValueError(ValueError):
    """The value of a key is not of the form that its attribute takes."""


@dataclass(frozen=True)
class Search:
    """What is looked for: values by attribute keyword, and the page wanted."""

    keys: Mapping[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False
    limit: int = 500
    offset: int = 0


def _text(column: str, value: str, is_fuzzy: bool) -> Q:
    if not re.search(r"[*?]", value):
        return Q(**{column: value})
    pattern = re.escape(value).replace(r"\*", ".*").replace(r"\?", ".")
    return Q(**{f"{column}__iregex": f"^{pattern}$"})


def _name(column: str, value: str, is_fuzzy: bool) -> Q:
    """Match folded names: whole, with wildcards, or, when fuzzy, each word as the start of one."""
    if is_fuzzy:
        wanted = Q()
        for word in fold(value).split():
            wanted &= Q(**{f"{column}__regex": f"(^| ){word}"})
        return wanted
    parts = re.split(r"([*?])", value)
    pattern = "".join({"*": ".*", "?": "."}.get(part, fold(part)) for part in parts)
    return Q(**{f"{column}__regex": f"^{pattern}$"})


def _uids(column: str, value: str, is_fuzzy: bool) -> Q:
    return Q(**{f"{column}__in": re.split(r"[,\\]", value)})


def _span(column: str, value: str, is_fuzzy: bool) -> Q:
    """Match one date or time, or a range of them, open at one end or not (PS3.4 §C.2.2.2.5)."""
    first, dash, last = value.partition("-")
    if not (first or last) or not all(_DATE_OR_TIME.fullmatch(each) for each in (first, last) if each):
        raise UnsearchableValueError(value)
    if not dash:
        return Q(**{column: first})
    wanted = ~Q(**{column: ""})
    if first:
        wanted &= Q(**{f"{column}__gte": first})
    if last:
        wanted &= Q(**{f"{column}__lte": last})
    return wanted


def _number(column: str, value: str, is_fuzzy: bool) -> Q:
    if not _INTEGER.fullmatch(value):
        raise UnsearchableValueError(value)
    return Q(**{column: int(value)})


Matching = Callable[[str, str, bool], Q]
STUDY_KEYS: dict[str, tuple[Matching, str]] = {
    "StudyDate": (_span, "study_date"),
    "StudyTime": (_span, "study_time"),
    "AccessionNumber": (_text, "accession_number"),
    "ModalitiesInStudy": (_text, "series__modality"),
    "ReferringPhysicianName": (_text, "referring_physician"),
    "PatientName": (_name, "patient_name_key"),
    "PatientID": (_text, "patient_id"),
    "IssuerOfPatientID": (_text, "patient_issuer"),
    "PatientBirthDate": (_span, "patient_birth_date"),
    "PatientSex": (_text, "patient_sex"),
    "StudyInstanceUID": (_uids, "study_instance_uid"),
    "StudyID": (_text, "study_id"),
    "StudyDescription": (_text, "description"),
}
SERIES_KEYS: dict[str, tuple[Matching, str]] = {
    "Modality": (_text, "modality"),
    "SeriesInstanceUID": (_uids, "series_instance_uid"),
    "SeriesNumber": (_number, "number"),
    "SeriesDescription": (_text, "description"),
    "BodyPartExamined": (_text, "body_part"),
}
INSTANCE_KEYS: dict[str, tuple[Matching, str]] = {
    "SOPClassUID": (_uids, "sop_class_uid"),
    "SOPInstanceUID": (_uids, "sop_instance_uid"),
    "InstanceNumber": (_number, "number"),
}


def search_studies(actor: Actor, search: Search) -> QuerySet[Study]:
    """List studies with their numbers of series and instances, latest arrival first.

    Raises:
        UnsearchableValueError: a value is malformed.
    """
    matching = _wanted(search, STUDY_KEYS, "")
    found = Study.objects.visible_to(actor).filter(pk__in=Study.objects.filter(matching).values("pk"))
    counted = found.annotate(
        number_of_series=Count("series", distinct=True), number_of_instances=Count("series__instances")
    )
    return counted.order_by("-received_at", "pk")[search.offset : search.offset + search.limit]


def search_series(actor: Actor, search: Search) -> QuerySet[Series]:
    """List series with their number of instances, by number."""
    wanted = _wanted(search, STUDY_KEYS, "study__") & _wanted(search, SERIES_KEYS, "")
    found = Series.objects.filter(study__in=Study.objects.visible_to(actor)).filter(
        pk__in=Series.objects.filter(wanted).values("pk")
    )
    counted = found.select_related("study").annotate(number_of_instances=Count("instances"))
    return counted.order_by("number", "received_at", "pk")[search.offset : search.offset + search.limit]


def search_instances(actor: Actor, search: Search) -> QuerySet[Instance]:
    """List instances, by number."""
    wanted = (
        _wanted(search, STUDY_KEYS, "series__study__")
        & _wanted(search, SERIES_KEYS, "series__")
        & _wanted(search, INSTANCE_KEYS, "")
    )
    found = Instance.objects.filter(series__study__in=Study.objects.visible_to(actor)).filter(
        pk__in=Instance.objects.filter(wanted).values("pk")
    )
    ordered = found.select_related("series__study").order_by("number", "received_at", "pk")
    return ordered[search.offset : search.offset + search.limit]


def list_modalities(studies: list[Study]) -> dict[object, list[str]]:
    """Return the modalities of each study of a page, in alphabetical order."""
    found: dict[object, list[str]] = {study.pk: [] for study in studies}
    rows = Series.objects.filter(study__in=studies).order_by("modality").values_list("study_id", "modality")
    for study_id, modality in rows.distinct():
        found[study_id].append(modality)
    return found


def _wanted(search: Search, keys: Mapping[str, tuple[Matching, str]], prefix: str) -> Q:
    wanted = Q()
    for keyword, value in search.keys.items():
        if keyword in keys and value:
            matching, column = keys[keyword]
            wanted &= matching(f"{prefix}{column}", value, search.is_fuzzy)
    return wanted
