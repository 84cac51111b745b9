"""The safety questions as a form: those of the exam chosen, none answered beforehand (R66, R85)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.requests.answering import FIELD_PREFIX
from diaphane.requests.models import ExamRequest
from diaphane.requests.safety import RequestSafety
from diaphane.requests.safety_models import SafetyAnswer
from diaphane.requests.safety_reading import CREATININE, UnreadableAnswerError, read_answer
from diaphane.safety.engine import UNKNOWN
from diaphane.safety.rulebook import NUMBER, Question

from .forms import choice

RATE = "egfr"


@dataclass(frozen=True)
class Slot:
    """The place of one question in the page: empty while the exam does not ask it."""

    id: str
    is_asked: bool
    field: BoundField
    unknown: BoundField | None
    creatinine: BoundField | None

    @property
    def fields(self) -> tuple[BoundField, ...]:
        """Return the fields that may hold an error."""
        return tuple(each for each in (self.field, self.creatinine) if each is not None)


class SafetyForm(forms.Form):
    """Every question of the rulebook; the page shows those that apply, and sends those that it shows."""

    safety_informant = choice(
        _("Who answers"),
        SafetyAnswer.Informant.choices,
        hint=_("Counts for the answers that you give next; a guess is said to be one."),
    )

    def __init__(self, request: ExamRequest, safety: RequestSafety, data: Mapping[str, Any] | None = None):
        super().__init__(data, initial=_initial(safety.answers))
        self._request, self._safety = request, safety
        for question in safety.rulebook.questions.values():
            self.fields |= dict(_make_fields(question))

    def clean(self) -> dict[str, Any]:
        """Read each answer that was sent; one that cannot be is said at its field, the others are kept."""
        super().clean()
        self.answers: dict[str, str] = {}
        for name, raw in self._list_sent():
            try:
                read_answer(
                    self._safety.rulebook,
                    name,
                    raw,
                    patient=self._request.act.patient,
                    on=timezone.localdate(),
                )
            except UnreadableAnswerError as refusal:
                self.add_error(FIELD_PREFIX + refusal.name, str(refusal.words))
            else:
                self.answers[name] = raw
        return self.cleaned_data

    @property
    def informant(self) -> str:
        """Return who answered, if it was said."""
        return str(self.cleaned_data.get("safety_informant", ""))

    def list_slots(self) -> list[Slot]:
        """Return the place of every question, in the order of the rulebook."""
        asked = {each.id for each in self._safety.to_ask}
        return [self._slot(each, each.id in asked) for each in self._safety.rulebook.questions.values()]

    @property
    def shown(self) -> str:
        """Return the questions that the page shows, as it says them back."""
        return " ".join(each.id for each in self._safety.to_ask)

    def list_changed_slots(self, shown: str) -> list[Slot]:
        """Return the places that no longer show what they should; the others keep what is being typed."""
        before = set(shown.split())
        return [each for each in self.list_slots() if each.is_asked != (each.id in before)]

    def _slot(self, question: Question, is_asked: bool) -> Slot:
        name = FIELD_PREFIX + question.id
        return Slot(
            question.id,
            is_asked,
            self[name],
            self[f"{name}_unknown"] if question.kind == NUMBER else None,
            self[FIELD_PREFIX + CREATININE] if question.id == RATE else None,
        )

    def _list_sent(self) -> Iterator[tuple[str, str]]:
        for question in self._safety.rulebook.questions.values():
            name = FIELD_PREFIX + question.id
            if name in self.data and name not in self.errors:
                yield from self._read_sent(question, name)

    def _read_sent(self, question: Question, name: str) -> Iterator[tuple[str, str]]:
        """Yield an answer as typed; a number beside « not known », or two numbers, contradict each other."""
        typed = str(self.cleaned_data.get(name, ""))
        creatinine = str(self.cleaned_data.get(FIELD_PREFIX + CREATININE, "")) if question.id == RATE else ""
        is_unknown = bool(self.cleaned_data.get(f"{name}_unknown"))
        if question.kind == NUMBER and sum((bool(typed), bool(creatinine), is_unknown)) > 1:
            words = _("Give one answer: a number, or “not known”.")
            self.add_error(name, words)
        elif creatinine:
            yield CREATININE, creatinine
        else:
            yield question.id, UNKNOWN if is_unknown else typed


def _make_fields(question: Question) -> Iterator[tuple[str, forms.Field]]:
    name = FIELD_PREFIX + question.id
    if question.kind != NUMBER:
        yield name, choice(question.text, [*question.choices.items(), (UNKNOWN, _("Not known"))])
        return
    yield name, _number(f"{question.text} ({question.unit})")
    yield f"{name}_unknown", forms.BooleanField(label=_("Not known"), required=False)
    if question.id == RATE:
        yield FIELD_PREFIX + CREATININE, _number(_("or creatinine (µmol/L)"))


def _number(label: Any) -> forms.CharField:
    attrs = {"inputmode": "decimal", "autocomplete": "off"}
    return forms.CharField(label=label, required=False, max_length=20, widget=forms.TextInput(attrs=attrs))


def _initial(answers: Mapping[str, SafetyAnswer]) -> dict[str, Any]:
    """Return what the fields start from: the answers given, and nothing else."""
    initial: dict[str, Any] = {}
    for name, kept in answers.items():
        field = FIELD_PREFIX + name
        if kept.typed:
            initial[FIELD_PREFIX + CREATININE] = kept.typed.replace(".", ",")
            continue
        initial[field] = kept.value
        if kept.value == UNKNOWN:
            initial[f"{field}_unknown"] = True
        elif kept.value.replace(".", "").isdigit():
            initial[field] = kept.value.replace(".", ",")
    return initial
