"""Find one page of studies, by a statement written once for all the searches of the same form.

A pattern is read in two steps: the latest studies that fit, whoever may see them, then those of them that
this person may see. The database plans each search by a pattern anew, and the first step is quickly planned;
the second, by identifiers, is planned once. Where too few remain, pattern and rights are asked together.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from diaphane.kernel.actors import Actor

from .keys import Condition, Form
from .models import Study
from .statements import Statement, mark_values, write

LATEST_FIRST = ("-study_date", "-study_time", "-id")
_MOST_STATEMENTS = 500
_TRIED = 2
"""So many pages of the latest that fit are tried, before rights and pattern are asked together."""


class FoundStudy(NamedTuple):
    """A study as a search answers it."""

    id: UUID
    study_date: str
    study_time: str
    study_instance_uid: str
    accession_number: str
    modalities: list[str]
    referring_physician: str
    description: str
    patient_name: str
    patient_id: str
    patient_issuer: str
    patient_birth_date: str
    patient_sex: str
    timezone_offset: str
    study_id: str
    number_of_series: int
    number_of_instances: int


def find_studies(
    actor: Actor, conditions: Sequence[Condition], *, limit: int, offset: int
) -> list[FoundStudy]:
    """List the studies that an actor may see and that fit, the latest first."""
    if not limit or any(value == [] for each in conditions for value in each.values.values()):
        return []
    if any(each.is_pattern for each in conditions):
        tried = _TRIED * (offset + limit)
        latest = _write_latest(_forms(conditions), tried).run(conditions)
        ids = ",".join(str(each) for each, *_order in latest)
        among = Condition({"id__among": f"{{{ids}}}"})
        found = _find_page(actor, [among], limit, offset)
        if len(found) == limit or len(latest) < tried:
            return found
    return _find_page(actor, conditions, limit, offset)


def _find_page(actor: Actor, conditions: Sequence[Condition], limit: int, offset: int) -> list[FoundStudy]:
    rows = _write_page(actor, _forms(conditions), limit, offset).run(conditions)
    return [FoundStudy._make(row) for row in rows]


def _forms(conditions: Sequence[Condition]) -> tuple[Form, ...]:
    return tuple(each.form for each in conditions)


@lru_cache(maxsize=_MOST_STATEMENTS)
def _write_page(actor: Actor, forms: tuple[Form, ...], limit: int, offset: int) -> Statement:
    """Write the statement of a form of search for one person.

    Each way to see a study gives its first ones, in its own order of reading; the page is taken of these few.
    The person's rights stand in the statement itself: the database plans for what this one may see.
    """
    end = offset + limit
    first, *others = (
        part.filter(*mark_values(forms)).order_by(*LATEST_FIRST).values("pk")[:end]
        for part in Study.objects.split_visible_to(actor)
    )
    page = Study.objects.filter(pk__in=first.union(*others)).order_by(*LATEST_FIRST)
    return write(page.values_list(*FoundStudy._fields)[offset:end])


@lru_cache(maxsize=_MOST_STATEMENTS)
def _write_latest(forms: tuple[Form, ...], most: int) -> Statement:
    """Write the statement of the latest studies of a form of search, whoever may see them."""
    fitting = Study.objects.filter(*mark_values(forms)).order_by(*LATEST_FIRST)
    return write(fitting.values_list("pk", "study_date", "study_time")[:most])
