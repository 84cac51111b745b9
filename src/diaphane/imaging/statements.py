"""Write the SQL of a form of search once, with marks in the place of the values, and run it for each search.

Writing a statement takes longer than the database takes to answer it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Any, NamedTuple

import psycopg
from django.db import connection
from django.db.models import Q, QuerySet
from psycopg import sql

from .keys import Condition, Form, Value

_MARK = "\N{START OF TEXT}"


class Statement(NamedTuple):
    """A statement as the database takes it, and the mark of each of its values, in order."""

    text: bytes
    marks: list[object]

    def run(self, conditions: Sequence[Condition]) -> list[tuple[Any, ...]]:
        """Return the rows that fit these conditions, of the forms that the statement was written for."""
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
            cursor.execute(self.text, [_give(each, wanted) for each in self.marks], prepare=True)
            return cursor.fetchall()


def mark_values(forms: Sequence[Form]) -> list[Q]:
    """Return conditions of these forms whose values are marks."""
    return [_make_condition(place, form).query for place, form in enumerate(forms)]


def write(rows: "QuerySet[Any, Any]") -> Statement:
    """Write the statement of a queryset whose conditions hold marks; its other values stand in it."""
    statement, parameters = rows.query.sql_with_params()
    spelt = ["%s" if _is_mark(each) else _spell(each) for each in parameters]
    return Statement((statement % tuple(spelt)).encode(), [each for each in parameters if _is_mark(each)])


def _spell(parameter: object) -> str:
    """Write a constant of the statement, whose own percent signs stay what they are."""
    return sql.Literal(parameter).as_string(connection.connection).replace("%", "%%")


def _is_mark(parameter: object) -> bool:
    if isinstance(parameter, list):
        return any(map(_is_mark, parameter))
    return isinstance(parameter, str) and parameter.startswith(_MARK)


def _make_condition(place: int, form: Form) -> Condition:
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
