"""A real PostgreSQL database per test process, and how it is emptied between committed tests."""

from typing import Any

from django.db import connection
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


def make_url() -> str:
    """Return the address of this process's test database, for a server or a worker started beside."""
    settings = connection.settings_dict
    host, port, user = settings["HOST"], settings["PORT"], settings["USER"]
    password = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    if host.startswith("/"):
        suffix = f"&port={port}" if port else ""
        return f"postgresql:///{settings['NAME']}?host={host}&user={user}{suffix}"
    return f"postgresql://{user}{password}@{host}:{port}/{settings['NAME']}"
