"""Which medical records are past their time, by which rule: a list, and nothing erased (R37).

R.1112-7 of the public health code: twenty years after the last stay or visit; for who was a child then, at
least until the twenty-eighth birthday; ten years after a death. The latest of these counts, a death alone
shortens it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, Max
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from diaphane.patients.models import Patient

YEARS_AFTER_LAST, YEARS_AFTER_DEATH, BIRTHDAY_OF_A_CHILD = 20, 10, 28


class Rule(StrEnum):
    """The rule that decides."""

    LAST_EXAM = "last_exam"
    CHILD = "child"
    DEATH = "death"

    @property
    def label(self) -> Promise:
        """The rule in words."""
        return _RULES[self]


_RULES = {
    Rule.LAST_EXAM: _("20 years after the last exam"),
    Rule.CHILD: _("28th birthday, for an exam made as a child"),
    Rule.DEATH: _("10 years after the death"),
}


@dataclass(frozen=True)
class Due:
    """One record past its time: whose, how many exams, since when, by which rule."""

    patient_id: object
    exams: int
    since: date
    rule: Rule


def weigh_record(*, born: date, last: date, deceased_on: date | None) -> tuple[date, Rule]:
    """Return until when a record is kept, and by which rule."""
    twenty = _add_years(last, YEARS_AFTER_LAST)
    kept = (twenty, Rule.LAST_EXAM)
    birthday = _add_years(born, BIRTHDAY_OF_A_CHILD)
    if birthday > twenty:
        kept = (birthday, Rule.CHILD)
    if deceased_on is not None:
        after_death = _add_years(max(deceased_on, last), YEARS_AFTER_DEATH)
        if after_death < kept[0]:
            kept = (after_death, Rule.DEATH)
    return kept


def iter_due(*, on: date) -> Iterator[Due]:
    """List the records past their time on a day; one without any exam counts from its registration."""
    known = Patient.objects.filter(merged_into=None).order_by("created_at")
    counted = known.annotate(last=Max("acts__created_at"), exams=Count("acts"))
    for patient in counted.iterator(1000):
        last = localdate(patient.last or patient.created_at)
        until, rule = weigh_record(born=patient.birth_date, last=last, deceased_on=patient.deceased_on)
        if until <= on:
            yield Due(patient.pk, patient.exams, until, rule)


def _add_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)
