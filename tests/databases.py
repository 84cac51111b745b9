"""A real PostgreSQL database per test process, and how it is emptied between committed tests."""

from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.backends.postgresql.creation import DatabaseCreation
from django.test import TransactionTestCase

KEPT = ("django_migrations", "django_content_type", "auth_permission")


def empty_every_table() -> None:
    """Delete every row. Append-only triggers and foreign keys sleep meanwhile: only a superuser may."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [name for (name,) in cursor.fetchall() if name not in KEPT]
        deletions = [f'DELETE FROM "{name}"' for name in tables]  # noqa: S608 - names from the catalogue
        cursor.execute(
            "; ".join(["BEGIN", "SET LOCAL session_replication_role = replica", *deletions, "COMMIT"])
        )


def _fixture_teardown(self: TransactionTestCase) -> None:
    empty_every_table()


def install_flush() -> None:
    """Replace Django's flush, which the append-only triggers refuse (TRUNCATE) and which is slow."""
    case: Any = TransactionTestCase
    case._fixture_teardown = _fixture_teardown


def _destroy_test_db(self: DatabaseCreation, test_database_name: str, verbosity: int) -> None:
    with self._nodb_cursor() as cursor:
        name = self.connection.ops.quote_name(test_database_name)
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def install_drop() -> None:
    """Drop the test database even when a thread that is ending still holds it."""
    case: Any = DatabaseCreation
    case._destroy_test_db = _destroy_test_db


def make_url() -> str:
    """Return the address of this process's test database, for a server or a worker started beside."""
    parameters = connection.get_connection_params()
    named = {name: parameters[name] for name in ("host", "port", "user", "password") if parameters.get(name)}
    return f"postgresql:///{parameters['dbname']}?{urlencode(named)}"
