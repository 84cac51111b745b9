"""Tell a gateway whose earlier studies to look for, choose among what it found, hear how it ended."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from diaphane.imaging.prior_fetching import (
    end_search,
    get_search,
    list_identifiers,
    list_open_searches,
    record_candidates,
)
from diaphane.imaging.prior_searches import PriorSearch, PriorSearchState
from diaphane.imaging.relevance import EarlierStudy
from diaphane.interop.authentication import interface, refusal
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane_dicom.identifiers import is_valid_uid

from .bodies import MalformedBodyError, read_body, read_list, read_object, read_text

LONGEST_REASON = 300
LONGEST_TEXT = 200
MOST_STUDIES = 500
_ENDS = frozenset({PriorSearchState.DONE, PriorSearchState.FAILED, PriorSearchState.NO_ARCHIVE})


@interface("GET", needs="gateway.priors")
def searches(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List what the archive of the gateway's site is asked."""
    found = [_describe(each) for each in list_open_searches(actor, at=now())]
    return JsonResponse({"searches": found}, headers={"Cache-Control": "no-store"})


@interface("PUT", needs="gateway.priors")
def candidates(request: HttpRequest, actor: Actor, search_id: UUID) -> HttpResponse:
    """Keep what the archive holds of the patient; answer which studies to fetch."""
    search = get_search(search_id, actor=actor)
    try:
        studies = _read_studies(read_body(request))
    except MalformedBodyError:
        return refusal(_("These studies are malformed."), 400)
    chosen = record_candidates(search=search, studies=studies, by=actor, at=now())
    return JsonResponse({"fetch": chosen})


@interface("PUT", needs="gateway.priors")
def outcome(request: HttpRequest, actor: Actor, search_id: UUID) -> HttpResponse:
    """Keep how a search ended (204)."""
    search = get_search(search_id, actor=actor)
    try:
        said = read_body(request)
        state = PriorSearchState(_text(said.get("state")))
        missing = said.get("missing", 0)
        if state not in _ENDS or type(missing) is not int or not 0 <= missing < 2**31:
            raise MalformedBodyError
        reason = read_text(said.get("reason", ""))[:LONGEST_REASON]
    except ValueError:
        return refusal(_("This outcome is malformed."), 400)
    end_search(search=search, state=state, reason=reason, missing=missing, by=actor, at=now())
    return HttpResponse(status=204)


def _describe(search: PriorSearch) -> dict[str, object]:
    """Say who is looked for: every identifier with its issuer, every name, the birth date."""
    patient, issuer = search.act.patient, search.act.requesting_site.issuer
    families = dict.fromkeys(filter(None, (patient.birth_name, patient.used_name)))
    identifiers = list_identifiers(patient, issuer=issuer)
    return {
        "id": str(search.pk),
        "identifiers": [{"value": value, "issuer": issued_by} for value, issued_by in identifiers],
        "names": [f"{family}^{patient.first_names}" for family in families],
        "birth_date": f"{patient.birth_date:%Y%m%d}",
    }


def _read_studies(content: Mapping[str, object]) -> list[EarlierStudy]:
    """Read the agreed JSON form.

    Raises:
        MalformedBodyError
    """
    studies = read_list(content.get("studies"), most=MOST_STUDIES)
    return [_read_study(read_object(each)) for each in studies]


def _read_study(study: Mapping[str, object]) -> EarlierStudy:
    uid = _text(study.get("study_instance_uid"))
    if not is_valid_uid(uid):
        raise MalformedBodyError
    return EarlierStudy(
        study_instance_uid=uid,
        patient_issuer=_text(study.get("patient_issuer")),
        study_date=_text(study.get("study_date")),
        description=_text(study.get("description")),
        modalities=_texts(study.get("modalities")),
        body_parts=_texts(study.get("body_parts")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(each) for each in read_list(value))


def _text(value: object) -> str:
    return read_text(value)[:LONGEST_TEXT]
