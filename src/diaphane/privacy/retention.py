"""Which medical records are past their time, by which rule: a list, and nothing erased (R37).

R.1112-7 of the public health code: twenty years after the last stay or visit; for who was a child then, at
least until the twenty-eighth birthday; ten years after a death. The latest of these counts, a death alone
shortens it. A claim suspends it: see ``hold_models``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
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
    """One record past its time: whose, of which site, how many exams, since when, by which rule."""

    patient_id: UUID
    site_id: UUID | None
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
    yield from _weigh(known, on)


def find_due(patient_id: UUID, *, on: date) -> Due | None:
    """Return what makes one record past its time that day, or None while it is kept."""
    return next(_weigh(Patient.objects.filter(pk=patient_id), on), None)


def _weigh(patients: QuerySet[Patient], on: date) -> Iterator[Due]:
    # The last sign of the person at the site: whatever came after the exam was asked for counts too.
    signs = {
        "asked": Max("acts__created_at"),
        "arrived": Max("acts__exam__arrived_at"),
        "finished": Max("acts__exam__finished_at"),
        "told": Max("acts__reports__patient_told_at"),
    }
    latest = Act.objects.filter(patient=OuterRef("pk")).order_by("-created_at")
    site = Subquery(latest.values("requesting_site_id")[:1])
    counted = patients.annotate(**signs, exams=Count("acts", distinct=True), site_id=site)
    for patient in counted.iterator(1000):
        seen = [at for at in (getattr(patient, name) for name in signs) if at is not None]
        last = localdate(max(seen, default=patient.created_at))
        until, rule = weigh_record(born=patient.birth_date, last=last, deceased_on=patient.deceased_on)
        if until <= on:
            site_id, exams = patient.site_id, patient.exams  # type: ignore[attr-defined]
            yield Due(patient.pk, site_id, exams, until, rule)


def _add_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)
