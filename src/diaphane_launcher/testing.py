"""Run the test suite on its own throw-away PostgreSQL."""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from . import catalogues, databases, frontend, peers
from .errors import LauncherError
from .places import ROOT, tool_caches, writable_place
from .processes import run_attached
from .terminal import say

TESTS_FAILED = 1
"""What pytest returns when it ran to its end and something failed."""
MOST_TRIED_AGAIN = 5
"""More failures than these are no matter of luck."""


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
        find_remembered().unlink(missing_ok=True)  # earlier runs are no matter of this one
        code = run_attached(command, environment=environment, folder=ROOT)
        if code == TESTS_FAILED and not options.arguments:
            code = try_again(list_failed(), environment)
        return code


def list_failed() -> list[str]:
    """List the tests that failed in the last run, as pytest remembers them."""
    remembered = find_remembered()
    return sorted(json.loads(remembered.read_text())) if remembered.exists() else []


def find_remembered() -> Path:
    """Return the file where pytest writes which tests failed."""
    return writable_place(".pytest_cache", ROOT) / "v" / "cache" / "lastfailed"


def try_again(failed: list[str], environment: dict[str, str]) -> int:
    """Play the few tests that failed once more, with nothing beside: the whole suite holds real peers,
    browsers and sockets on two cores. One that passes now is named, to be mended; it is not forgotten.
    """
    if not 0 < len(failed) <= MOST_TRIED_AGAIN:
        return TESTS_FAILED
    say(f"– {len(failed)} en échec, rejoué(s) sans rien à côté.")
    code = run_attached([sys.executable, "-m", "pytest", *failed], environment=environment, folder=ROOT)
    if code == 0:
        say("⚠ Instable(s), à réparer : " + ", ".join(failed))
    return code
