"""Pass a command on to the program behind it, with the environment it expects."""

import argparse
import os
import sys

from . import databases, frontend
from .errors import LauncherError
from .places import ROOT, writable_place
from .processes import run_attached


def _replace_by(module: str, arguments: list[str]) -> int:
    """Become another program: its signals and its exit code are ours."""
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606


def _require_database() -> None:
    if not os.environ.get("DATABASE_URL"):
        raise LauncherError("DATABASE_URL est requis : l'adresse de votre base PostgreSQL.")


def manage(options: argparse.Namespace) -> int:
    """Run a management command on the given database, the running demo's, or our own."""
    var = writable_place("var")
    with databases.for_command(var) as url:
        environment = dict(os.environ, DATABASE_URL=url)
        environment.setdefault("DIAPHANE_MODE", "demo" if "DATABASE_URL" not in os.environ else "production")
        environment.setdefault("DIAPHANE_DATA", str(var))
        command = [sys.executable, "-m", "diaphane.manage", *options.arguments]
        return run_attached(command, environment=environment, folder=ROOT)


def serve(options: argparse.Namespace) -> int:
    """Serve the pages; 3 s of grace, or open live pages would hang the stop."""
    _require_database()
    os.environ.setdefault("DIAPHANE_FRONTEND", str(frontend.ensure()))
    defaults = ["diaphane.config.asgi:application", "--timeout-graceful-shutdown", "3"]
    return _replace_by("uvicorn", [*defaults, *options.arguments])


def worker(options: argparse.Namespace) -> int:
    """Run background jobs."""
    _require_database()
    return _replace_by("diaphane.manage", ["procrastinate", "worker", *options.arguments])


def edge(options: argparse.Namespace) -> int:
    """Run a site's gateway, which needs no database."""
    return _replace_by("diaphane_edge", options.arguments)
