"""Pass a command on to the program behind it, with the environment it expects."""

import argparse
import json
import os
import sys
from pathlib import Path

from . import catalogues, databases, frontend
from .demo_files import ensure_secret_key
from .demo_settings import DemoSettings
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
    """Run a management command on the given database, or else on the demo's, running or not."""
    command = [sys.executable, "-m", "diaphane.manage", *options.arguments]
    if os.environ.get("DATABASE_URL"):
        return run_attached(command, environment=os.environ, folder=ROOT)
    var = Path(os.environ.get("DIAPHANE_DATA") or writable_place("var")).absolute()
    with databases.of_the_demo(var) as url:
        return run_attached(command, environment=_demo_environment(var, url), folder=ROOT)


def _demo_environment(var: Path, url: str) -> dict[str, str]:
    """Return the environment that the demo's own processes have."""
    settings = DemoSettings(var, port=8000, dicom_port=11112, own_images=None)
    environment = settings.environment(url, frontend.ensure(), ensure_secret_key(var))
    if (var / "demo.json").exists():
        environment["DIAPHANE_URL"] = json.loads((var / "demo.json").read_text(encoding="utf-8"))["address"]
    return environment | {"DIAPHANE_LOG": os.environ.get("DIAPHANE_LOG", "plain")}


def serve(options: argparse.Namespace) -> int:
    """Serve the pages; 3 s of grace, or open live pages would hang the stop."""
    _require_database()
    os.environ.setdefault("DIAPHANE_FRONTEND", str(frontend.ensure()))
    if catalogues.are_stale():
        run_attached(catalogues.COMPILE_COMMAND, environment=os.environ, folder=ROOT)
    defaults = ["diaphane.config.asgi:application", "--timeout-graceful-shutdown", "3"]
    return _replace_by("diaphane.config.serving", [*defaults, *options.arguments])


def worker(options: argparse.Namespace) -> int:
    """Run background jobs."""
    _require_database()
    return _replace_by("diaphane.manage", ["procrastinate", "worker", *options.arguments])


def hl7(options: argparse.Namespace) -> int:
    """Hear the messages of the hospital's systems."""
    _require_database()
    return _replace_by("diaphane.config.hearing", options.arguments)


def edge(options: argparse.Namespace) -> int:
    """Run a site's gateway, which needs no database."""
    return _replace_by("diaphane_edge", options.arguments)
