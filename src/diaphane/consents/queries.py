"""Read the consents in force, the sheets of an act and those that were given, the objections."""

from uuid import UUID

from django.db.models import QuerySet

from diaphane.acts.models import Act

from .models import Consent, Objection, SheetGiven
from .sheets import DISTANCE, Sheet, get_sheet, name_sheet_of


def get_consent(act: Act, subject: str) -> Consent | None:
    """Return the last answer to one of the two questions."""
    return Consent.objects.filter(act=act, subject=subject).order_by("-recorded_at", "-id").first()


def list_consents(act: Act) -> QuerySet[Consent]:
    """List every answer of an act, latest first; once the page has opened the act."""
    return Consent.objects.filter(act=act).order_by("-recorded_at", "-id")


def list_sheets_of(act: Act) -> list[Sheet]:
    """List the sheets that tell of an act: its exam, injected or not, and the distance (R52–R56)."""
    request = act.request
    exam = request.exam
    is_injected = bool(exam and exam.is_injected) or bool(request.contrast_prescription.strip())
    code = name_sheet_of(exam, is_injected=is_injected)
    return [get_sheet(each) for each in (code, DISTANCE) if each]


def list_given_sheets(act: Act) -> QuerySet[SheetGiven]:
    """List the sheets that were given for an act, latest first; once the page has opened the act."""
    return SheetGiven.objects.filter(act=act).order_by("-recorded_at", "-id")


def name_last_given(act: Act) -> str:
    """Name the last version given of each sheet, as an answer keeps what it rests upon."""
    last = {each.code: each.key for each in list_given_sheets(act).reverse()}
    return " ".join(last[code] for code in sorted(last))


def has_objected(patient_id: UUID, kind: str) -> bool:
    """Say whether a patient objects to one use of their data now (R62)."""
    return Objection.objects.filter(patient_id=patient_id, kind=kind, withdrawn_at=None).exists()


def list_objections(patient_id: UUID) -> QuerySet[Objection]:
    """List what a patient objects to, or did, latest first; once the page has opened the patient."""
    return Objection.objects.filter(patient_id=patient_id).order_by("-recorded_at")
