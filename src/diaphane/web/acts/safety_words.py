"""Put a safety answer in words: its choice, its number and unit, or that nobody knows (R66)."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.requests.safety_models import SafetyAnswer
from diaphane.safety.engine import UNKNOWN
from diaphane.safety.rulebook import Question


def spell_value(question: Question, kept: SafetyAnswer) -> str | Promise:
    """Return an answer as people read it; a filtration rate says the creatinine that it comes from."""
    if kept.value == UNKNOWN:
        return _("not known")
    if question.choices:
        return kept.typed or question.choices.get(kept.value, kept.value)
    parts: Iterable[str] = (kept.value.replace(".", ","), question.unit)
    words = " ".join(each for each in parts if each)
    if not kept.typed:
        return words
    return _("%(rate)s, from a creatinine of %(micromoles)s µmol/L (CKD-EPI 2021)") % {
        "rate": words,
        "micromoles": kept.typed.replace(".", ","),
    }
