"""No MRI while the implant status is unknown, whatever the urgency (R85); contrast prescribed later (R83)."""

import pytest

from diaphane.audit.models import Entry
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import validate_request
from diaphane.requests.orders import ImplantFinding, prescribe_contrast, settle_implants
from tests.scenes import Territory, under_review, validated

pytestmark = pytest.mark.django_db

MRI = "MR-STROKE"
PACEMAKER = {"implants": "listed", "implants_details": "Stimulateur, référence inconnue"}
NONE_BY_WIFE = ImplantFinding("none", "Dr Marchal, avec l’épouse et le dossier")


def validate(
    request: ExamRequest, territory: Territory, finding: ImplantFinding | None = None, urgency: str = "urgent"
) -> ExamRequest:
    return validate_request(
        request=request,
        protocol="Diffusion, FLAIR",
        contrast_prescription="",
        granted_urgency=urgency,
        urgency_words="Déficit résolutif",
        review_reason="",
        implants=finding,
        by=territory.imageur,
        at=now(),
    )


def fields_of(refusal: pytest.ExceptionInfo[GuardError]) -> set[str]:
    return {each.field for each in refusal.value.missing if each.requirement == "R85"}


@pytest.mark.parametrize("urgency", ["scheduled", "vital"])
@pytest.mark.parametrize("implants", ["unknown", ""])
def test_an_mri_with_unknown_implants_is_never_validated(
    territory: Territory, urgency: str, implants: str
) -> None:
    request = under_review(territory, urgency="vital", exam_code=MRI, implants=implants)
    with pytest.raises(GuardError) as refusal:
        validate(request, territory, urgency=urgency)
    assert fields_of(refusal) == {"implants_settled"}
    request.refresh_from_db()
    assert request.state == RequestState.UNDER_REVIEW


def test_a_listed_implant_needs_the_conditions_of_its_maker(territory: Territory) -> None:
    request = under_review(territory, exam_code=MRI, **PACEMAKER)
    with pytest.raises(GuardError) as refusal:
        validate(request, territory)
    assert fields_of(refusal) == {"implants_conditions"}
    finding = ImplantFinding(conditions="IRM 1,5 T sous conditions, équipe de rythmologie présente")
    assert validate(request, territory, finding).state == RequestState.VALIDATED


def test_the_radiologist_settles_unknown_implants_and_says_who_established_it(territory: Territory) -> None:
    request = under_review(territory, exam_code=MRI, implants="unknown")
    with pytest.raises(GuardError) as refusal:
        validate(request, territory, ImplantFinding("none"))
    assert fields_of(refusal) == {"implants_by"}
    moved = validate(request, territory, NONE_BY_WIFE)
    assert (moved.implants, moved.implants_known) == ("unknown", "none")


def test_a_known_absence_of_implants_passes_and_a_scanner_does_not_ask(territory: Territory) -> None:
    assert validate(under_review(territory, exam_code=MRI), territory).state == RequestState.VALIDATED
    scanner = under_review(territory, implants="unknown")
    assert validate(scanner, territory).state == RequestState.VALIDATED


def test_a_blank_pregnancy_counts_as_unknown_for_someone_concerned(territory: Territory) -> None:
    territory.patient.sex, territory.patient.birth_date = "F", now().date().replace(year=1994)
    territory.patient.save()
    request = under_review(territory, urgency="vital", pregnancy="")
    with pytest.raises(GuardError) as refusal:
        validate(request, territory)
    assert [each.requirement for each in refusal.value.missing] == ["R76"]


def test_only_a_radiologist_settles_implants_or_prescribes_after_the_validation(territory: Territory) -> None:
    request = validated(territory, exam_code=MRI)
    with pytest.raises(NotAllowedError):
        settle_implants(request=request, finding=NONE_BY_WIFE, by=territory.technologist, at=now())
    with pytest.raises(NotAllowedError):
        prescribe_contrast(request=request, prescription="Iode", by=territory.technologist, at=now())
    waiting = under_review(territory, exam_code=MRI)
    with pytest.raises(ConflictError):
        settle_implants(request=waiting, finding=NONE_BY_WIFE, by=territory.imageur, at=now())


@pytest.mark.parametrize(
    "finding", [ImplantFinding("unknown", "Moi"), ImplantFinding("none"), ImplantFinding("listed", "Moi")]
)
def test_a_finding_that_settles_nothing_is_refused(territory: Territory, finding: ImplantFinding) -> None:
    request = validated(territory, exam_code=MRI)
    with pytest.raises(GuardError):
        settle_implants(request=request, finding=finding, by=territory.imageur, at=now())


def test_contrast_is_prescribed_once_in_words_and_traced(territory: Territory) -> None:
    request = validated(territory)
    with pytest.raises(GuardError):
        prescribe_contrast(request=request, prescription="  ", by=territory.imageur, at=now())
    prescribe_contrast(request=request, prescription="Ioméprol 60 mL", by=territory.imageur, at=now())
    assert Entry.objects.filter(action="request.contrast_prescribed", subject_id=request.pk).exists()
    with pytest.raises(ConflictError):
        prescribe_contrast(request=request, prescription="Encore", by=territory.imageur, at=now())


def test_an_injected_exam_without_a_prescription_is_pointed_at(territory: Territory) -> None:
    assert ExamRequest(exam_code="CT-PE").lacks_contrast
    assert not ExamRequest(exam_code="CT-PE", contrast_prescription="Ioméprol").lacks_contrast
    assert not ExamRequest(exam_code="CT-HEAD").lacks_contrast
