"""The safety of a request: who answers, what is refused, what stops it, who lifts it (R66, R68, R76, R85)."""

from datetime import timedelta

import pytest

from diaphane.acts.models import Duty, LedgerEntry
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.requests.answering import answer_safety, explain_safety
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import validate_request
from diaphane.requests.orders import ImplantFinding
from diaphane.requests.safety import judge_request, list_current_answers
from diaphane.requests.safety_models import SafetyAnswer
from tests.factories import make_actor
from tests.scenes import SAFE_ANSWERS, Territory, draft, under_review, validated

pytestmark = pytest.mark.django_db

MRI, INJECTED = "MR-STROKE", "CT-PE"
LISTED = {"implants": "listed", "implants_details": "Stimulateur, référence inconnue"}


def answer(request: ExamRequest, territory: Territory, informant: str = "patient", **answers: str) -> int:
    given = {"answers": answers, "informant": informant, "by": territory.requester, "at": now()}
    return answer_safety(request=request, **given)


def validate(request: ExamRequest, territory: Territory, **changes: object) -> ExamRequest:
    given: dict[str, object] = {
        "protocol": "Hélice",
        "contrast_prescription": "",
        "granted_urgency": "urgent",
        "urgency_words": "Déficit résolutif",
        "review_reason": "",
    }
    return validate_request(request=request, **given | changes, by=territory.imageur, at=now())  # type: ignore[arg-type]


def refused(call: object) -> dict[str, str]:
    """Return what a refusal asks for, by field."""
    with pytest.raises(GuardError) as refusal:
        call()  # type: ignore[operator]
    return {each.field: str(each.what) for each in refusal.value.missing}


