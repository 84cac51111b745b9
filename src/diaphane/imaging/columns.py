"""Columns that are searched, and the database's own ways to compare them: no extension is needed."""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Lookup, Value


class SearchedText(models.TextField):  # type: ignore[type-arg]
    """A text compared byte by byte (« C »): one index answers equality, ranges and beginnings."""

    def __init__(self, **options: Any) -> None:
        options["db_collation"] = "C"
        super().__init__(**options)

    def deconstruct(self) -> Any:
        """Leave out the collation, which is always the same."""
        name, path, arguments, options = super().deconstruct()
        del options["db_collation"]
        return name, path, arguments, options


@models.Field.register_lookup
class Like(Lookup):  # type: ignore[type-arg]
    """Match a pattern of ``%`` and ``_``; its fixed beginning is found by index."""

    lookup_name = "like"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Write the condition."""
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        return f"{left} LIKE {right}", [*left_parameters, *right_parameters]


class AsWords(Func):
    """The words of a folded text, each found by its beginning."""

    template = "array_to_tsvector(string_to_array(%(expressions)s))"

    def __init__(self, column: str) -> None:
        super().__init__(F(column), Value(" "), output_field=SearchVectorField())


@SearchedText.register_lookup
class Words(Lookup):  # type: ignore[type-arg]
    """Match folded texts by a query of words or of their beginnings, as the index has them."""

    lookup_name = "words"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Write the condition."""
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        words = f"array_to_tsvector(string_to_array({left}, ' '))"
        return f"{words} @@ {right}::tsquery", [*left_parameters, *right_parameters]


@models.UUIDField.register_lookup
class Among(Lookup):  # type: ignore[type-arg]
    """Match any of the identifiers of an array, written ``{…}``: one parameter, however many they are."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Write the condition."""
        left, left_parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::uuid[])", [*left_parameters, self.rhs]
