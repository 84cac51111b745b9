"""Ask whether a known weakness stands in what we install: Python's packages by uv, the browser's by npm.

Each asks a service on the network (OSV, and npm's registry). Where none answers, nothing is concluded: that
is said, and is no failure unless ``--strict``.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from . import frontend, peers
from .errors import LauncherError
from .places import ROOT
from .processes import run_quietly
from .terminal import say

UV_FOUND = 1
"""What `uv audit` ends with when it found something; 2 is a failure of its own."""


class Verdict(Enum):
    """What an audit concluded."""

    CLEAN = "✓"
    FOUND = "✗"
    UNKNOWN = "–"


@dataclass(frozen=True)
class Audit:
    """One part of what is installed, what was concluded, and what the tool said."""

    label: str
    verdict: Verdict
    output: str


def declare_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("--strict", action="store_true", help="échoue aussi quand un service ne répond pas")


def run(options: argparse.Namespace) -> int:
    """Audit every part; what was found is shown first, the table last.

    Raises:
        LauncherError: a known weakness was found; or, with ``--strict``, a service did not answer.
    """
    audits = [audit_python(), audit_browser(), audit_peers()]
    for each in audits:
        if each.verdict is Verdict.FOUND or (options.strict and each.verdict is Verdict.UNKNOWN):
            say(f"── {each.label}\n{each.output.strip()}\n")
    for each in audits:
        answer = " : le service n'a pas répondu, rien n'est conclu" if each.verdict is Verdict.UNKNOWN else ""
        say(f"{each.verdict.value} {each.label}{answer}")
    found = [each.label for each in audits if each.verdict is Verdict.FOUND]
    if found:
        what = ", ".join(found)
        raise LauncherError(f"Faiblesse connue : {what}. Que faire : docs/runbooks/dependencies.md.")
    if options.strict and any(each.verdict is Verdict.UNKNOWN for each in audits):
        raise LauncherError("Un service n'a pas répondu : rien n'est conclu.")
    return 0


def audit_python(service: str = "") -> Audit:
    """Audit what `uv.lock` installs, by OSV or by another service that answers as it does."""
    command = [str(Path(sys.executable).parent / "uv"), "audit", "--frozen"]
    command += ["--preview-features", "audit-command", *(["--service-url", service] if service else [])]
    done = run_quietly(command, folder=ROOT)
    verdicts = {0: Verdict.CLEAN, UV_FOUND: Verdict.FOUND}
    return Audit("Python (uv.lock)", verdicts.get(done.code, Verdict.UNKNOWN), done.output)


def audit_browser() -> Audit:
    """Audit what `frontend.lock.json` gives to the browser."""
    packages = {package.name: package.version for package in frontend.read_lock()}
    with tempfile.TemporaryDirectory() as folder:
        lock = write_npm_lock(packages)
        (Path(folder) / "package.json").write_text(json.dumps({"dependencies": packages}))
        (Path(folder) / "package-lock.json").write_text(json.dumps(lock))
        return _audit_npm("Navigateur (frontend.lock.json)", Path(folder))


def audit_peers() -> Audit:
    """Audit the programs that play others in the tests."""
    with tempfile.TemporaryDirectory() as folder:
        for name in peers.LISTS:
            (Path(folder) / name).write_bytes((peers.SOURCE / name).read_bytes())
        return _audit_npm("Pairs d'essai (tests/openid)", Path(folder))


def write_npm_lock(packages: dict[str, str]) -> dict[str, object]:
    """Write pinned packages as npm locks them: their own dependencies are in what they publish."""
    pinned = {f"node_modules/{name}": {"version": version} for name, version in packages.items()}
    return {"lockfileVersion": 3, "packages": {"": {"dependencies": packages}, **pinned}}


def read_npm(output: str) -> Verdict:
    """Read what `npm audit --json` says."""
    try:
        said = json.loads(output[output.index("{") :])
        total = said["metadata"]["vulnerabilities"]["total"]
    except (ValueError, KeyError, TypeError):
        return Verdict.UNKNOWN
    return Verdict.FOUND if total else Verdict.CLEAN


def _audit_npm(label: str, folder: Path) -> Audit:
    command = [*frontend.find_npm(), "audit", "--package-lock-only", "--json"]
    done = run_quietly(command, environment=frontend.npm_environment(folder / "cache"), folder=folder)
    return Audit(label, read_npm(done.output), done.output)
