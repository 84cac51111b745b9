"""Find one page of studies in one statement, written once for all the searches of the same form.

Writing a statement takes longer than the database takes to answer it. So it is written with marks in the
place of the values, kept, and given the values of each search.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count, islice
from typing import NamedTuple
from uuid import UUID

import psycopg
from django.db import connection
from psycopg import sql

from diaphane.kernel.actors import Actor

from .keys import Condition, Form, Value
from .models import Study

LATEST_FIRST = ("-study_date", "-study_time", "-id")
_MOST_STATEMENTS = 500
_MARK = "\N{START OF TEXT}"


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
    statement, marks = _write(actor, tuple(each.form for each in conditions), limit, offset)
    wanted = {
        mark: value
        for place, condition in enumerate(conditions)
        for lookup, given in condition.values.items()
        for mark, value in zip(
            _marks(place, lookup), given if isinstance(given, list) else [given], strict=False
        )
    }
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, [_give(each, wanted) for each in marks], prepare=True)
        return [FoundStudy._make(row) for row in cursor.fetchall()]


@lru_cache(maxsize=_MOST_STATEMENTS)
def _write(actor: Actor, forms: tuple[Form, ...], limit: int, offset: int) -> tuple[bytes, list[object]]:
    """Write the statement of a form of search for one person, and the marks of its values, in order.

    Each way to see a study gives its first ones, in its own order of reading; the page is taken of these few.
    The person's rights stand in the statement itself: the database plans for what this one may see.
    """
    wanted = [_make_condition(place, form).query for place, form in enumerate(forms)]
    end = offset + limit
    first, *others = (
        part.filter(*wanted).order_by(*LATEST_FIRST).values("pk")[:end]
        for part in Study.objects.split_visible_to(actor)
    )
    page = Study.objects.filter(pk__in=first.union(*others)).order_by(*LATEST_FIRST)
    query = page.values_list(*FoundStudy._fields)[offset:end].query
    statement, parameters = query.sql_with_params()
    spelt = ["%s" if _is_mark(each) else _spell(each) for each in parameters]
    return (statement % tuple(spelt)).encode(), [each for each in parameters if _is_mark(each)]


def _spell(parameter: object) -> str:
    """Write a constant of the statement, whose own percent signs stay what they are."""
    return sql.Literal(parameter).as_string(connection.connection).replace("%", "%%")


def _is_mark(parameter: object) -> bool:
    if isinstance(parameter, list):
        return any(map(_is_mark, parameter))
    return isinstance(parameter, str) and parameter.startswith(_MARK)


def _make_condition(place: int, form: Form) -> Condition:
    """Make a condition whose values are marks."""
    is_negated, lookups = form
    values: dict[str, Value] = {
        lookup: list(islice(_marks(place, lookup), length)) if length else next(_marks(place, lookup))
        for lookup, length in lookups
    }
    return Condition(values, is_negated)


def _marks(place: int, lookup: str) -> Iterator[str]:
    """Yield what stands for the values of one lookup of one condition."""
    return (f"{_MARK}{place} {lookup} {number}" for number in count())


def _give(parameter: object, wanted: Mapping[str, object]) -> object:
    """Return the value that a parameter marks, or the parameter itself."""
    if isinstance(parameter, list):
        return [_give(each, wanted) for each in parameter]
    return wanted.get(parameter, parameter) if isinstance(parameter, str) else parameter
