"""QIDO-RS: search studies, series and instances (PS3.18 §10.6), among what the actor may see."""

import json
import re
from collections.abc import Callable, Iterable
from functools import partial

from django.http import HttpRequest, HttpResponse, QueryDict
from pydicom.datadict import dictionary_has_tag, keyword_for_tag, tag_for_keyword

from diaphane.imaging.models import Instance, Series, Study
from diaphane.imaging.queries import list_instances
from diaphane.imaging.searching import (
    INSTANCE_KEYS,
    SERIES_KEYS,
    STUDY_KEYS,
    Search,
    list_modalities,
    search_instances,
    search_series,
    search_studies,
)
from diaphane.kernel.actors import Actor

from .answers import address, answer_json
from .model import Model, Value, describe
from .resources import BadRequestError, dicomweb

LARGEST_PAGE = 1000
USUAL_PAGE = 200
_CONTROLS = frozenset({"includefield", "limit", "offset", "fuzzymatching", "accept", "charset"})
_TAG = re.compile(r"[0-9A-Fa-f]{8}")


@dicomweb("GET")
def studies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Search studies."""
    found = list(search_studies(actor, read_search(request.GET)))
    modalities = list_modalities(found)
    fields = read_fields(request.GET)
    answers = [
        describe_study(request, each, modalities[each.pk]) | _extra(fields, partial(_first_of, each))
        for each in found
    ]
    return _answer(request, answers, STUDY_KEYS)


@dicomweb("GET")
def series(request: HttpRequest, actor: Actor, study_uid: str = "") -> HttpResponse:
    """Search series, of one study or of all."""
    found = search_series(actor, read_search(request.GET, StudyInstanceUID=study_uid))
    fields = read_fields(request.GET)
    answers = [describe_series(request, each) | _extra(fields, each.instances.first) for each in found]
    return _answer(request, answers, STUDY_KEYS | SERIES_KEYS)


@dicomweb("GET")
def instances(request: HttpRequest, actor: Actor, study_uid: str = "", series_uid: str = "") -> HttpResponse:
    """Search instances, of one series, of one study or of all."""
    search = read_search(request.GET, StudyInstanceUID=study_uid, SeriesInstanceUID=series_uid)
    fields = read_fields(request.GET)
    answers = [
        describe_instance(request, each) | _extra(fields, partial(_itself, each))
        for each in search_instances(actor, search)
    ]
    return _answer(request, answers, STUDY_KEYS | SERIES_KEYS | INSTANCE_KEYS)


def read_search(parameters: QueryDict, **imposed: str) -> Search:
    """Read keys, page and fuzziness from a query.

    Raises:
        BadRequestError: an unknown attribute, or a page that makes no sense.
    """
    keys = {_keyword(name): str(parameters[name]) for name in parameters if name not in _CONTROLS}
    if any("\0" in value for value in keys.values()):
        raise BadRequestError
    limit = min(_natural(parameters, "limit", USUAL_PAGE), LARGEST_PAGE)
    return Search(
        keys=keys | {name: value for name, value in imposed.items() if value},
        is_fuzzy=parameters.get("fuzzymatching") == "true",
        limit=limit,
        offset=_natural(parameters, "offset", 0),
    )


def read_fields(parameters: QueryDict) -> set[str] | None:
    """Return the tags asked beyond the usual ones; None for all of them."""
    names = [name for value in parameters.getlist("includefield") for name in value.split(",") if name]
    if "all" in names:
        return None
    return {f"{tag_for_keyword(_keyword(name)):08X}" for name in names}


def describe_study(request: HttpRequest, study: Study, modalities: list[str]) -> Model:
    """Write the attributes of PS3.18 table 10.6.3-3."""
    return describe(
        {
            "SpecificCharacterSet": "ISO_IR 192",
            "StudyDate": study.study_date,
            "StudyTime": study.study_time,
            "AccessionNumber": study.accession_number,
            "InstanceAvailability": "ONLINE",
            "ModalitiesInStudy": modalities,
            "ReferringPhysicianName": study.referring_physician,
            "StudyDescription": study.description,
            "RetrieveURL": address(request, study),
            "PatientName": study.patient_name,
            "PatientID": study.patient_id,
            "IssuerOfPatientID": study.patient_issuer,
            "PatientBirthDate": study.patient_birth_date,
            "PatientSex": study.patient_sex,
            "StudyInstanceUID": study.study_instance_uid,
            "StudyID": study.study_id,
            "NumberOfStudyRelatedSeries": _count(study, "number_of_series"),
            "NumberOfStudyRelatedInstances": _count(study, "number_of_instances"),
        }
    )


def describe_series(request: HttpRequest, found: Series) -> Model:
    """Write the attributes of PS3.18 table 10.6.3-4."""
    return describe(
        {
            "SpecificCharacterSet": "ISO_IR 192",
            "Modality": found.modality,
            "SeriesDescription": found.description,
            "BodyPartExamined": found.body_part,
            "RetrieveURL": address(request, found.study, found.series_instance_uid),
            "StudyInstanceUID": found.study.study_instance_uid,
            "SeriesInstanceUID": found.series_instance_uid,
            "SeriesNumber": found.number,
            "NumberOfSeriesRelatedInstances": _count(found, "number_of_instances"),
        }
    )


def describe_instance(request: HttpRequest, found: Instance) -> Model:
    """Write the attributes of PS3.18 table 10.6.3-5."""
    values: dict[str, Value] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "SOPClassUID": found.sop_class_uid,
        "SOPInstanceUID": found.sop_instance_uid,
        "InstanceAvailability": "ONLINE",
        "RetrieveURL": address(request, found.series.study, found.series.series_instance_uid, found),
        "StudyInstanceUID": found.series.study.study_instance_uid,
        "SeriesInstanceUID": found.series.series_instance_uid,
        "InstanceNumber": found.number,
        "AvailableTransferSyntaxUID": found.transfer_syntax_uid,
    }
    if found.rows:
        values |= {"Rows": found.rows, "Columns": found.columns, "NumberOfFrames": found.number_of_frames}
    return describe(values)


def _count(found: Study | Series, name: str) -> int:
    return int(getattr(found, name))


def _first_of(study: Study) -> Instance | None:
    return list_instances(study).first()


def _itself(instance: Instance) -> Instance:
    return instance


def _extra(fields: set[str] | None, find: Callable[[], Instance | None]) -> Model:
    """Take the other attributes asked from the metadata made ready at arrival."""
    if fields is not None and not fields:
        return {}
    instance = find()
    model: Model = json.loads(instance.metadata) if instance else {}
    return {tag: value for tag, value in model.items() if fields is None or tag in fields}


def _answer(request: HttpRequest, answers: list[Model], known: Iterable[str]) -> HttpResponse:
    response = answer_json(request, answers)
    unused = {_keyword(name) for name in request.GET if name not in _CONTROLS} - set(known)
    if unused:
        response["Warning"] = '299 Diaphane "some keys are not searched and were ignored"'
    return response


def _keyword(name: str) -> str:
    """Return the keyword of an attribute given by keyword or by tag (PS3.18 §8.3.4.1)."""
    if _TAG.fullmatch(name) and dictionary_has_tag(int(name, 16)):
        return keyword_for_tag(int(name, 16))
    if tag_for_keyword(name) is None:
        raise BadRequestError
    return name


def _natural(parameters: QueryDict, name: str, usual: int) -> int:
    value = parameters.get(name, "")
    if not value:
        return usual
    if not value.isascii() or not value.isdigit():
        raise BadRequestError
    return min(int(value), 2**31 - 1)
