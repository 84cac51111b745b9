"""Judge a request by the rulebook: its facts, the answers that count, what they ask for (R66, R76, R85)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.errors import Text
from diaphane.patients.models import Patient
from diaphane.safety.conditions import Known, Value
from diaphane.safety.engine import UNKNOWN, Finding, Judgement, judge
from diaphane.safety.outcomes import Outcome
from diaphane.safety.rulebook import NUMBER, Question, Rulebook, load_shipped

from .anatomy import Zone
from .models import ExamRequest
from .safety_models import SafetyAnswer
from .safety_sources import LATE, Difference, Standing, list_differences, list_readings, list_standing

_BINDING = frozenset({Outcome.STOP, Outcome.HUMAN})
_NEAR_UTERUS = frozenset({Zone.PELVIS, Zone.ABDOMEN, Zone.LUMBAR_SPINE})
_MEDIA = {"CT": "iodinated", "MR": "gadolinium"}
_PREGNANCIES = {
    ExamRequest.Pregnancy.NOT_CONCERNED.value: "excluded",
    ExamRequest.Pregnancy.EXCLUDED.value: "excluded",
    ExamRequest.Pregnancy.POSSIBLE.value: UNKNOWN,
    ExamRequest.Pregnancy.UNKNOWN.value: UNKNOWN,
}
_ELAPSING = {"creatinine_days": 86_400, "hours_since_injection": 3_600}
"""Answers that grow while the request waits, and the seconds of their unit."""
_AGE_WRONG_BY = 10
"""Years by which the estimated age of an unidentified patient may be wrong."""


@dataclass(frozen=True)
class RequestSafety:
    """What one version of the rules asks of a request.

    ``answers`` are the last ones given and ``standing`` those that stand beside them where they differ,
    ``of_fields`` the questions that the request's own fields answer, and ``assumed`` says what is not known
    of the patient, and was taken at its most careful.
    """

    rulebook: Rulebook
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]
    answers: Mapping[str, SafetyAnswer]
    standing: Standing
    of_fields: frozenset[str]
    assumed: tuple[Text, ...]

    @property
    def to_ask(self) -> tuple[Question, ...]:
        """Return the questions to show: what a field of the request asks already is not asked twice."""
        return tuple(each for each in self.questions if each.id not in self.of_fields)

    @property
    def binding(self) -> tuple[Finding, ...]:
        """Return what only a radiologist may let pass, and never without a motive."""
        return tuple(each for each in self.findings if each.consequence.outcome in _BINDING)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return the questions of this exam to which people answered differently."""
        asked = {each.id for each in self.questions}
        return tuple(each for each in list_differences(self.standing) if each.question_id in asked)

    def list_findings_of(self, question_id: str) -> tuple[Finding, ...]:
        """Return what an answer to this question, or its silence, takes part in."""
        rules = {rule.id for rule in self.rulebook.rules if question_id in {term.name for term in rule.when}}
        return tuple(each for each in self.findings if each.id == question_id or each.id in rules)


def judge_request(request: ExamRequest, *, at: datetime) -> RequestSafety:
    """Judge a request now: by the rules in force, and by the answers that stand."""
    return judge_standing(request, list_standing(request), at=at)


def judge_standing(request: ExamRequest, standing: Standing, *, at: datetime) -> RequestSafety:
    """Judge a request by given answers; where they differ, by each: what any of them asks for is asked."""
    rulebook, patient, today = load_shipped(), request.act.patient, timezone.localdate(at)
    people, readings = _list_people(patient, today), list(list_readings(standing))
    answers = readings[0]
    of_fields = dict(_answer_by_fields(request, answers))
    judgements = [
        judge(
            rulebook, facts={**facts_of(request), **each}, answers=_read_all(rulebook, request, reading, at)
        )
        for each in people
        for reading in readings
    ]
    return RequestSafety(
        rulebook=rulebook,
        questions=_unite_questions(rulebook, judgements),
        findings=_unite_findings(judgements),
        answers=answers,
        standing=standing,
        of_fields=frozenset(
            name
            for name, (_value, is_settled) in of_fields.items()
            if is_settled and request.validated_at is None  # what is learnt later has no field any more
        ),
        assumed=tuple(_list_assumed(patient)) if len(people) > 1 else (),
    )


def list_new_facts(request: ExamRequest, *, at: datetime) -> tuple[Finding, ...]:
    """List what binds now and did not by the answers that were validated; time alone brings nothing new."""
    if request.validated_at is None:
        return ()
    before = judge_standing(request, list_standing(request, until=request.validated_at), at=at)
    known = {each.id for each in before.binding} - _list_asked_in_vain(request)
    return tuple(each for each in judge_request(request, at=at).binding if each.id not in known)


def _list_asked_in_vain(request: ExamRequest) -> set[str]:
    """Return what stays unknown at the table and blocks there, although the imageur knew of the silence."""
    questions = load_shipped().questions
    return {
        name
        for name, kept in list_current_answers(request).items()
        if kept.value == UNKNOWN
        and kept.moment == SafetyAnswer.Moment.TABLE
        and kept.answered_at > (request.validated_at or kept.answered_at)
        and name in questions
        and questions[name].if_unknown.blocks_at_table
    }


