"""Run the test suite on its own throw-away PostgreSQL."""

import argparse
import os
import shutil
import sys
from pathlib import Path

from . import catalogues, databases, frontend, peers
from .errors import LauncherError
from .places import ROOT, tool_caches
from .processes import run_attached
from .terminal import say


def require_chromium() -> None:
    """Look for the Chromium that plays the browser journeys.

    Raises:
        LauncherError: there is none, in continuous integration; elsewhere a notice is enough.
    """
    if shutil.which("chromium"):
        return
    if os.environ.get("CI") == "true":
        raise LauncherError("Chromium est introuvable, et CI=true l'exige (paquet « chromium »).")
    say("– Chromium introuvable : les parcours dans le navigateur seront sautés.")


def environment_for_tests(url: str, parts: Path, others: Path) -> dict[str, str]:
    """Return the environment of pytest."""
    ours = {"DIAPHANE_MODE": "test", "DATABASE_URL": url, "DIAPHANE_FRONTEND": str(parts)}
    ours["DIAPHANE_PEERS"] = str(others)
    return os.environ | tool_caches() | ours


def run(options: argparse.Namespace) -> int:
    """Run pytest with the given arguments and return its exit code."""
    require_chromium()
    parts, others = frontend.ensure(), peers.ensure()
    with databases.temporary() as url:
        environment = environment_for_tests(url, parts, others)
        if catalogues.are_stale():  # before Django starts: it keeps the French that it finds then
            run_attached(catalogues.COMPILE_COMMAND, environment=environment, folder=ROOT)
        command = [sys.executable, "-m", "pytest", *(options.arguments or ["-n", "2"])]
        return run_attached(command, environment=environment, folder=ROOT)
