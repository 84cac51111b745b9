"""Read what was typed to a safety question: units mixed up and absurd numbers are refused in words (R66)."""

import math
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.errors import Text
from diaphane.patients.models import Patient
from diaphane.safety.engine import UNKNOWN
from diaphane.safety.kidneys import ImplausibleCreatinineError, estimate_gfr
from diaphane.safety.rulebook import NUMBER, Question, Rulebook

CREATININE = "creatinine"
"""What may be typed instead of the filtration rate (``egfr``), in µmol/L."""
_MOST = {"egfr": 200.0, "creatinine_days": 3650.0, "hours_since_injection": 100_000.0, "fasting_hours": 96.0}
_MOST_MMOL_OF_GLUCOSE = 60.0


class UnreadableAnswerError(ValueError):
    """Say in words why an answer is none that its question allows, and at which question."""

    def __init__(self, name: str, words: Text) -> None:
        super().__init__(name)
        self.name, self.words = name, words


@dataclass(frozen=True)
class ReadAnswer:
    """One answer as it is kept: the question, its value, and what was typed when that is something else."""

    question_id: str
    value: str
    typed: str = ""


def read_answer(rulebook: Rulebook, name: str, raw: str, *, patient: Patient, on: date) -> ReadAnswer:
    """Read an answer: a choice, a number (comma or point), « unknown », or nothing to take it back.

    Raises:
        UnreadableAnswerError
    """
    raw = raw.strip()
    if name == CREATININE:
        return _read_creatinine(raw, patient, on)
    question = rulebook.questions.get(name)
    if question is None:
        raise UnreadableAnswerError(name, _("This question is not asked any more: reload the page."))
    if raw in {"", UNKNOWN} or question.kind != NUMBER:
        return _read_choice(question, raw)
    number = _read_number(name, raw)
    most = _MOST_MMOL_OF_GLUCOSE if name == "glucose" else _MOST.get(name, math.inf)
    if number > most:
        raise UnreadableAnswerError(name, _("This number is not plausible: look at it and its unit again."))
    return ReadAnswer(name, f"{number:g}")


def _read_choice(question: Question, raw: str) -> ReadAnswer:
    if raw not in {"", UNKNOWN, *question.choices}:
        raise UnreadableAnswerError(question.id, _("This is none of the answers to this question."))
    return ReadAnswer(question.id, raw)


def _read_number(name: str, raw: str) -> float:
    try:
        number = float(raw.replace(",", ".").replace("\u202f", "").replace(" ", ""))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UnreadableAnswerError(name, _("Give a number."))
    if number < 0:
        raise UnreadableAnswerError(name, _("This number cannot be negative."))
    return number


def _read_creatinine(raw: str, patient: Patient, on: date) -> ReadAnswer:
    """Return the filtration rate that a creatinine gives (CKD-EPI 2021)."""
    micromoles = _read_number(CREATININE, raw)
    try:
        rate = estimate_gfr(micromoles=micromoles, years=patient.age_on(on), sex=patient.sex)
    except ImplausibleCreatinineError as refusal:
        words = _("Unlikely in µmol/L: is it in mg/dL or in mg/L?")
        raise UnreadableAnswerError(CREATININE, words) from refusal
    except ValueError as refusal:
        words = _("It is worked out for adults of a known sex alone: give the laboratory’s filtration rate.")
        raise UnreadableAnswerError(CREATININE, words) from refusal
    return ReadAnswer("egfr", f"{rate:.0f}", typed=f"{micromoles:g}")
