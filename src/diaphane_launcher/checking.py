"""Run every static check at once and show a table."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .errors import LauncherError
from .places import ROOT, tool_caches, writable_place
from .processes import spawn
from .terminal import say

NO_DATABASE = "postgresql://127.0.0.1:1/none"  # the checks read models and messages, never rows
PYTHON_FOLDERS = ("src", "tests", "bench", "diaphane")
TEMPLATE_FOLDER = "src/diaphane"


@dataclass(frozen=True)
class Check:
    """Name one check and the command that makes it."""

    label: str
    command: Sequence[str]


@dataclass(frozen=True)
class Running:
    """Hold a check under way and where its words go."""

    check: Check
    process: subprocess.Popen[bytes]
    output: IO[bytes]


def list_checks(root: Path = ROOT) -> list[Check]:
    """List the checks, the longest first."""
    tools = Path(sys.executable).parent
    manage = [sys.executable, "-m", "diaphane.manage"]
    python = [name for name in PYTHON_FOLDERS if (root / name).exists()]
    return [
        Check("types (mypy strict)", [str(tools / "mypy")]),
        Check("migrations manquantes", [*manage, "makemigrations", "--check", "--dry-run"]),
        Check("catalogue français", [*manage, "messages", "--check"]),
        Check(
            "contrats d'import",
            [str(tools / "lint-imports"), "--cache-dir", str(writable_place(".import_linter_cache"))],
        ),
        Check("gabarits (djlint)", [str(tools / "djlint"), TEMPLATE_FOLDER, "--lint", "--profile=django"]),
        Check("règles (ruff check)", [str(tools / "ruff"), "check", *python]),
        Check("mise en forme (ruff format)", [str(tools / "ruff"), "format", "--check", *python]),
    ]


def run_together(checks: Sequence[Check], *, environment: dict[str, str]) -> list[tuple[Check, int, str]]:
    """Run the checks side by side, as many as there are processors, and return what each said."""
    waiting, running, done = list(checks), list[Running](), list[tuple[Check, int, str]]()
    while waiting or running:
        while waiting and len(running) < max(2, os.cpu_count() or 1):
            running.append(_begin(waiting.pop(0), environment))
        for item in [item for item in running if item.process.poll() is not None]:
            running.remove(item)
            item.output.seek(0)
            done.append((item.check, item.process.returncode, item.output.read().decode(errors="replace")))
            item.output.close()
        time.sleep(0.05)
    return sorted(done, key=lambda result: checks.index(result[0]))


def _begin(check: Check, environment: dict[str, str]) -> Running:
    output = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the check has ended)
    return Running(check, spawn(check.command, environment=environment, output=output, folder=ROOT), output)


def run(options: argparse.Namespace) -> int:
    """Run all checks; what a failed one said comes first, the table last."""
    environment = os.environ | tool_caches()
    environment |= {"DIAPHANE_MODE": "test", "DATABASE_URL": NO_DATABASE, "NO_COLOR": "1"}
    results = run_together(list_checks(), environment=environment)
    for check, code, output in results:
        if code:
            say(f"── {check.label}\n{output.rstrip()}\n")
    for check, code, _ in results:
        say(f"{'✗' if code else '✓'} {check.label}")
    failed = sum(1 for _, code, _ in results if code)
    if failed:
        raise LauncherError(f"{failed} contrôle(s) en échec.")
    return 0