def ids_of(request: ExamRequest) -> list[str]:
    return [each.id for each in judge_request(request, at=now()).findings]


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("creatinine", "0,9", "est-ce des mg/dL"),
        ("creatinine", "beaucoup", "un nombre"),
        ("creatinine", "-80", "négatif"),
        ("egfr", "-5", "négatif"),
        ("egfr", "4000", "plausible"),
        ("egfr", "nan", "un nombre"),
        ("hours_since_injection", "1e400", "un nombre"),
        ("kidneys", "peut-être", "aucune des réponses"),
        ("astrology", "lion", "plus posée"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_at_its_field_and_nothing_is_kept(
    territory: Territory, name: str, raw: str, words: str
) -> None:
    request = draft(territory, answers={})
    found = refused(lambda: answer(request, territory, **{name: raw, "metformin": "no"}))
    assert list(found) == [f"safety_{name}"]
    assert words in found[f"safety_{name}"]
    assert not SafetyAnswer.objects.exists()


def test_an_informant_that_is_none_is_refused(territory: Territory) -> None:
    request = draft(territory, answers={})
    assert "safety_informant" in refused(lambda: answer(request, territory, "voisin", metformin="no"))


@pytest.mark.parametrize("role", [Role.IMAGEUR, Role.TECHNOLOGIST, Role.ADMINISTRATOR])
def test_only_the_demandeur_answers_in_a_draft(territory: Territory, role: Role) -> None:
    request, by = draft(territory, answers={}), make_actor(role, territory.site)
    with pytest.raises(NotAllowedError):
        answer_safety(request=request, answers={"metformin": "no"}, informant="", by=by, at=now())
    assert not SafetyAnswer.objects.exists()


def test_once_decided_nothing_is_answered_any_more(territory: Territory) -> None:
    request = validated(territory)
    count = SafetyAnswer.objects.count()
    with pytest.raises(ConflictError):
        answer(request, territory, metformin="yes")
    assert SafetyAnswer.objects.count() == count


def test_the_last_answer_counts_the_earlier_ones_stay_and_the_same_leaves_no_trace(
    territory: Territory,
) -> None:
    request = draft(territory, answers={})
    assert answer(request, territory, "", metformin="no") == 1
    assert answer(request, territory, "", metformin="no") == 0
    assert answer(request, territory, "guess", metformin="no") == 1  # it lacked who answered
    assert answer(request, territory, "record", metformin="yes") == 1
    assert answer(request, territory, "patient", metformin="yes") == 0
    kept = list_current_answers(request)["metformin"]
    assert (kept.value, kept.informant, kept.by_id) == ("yes", "record", territory.requester.id)
    assert request.safety_answers.count() == 3
    assert Entry.objects.filter(action="request.safety_answered", subject_id=request.pk).count() == 3
    assert answer(request, territory, metformin="") == 1
    assert "metformin" not in list_current_answers(request)


def test_during_the_review_the_imageur_answers_and_the_moment_is_kept(territory: Territory) -> None:
    request = under_review(territory, exam_code=INJECTED, answers={})
    answer_safety(
        request=request, answers={"kidneys": "none"}, informant="relative", by=territory.imageur, at=now()
    )
    kept = list_current_answers(request)["kidneys"]
    assert (kept.moment, kept.informant) == ("review", "relative")


def test_a_creatinine_gives_the_filtration_rate_and_grows_old(territory: Territory) -> None:
    request = draft(territory, exam_code=INJECTED, answers=SAFE_ANSWERS)
    answer(request, territory, creatinine="84", creatinine_days="89")
    kept = list_current_answers(request)["egfr"]
    assert kept.typed == "84"
    assert 55 < float(kept.value) < 90
    assert "creatinine-old" not in ids_of(request)
    later = judge_request(request, at=now() + timedelta(days=1, hours=1))
    assert "creatinine-old" in [each.id for each in later.findings]


def test_a_creatinine_of_a_child_or_of_an_unknown_sex_is_not_worked_out(territory: Territory) -> None:
    territory.patient.sex = "U"
    territory.patient.save()
    request = draft(territory, exam_code=INJECTED, answers={})
    assert "adultes" in refused(lambda: answer(request, territory, creatinine="84"))["safety_creatinine"]


def test_no_question_is_asked_twice(territory: Territory) -> None:
    territory.patient.sex, territory.patient.birth_date = "F", now().date().replace(year=1994)
    territory.patient.save()
    scanner = judge_request(draft(territory, pregnancy="", answers={}), at=now())
    assert [each.id for each in scanner.to_ask] == []
    assert [each.id for each in scanner.findings] == ["pregnancy"]
    magnet = judge_request(draft(territory, exam_code=MRI, pregnancy="", answers={}), at=now())
    asked = [each.id for each in magnet.to_ask]
    assert "pregnancy" in asked
    assert "implant" not in asked
    listed = judge_request(draft(territory, exam_code=MRI, answers={}, **LISTED), at=now())
    assert "implant" in [each.id for each in listed.to_ask]


def test_an_unknown_sex_or_an_estimated_age_skips_no_question_and_says_so(territory: Territory) -> None:
    patient = territory.patient
    patient.sex, patient.birth_date = "U", now().date().replace(year=now().year - 60, day=1)
    patient.ins, patient.ins_oid, patient.identity_status = "", "", "provisional"
    patient.is_unidentified = True
    patient.save()
    safety = judge_request(draft(territory, exam_code=MRI, pregnancy="", answers={}), at=now())
    assert "pregnancy" in [each.id for each in safety.questions]
    assert len(safety.assumed) == 2


@pytest.mark.parametrize("urgency", ["urgent", "vital"])
def test_a_listed_pacemaker_is_lifted_by_nobody_without_its_reference(
    territory: Territory, urgency: str
) -> None:
    answers = SAFE_ANSWERS | {"implant": "cardiac"}
    request = under_review(territory, urgency=urgency, exam_code=MRI, answers=answers, **LISTED)
    assert ids_of(request)[0] == "implant-cardiac"
    found = refused(
        lambda: validate(request, territory, granted_urgency=urgency, safety_motive="Pronostic vital")
    )
    assert list(found) == ["implants_conditions"]
    request.refresh_from_db()
    assert (request.state, request.safety_motive) == (RequestState.UNDER_REVIEW, "")
    reference = ImplantFinding(conditions="Modèle lu sur la carte ; mode IRM, rythmologue présent")
    moved = validate(request, territory, implants=reference, safety_motive="Rythmologue présent")
    assert moved.state == RequestState.VALIDATED


def test_an_unknown_implant_is_never_bypassed_by_a_motive(territory: Territory) -> None:
    request = under_review(territory, urgency="vital", exam_code=MRI, implants="unknown")
    found = refused(lambda: validate(request, territory, granted_urgency="vital", safety_motive="Vital"))
    assert list(found) == ["implants_settled"]


def test_a_low_filtration_rate_asks_for_a_motive_which_is_kept_with_the_version(territory: Territory) -> None:
    request = under_review(territory, exam_code=INJECTED, answers=SAFE_ANSWERS | {"egfr": "25"})
    found = refused(lambda: validate(request, territory))
    assert list(found) == ["safety_motive"]
    assert "DFG estimé sous 30" in found["safety_motive"]
    moved = validate(request, territory, safety_motive="Hydratation, dose réduite")
    assert (moved.safety_motive, moved.safety_version) == ("Hydratation, dose réduite", "2026-11")
    assert LedgerEntry.objects.filter(guard="request.safety_motive", act=moved.act).exists()


def test_contrast_that_the_radiologist_adds_is_judged_too(territory: Territory) -> None:
    request = under_review(territory, answers={})
    found = refused(lambda: validate(request, territory, contrast_prescription="Ioméprol 60 mL"))
    assert list(found) == ["safety_motive"]
    assert validate(request, territory).state == RequestState.VALIDATED


def test_a_vital_emergency_does_not_wait_and_the_motive_stays_owed(territory: Territory) -> None:
    request = under_review(territory, urgency="vital", exam_code=INJECTED, answers={})
    moved = validate(request, territory, granted_urgency="vital")
    duty = Duty.objects.get(guard="request.safety_motive")
    assert (duty.state, duty.owner_role) == (Duty.State.OPEN, Role.IMAGEUR.value)
    owed = {"request": moved, "at": now()}
    with pytest.raises(NotAllowedError):
        explain_safety(**owed, motive="Pronostic vital", by=territory.requester)  # type: ignore[arg-type]
    assert "safety_motive" in refused(lambda: explain_safety(**owed, motive=" ", by=territory.imageur))  # type: ignore[arg-type]
    explain_safety(**owed, motive="Pronostic vital", by=territory.imageur)  # type: ignore[arg-type]
    duty.refresh_from_db()
    assert duty.state == Duty.State.DONE
    with pytest.raises(ConflictError):
        explain_safety(**owed, motive="Encore", by=territory.imageur)  # type: ignore[arg-type]
