"""Whose answer stands when several people answered: the last of each, until a person says which is right.

Nothing is overwritten: the site's answers, the patient's own and those of the table stand side by side, and
while they differ the rules are applied to each of them, so that the most careful governs (R66, R85).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from diaphane.safety.engine import UNKNOWN

from .models import ExamRequest
from .safety_models import SafetyAnswer

Standing = Mapping[str, tuple[SafetyAnswer, ...]]
"""By question, the answers that stand: one, or several that differ, the oldest first."""
PREGNANCY, IMPLANT = "pregnancy", "implant"
_Moment = SafetyAnswer.Moment
LATE = frozenset({_Moment.AFTER, _Moment.SPACE, _Moment.TABLE, _Moment.SETTLED})
"""Moments of what is learnt once the request was decided: its own fields no longer answer alone."""
_PREGNANCIES = {
    ExamRequest.Pregnancy.NOT_CONCERNED.value: "excluded",
    ExamRequest.Pregnancy.EXCLUDED.value: "excluded",
    ExamRequest.Pregnancy.PREGNANT.value: "first_trimester",  # the most careful of the two
}


@dataclass(frozen=True)
class Difference:
    """One question that was answered in several ways, and what each said, the oldest first."""

    question_id: str
    answers: tuple[SafetyAnswer, ...]


def list_standing(
    request: ExamRequest, *, until: datetime | None = None
) -> dict[str, tuple[SafetyAnswer, ...]]:
    """Return the answers that stand, those of after an instant left out."""
    by_question: dict[str, list[SafetyAnswer]] = {}
    for each in request.safety_answers.all():
        if until is None or each.answered_at <= until:
            by_question.setdefault(each.question_id, []).append(each)
    stand = {name: _keep_standing(request, name, given) for name, given in by_question.items()}
    return {name: answers for name, answers in stand.items() if answers}


def list_differences(standing: Standing) -> tuple[Difference, ...]:
    """Return the questions whose standing answers differ."""
    return tuple(Difference(name, answers) for name, answers in standing.items() if len(answers) > 1)


def list_readings(standing: Standing) -> Iterator[dict[str, SafetyAnswer]]:
    """Read the answers in each way that may be true: the latest, then with each other one instead."""
    latest = {name: answers[-1] for name, answers in standing.items()}
    yield latest
    differing = list_differences(standing)
    for difference in differing:
        for other in difference.answers[:-1]:
            yield latest | {difference.question_id: other}
    if len(differing) > 1:
        yield {name: answers[0] for name, answers in standing.items()}


def is_table(answer: SafetyAnswer) -> bool:
    """Say whether an answer was given beside the machine."""
    return answer.moment == _Moment.TABLE


def is_own(answer: SafetyAnswer) -> bool:
    """Say whether a patient gave an answer in their own space."""
    return answer.moment == _Moment.SPACE


def side_of(moment: str) -> str:
    """Return on which side an answer stands: the table, the patient's own space, or the site."""
    return moment if moment in {_Moment.TABLE, _Moment.SPACE} else ""


def _keep_standing(
    request: ExamRequest, name: str, given: Iterable[SafetyAnswer]
) -> tuple[SafetyAnswer, ...]:
    """Keep the last answer of each side, since a person last said which is right."""
    settled: SafetyAnswer | None = None
    last: dict[str, SafetyAnswer] = {}
    for each in given:
        if each.moment == _Moment.SETTLED:
            settled, last = each, {}
        else:
            last[side_of(each.moment)] = each
    site = last.pop("", None)
    if last and settled is None and (site is None or site.moment not in LATE):
        site = answer_of_field(request, name) or site
    found = [each for each in (settled, site, *last.values()) if each is not None and each.value]
    return _drop_same(sorted(_drop_own_doubt(found), key=lambda each: each.answered_at))


def _drop_own_doubt(given: list[SafetyAnswer]) -> list[SafetyAnswer]:
    """Leave out « I do not know » of a patient where somebody knows: a record contradicts no silence."""
    is_known = any(each.value != UNKNOWN for each in given)
    return [each for each in given if not (is_known and is_own(each) and each.value == UNKNOWN)]


def _drop_same(given: list[SafetyAnswer]) -> tuple[SafetyAnswer, ...]:
    """Leave out what a later one repeats, and « not known » where somebody later knew."""
    kept: list[SafetyAnswer] = []
    for each in given:
        kept = [other for other in kept if other.value not in {each.value, UNKNOWN}]
        kept.append(each)
    return tuple(kept)


def answer_of_field(request: ExamRequest, name: str) -> SafetyAnswer | None:
    """Return what a field of the request answers, in the shape of an answer; it is kept nowhere."""
    values = {
        PREGNANCY: (_PREGNANCIES.get(request.pregnancy, ""), request.get_pregnancy_display()),
        IMPLANT: (
            "none" if request.implants_known == ExamRequest.Implants.NONE else "",
            request.get_implants_display(),
        ),
    }
    value, words = values.get(name, ("", ""))
    if not value:
        return None
    return SafetyAnswer(
        request=request,
        question_id=name,
        value=value,
        typed=words,
        moment=_Moment.REQUEST,
        by_id=request.author_id,
        by_label=request.author_label,
        answered_at=request.submitted_at or request.created_at,
    )