def list_to_lift(request: ExamRequest, safety: RequestSafety) -> tuple[Finding, ...]:
    """List what waits for the radiologist's motive; pregnancy and conditions have fields of their own."""

    def has_own_field(finding: Finding) -> bool:
        is_conditional = finding.id == "implant-conditional" and bool(request.implants_conditions.strip())
        return is_conditional or (finding.id.startswith("pregnancy") and request.must_weigh_pregnancy)

    return tuple(
        each for each in safety.binding if not (each.consequence.is_never_bypassed or has_own_field(each))
    )


def list_current_answers(request: ExamRequest) -> dict[str, SafetyAnswer]:
    """Return the last answer to each question, by question; those that were taken back are left out."""
    return {name: answers[-1] for name, answers in list_standing(request).items()}


def facts_of(request: ExamRequest) -> dict[str, Value | None]:
    """Return what the request says of the exam without a question."""
    exam = request.exam
    if exam is None:
        return {}
    is_injected = exam.is_injected or bool(request.contrast_prescription.strip())
    return {
        "modality": exam.modality,
        "is_ionising": exam.is_ionising,
        "injected": _MEDIA.get(exam.modality, "none") if is_injected else "none",
        "field": "in" if exam.zones & _NEAR_UTERUS else "out",
        "is_vital": request.act.is_vital,
    }


def _list_people(patient: Patient, today: date) -> list[Known]:
    """Return whom the patient may be: one person, or several where the sex or the age is not known."""
    sexes = ["F", "M"] if patient.sex == Patient.Sex.UNKNOWN else [str(patient.sex)]
    age, wrong_by = patient.age_on(today), _AGE_WRONG_BY if patient.is_unidentified else 0
    ages = {max(age - wrong_by, 0), age, age + wrong_by}
    return [{"sex": sex, "age": each} for sex in sexes for each in sorted(ages)]


def _list_assumed(patient: Patient) -> Iterator[Text]:
    if patient.sex == Patient.Sex.UNKNOWN:
        yield _("The sex is not known: the questions for women are asked too.")
    if patient.is_unidentified:
        yield _("The age is estimated: the rules of ten years younger and older apply too.")


def _read_all(
    rulebook: Rulebook, request: ExamRequest, answers: Mapping[str, SafetyAnswer], at: datetime
) -> dict[str, Value]:
    of_fields = {name: value for name, (value, _is) in _answer_by_fields(request, answers)}
    return _read_kept(rulebook, answers, at) | of_fields


def _answer_by_fields(
    request: ExamRequest, answers: Mapping[str, SafetyAnswer]
) -> Iterator[tuple[str, tuple[Value, bool]]]:
    """Answer from the request's own fields; with each, whether the field settles it (none is asked)."""
    if not _is_learnt_late(answers, "pregnancy"):
        yield from _answer_pregnancy(request, answers)
    if request.implants_settled or not _is_learnt_late(answers, "implant"):
        yield from _answer_implant(request, answers)


def _is_learnt_late(answers: Mapping[str, SafetyAnswer], name: str) -> bool:
    return name in answers and answers[name].moment in LATE


def _answer_pregnancy(
    request: ExamRequest, answers: Mapping[str, SafetyAnswer]
) -> Iterator[tuple[str, tuple[Value, bool]]]:
    pregnancy, is_ionising = request.pregnancy, bool(request.exam and request.exam.is_ionising)
    if pregnancy in _PREGNANCIES:
        yield "pregnancy", (_PREGNANCIES[pregnancy], True)
    elif not pregnancy and is_ionising:  # the field beside asks it
        yield "pregnancy", (UNKNOWN, True)
    elif pregnancy and "pregnancy" in answers and answers["pregnancy"].value == "excluded":
        yield "pregnancy", (UNKNOWN, False)  # pregnant by the field, excluded by the answer: neither holds


def _answer_implant(
    request: ExamRequest, answers: Mapping[str, SafetyAnswer]
) -> Iterator[tuple[str, tuple[Value, bool]]]:
    implants = request.implants_known
    if implants == ExamRequest.Implants.NONE:
        yield "implant", ("none", True)
    elif implants != ExamRequest.Implants.LISTED:
        yield "implant", (UNKNOWN, True)
    elif "implant" not in answers or answers["implant"].value in {UNKNOWN, "none"}:
        yield "implant", ("conditional" if request.implants_conditions.strip() else UNKNOWN, False)


def _read_kept(rulebook: Rulebook, answers: Mapping[str, SafetyAnswer], at: datetime) -> dict[str, Value]:
    """Return the kept answers that the rules in force still allow, made older where time passed."""
    read: dict[str, Value] = {}
    for name, kept in answers.items():
        question = rulebook.questions.get(name)
        if question is None or kept.value == UNKNOWN:
            continue
        if question.kind == NUMBER:
            elapsed = (at - kept.answered_at).total_seconds() if name in _ELAPSING else 0.0
            read[name] = float(kept.value) + elapsed // _ELAPSING.get(name, 1)
        elif kept.value in question.choices:
            read[name] = kept.value
    return read


def _unite_questions(rulebook: Rulebook, judgements: list[Judgement]) -> tuple[Question, ...]:
    asked = {question.id for each in judgements for question in each.questions}
    return tuple(each for each in rulebook.questions.values() if each.id in asked)


def _unite_findings(judgements: list[Judgement]) -> tuple[Finding, ...]:
    found = {finding.id: finding for each in judgements for finding in each.findings}
    return tuple(sorted(found.values(), key=lambda each: each.consequence.outcome.rank))
