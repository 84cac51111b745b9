"""What guides of good use say of a request: ours, and the licensed one of the installation (R69)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.utils import timezone

from diaphane.safety.appropriateness import (
    Advice,
    Guide,
    MalformedGuideError,
    load_licensed,
    load_starter,
)
from diaphane.safety.conditions import Value

from .catalogue import CATALOGUE
from .models import ExamRequest, RequestState

log = structlog.get_logger()
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Advised:
    """What one guide says of a request."""

    guide: Guide
    advice: tuple[Advice, ...]


def advise_request(request: ExamRequest, *, at: datetime) -> tuple[Advised, ...]:
    """Return what each guide says of the exam asked for; nothing before one is chosen, and nothing blocks."""
    if request.exam is None:
        return ()
    facts = facts_for_guides(request, at=at)
    return tuple(Advised(each, each.advise(facts)) for each in list_guides())


def list_guides() -> Iterator[Guide]:
    """Yield the guides in force; a licensed one that is malformed is left out whole, and said in the logs."""
    yield load_starter()
    if settings.GUIDE:
        try:
            yield load_licensed(Path(settings.GUIDE))
        except MalformedGuideError as error:
            log.error("guide.refused", reason=str(error))


def facts_for_guides(request: ExamRequest, *, at: datetime) -> dict[str, Value | None]:
    """Return what is known of an exam and its patient: an estimated age is unknown, as an unknown sex is."""
    exam, patient = request.exam, request.act.patient
    if exam is None:
        return {}
    earlier = _list_earlier(request, at)
    same = [when for code, when in earlier if code == exam.code]
    return {
        "exam": exam.code,
        "modality": exam.modality,
        "is_ionising": exam.is_ionising,
        "is_vital": request.act.is_vital,
        "sex": None if patient.sex == patient.Sex.UNKNOWN else patient.sex,
        "age": None if patient.is_unidentified else patient.age_on(timezone.localdate(at)),
        "days_since_same_exam": (at - max(same)).days if same else None,
        "ionising_in_a_year": sum(CATALOGUE[code].is_ionising for code, _when in earlier),
    }


def _list_earlier(request: ExamRequest, at: datetime) -> list[tuple[str, datetime]]:
    """List the exams of the patient validated within a year for the same site: another one's are not told."""
    validated = ExamRequest.objects.filter(
        act__patient_id=request.act.patient_id,
        act__requesting_site_id=request.act.requesting_site_id,
        state=RequestState.VALIDATED,
        validated_at__gt=at - YEAR,
        validated_at__lte=at,
    ).exclude(pk=request.pk)
    held = validated.values_list("exam_code", "validated_at")
    return [(code, when) for code, when in held if when is not None and code in CATALOGUE]
