"""Show safety answers that differ, in plain words, to those who say which is right (R66, R85)."""

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from diaphane.acquisition.asking import settle_difference
from diaphane.acquisition.models import Exam
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError, Missing
from diaphane.kernel.rights import may
from diaphane.requests.models import ExamRequest
from diaphane.requests.safety import judge_request
from diaphane.requests.safety_models import SafetyAnswer
from diaphane.requests.safety_words import spell_value
from diaphane.requests.settling import is_for_imageur

from .forms import text


@dataclass(frozen=True)
class SaidLine:
    """One of the answers: where it was given, in words, and whether who looks may call it right."""

    moment: str | Promise
    words: str | Promise
    answer: SafetyAnswer
    may_choose: bool


@dataclass(frozen=True)
class DifferenceLine:
    """One question with its answers, and whether one of them is for the imageur alone."""

    id: str
    question: str
    said: tuple[SaidLine, ...]

    @property
    def is_partly_closed(self) -> bool:
        """Say whether one of the answers is for the imageur alone."""
        return not all(each.may_choose for each in self.said)


class DifferenceForm(forms.Form):
    """Which answer is right, and why; what is missing is said by the operation itself."""

    question = text(_("The question"), longest=60)
    value = text(_("Which one is right"), longest=60)
    motive = text(_("Why this answer is the right one"), longest=500)

    def read(self) -> dict[str, str]:
        """Return what ``settle_difference`` takes.

        Raises:
            GuardError: too long, or not text.
        """
        if not self.is_valid():
            what = _("An answer of this page, and a motive of 500 characters at most")
            raise GuardError(_("Nothing was recorded."), [Missing("R85", what, _("You"), field="motive")])
        names = {"question_id": "question", "value": "value", "motive": "motive"}
        return {name: self.cleaned_data[field] for name, field in names.items()}


def list_difference_lines(request: ExamRequest, *, actor: Actor) -> list[DifferenceLine]:
    """List what differs, as the actor may settle it."""
    at = now()
    safety = judge_request(request, at=at)
    decides, questions = may(actor, "exam.order"), safety.rulebook.questions
    return [
        DifferenceLine(
            each.question_id,
            questions[each.question_id].text,
            tuple(
                SaidLine(
                    spell_moment(answer),
                    spell_value(questions[each.question_id], answer),
                    answer,
                    decides or not is_for_imageur(request, answer, at=at),
                )
                for answer in each.answers
            ),
        )
        for each in safety.differences
    ]


def spell_moment(answer: SafetyAnswer) -> str | Promise:
    """Say where an answer was given, in two words."""
    moments = SafetyAnswer.Moment
    return {
        moments.TABLE.value: pgettext_lazy("safety answer", "At the table"),
        moments.SPACE.value: pgettext_lazy("safety answer", "In the patient’s space"),
        moments.SETTLED.value: _("Settled before"),
        moments.AFTER.value: _("After the validation"),
    }.get(answer.moment, _("The request"))


def settle(request: HttpRequest, exam: Exam, by: Actor) -> None:
    """Keep what was chosen in the form of one difference.

    Raises:
        NotAllowedError, ConflictError, GuardError: see ``requests.settling``.
    """
    settle_difference(exam=exam, **DifferenceForm(request.POST).read(), by=by, at=now())
