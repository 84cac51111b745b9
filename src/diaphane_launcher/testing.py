"""Run the test suite on its own throw-away PostgreSQL."""

import argparse
import os
import shutil
import sys
from pathlib import Path

from . import databases, frontend
from .errors import LauncherError
from .places import ROOT, tool_caches
from .processes import run_attached
from .terminal import say

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Return the machine's Chromium, which plays the browser journeys."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def require_chromium() -> str | None:
    """Return Chromium; in continuous integration its absence is a failure, elsewhere a notice."""
    chromium = find_chromium()
    if chromium is None:
        if os.environ.get("CI") == "true":
            raise LauncherError("Chromium est introuvable, et CI=true l'exige (paquet « chromium »).")
        say("– Chromium introuvable : les parcours dans le navigateur seront sautés.")
    return chromium


def environment_for_tests(url: str, parts: Path, chromium: str | None) -> dict[str, str]:
    """Return the environment of pytest."""
    environment = os.environ | tool_caches()
    environment |= {"DIAPHANE_MODE": "test", "DATABASE_URL": url, "DIAPHANE_FRONTEND": str(parts)}
    if chromium:
        environment["DIAPHANE_CHROMIUM"] = chromium
    return environment


def run(options: argparse.Namespace) -> int:
    """Run pytest with the given arguments and return its exit code."""
    chromium = require_chromium()
    parts = frontend.ensure()
    with databases.temporary() as url:
        command = [sys.executable, "-m", "pytest", *(options.arguments or ["-n", "2"])]
        return run_attached(command, environment=environment_for_tests(url, parts, chromium), folder=ROOT)
