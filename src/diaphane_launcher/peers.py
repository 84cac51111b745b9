"""Fetch the programs that play others in the tests, pinned with their hashes in a `package-lock.json`."""

import hashlib
import shutil
import tempfile
from pathlib import Path

from . import frontend
from .errors import LauncherError, explain_tool_failure
from .places import ROOT, alone_in, writable_place
from .processes import run_quietly
from .terminal import step

SOURCE = ROOT / "tests" / "openid"
LISTS = ("package.json", "package-lock.json")


def current_stamp() -> str:
    """Digest what the peers are made from."""
    return hashlib.sha256(b"".join((SOURCE / name).read_bytes() for name in LISTS)).hexdigest()


def is_ready(folder: Path) -> bool:
    """Tell whether the peers in `folder` are those of the lock file."""
    try:
        return (folder / frontend.STAMP).read_text() == current_stamp()
    except OSError:
        return False


def install(folder: Path) -> None:
    """Install what the lock file says, hashes checked by npm, and put the whole in place at once.

    Raises:
        LauncherError: npm failed, or an archive is not the locked one.
    """
    with tempfile.TemporaryDirectory(prefix=f"{folder.name}-", dir=folder.parent) as scratch:
        fresh = Path(scratch) / "peers"
        fresh.mkdir()
        for name in LISTS:
            shutil.copy(SOURCE / name, fresh / name)
        command = [*frontend.find_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = run_quietly(
            command, environment=frontend.npm_environment(Path(scratch) / "cache"), folder=fresh
        )
        if done.code:
            raise LauncherError(explain_tool_failure("Téléchargement des pairs d'essai", done.output))
        (fresh / frontend.STAMP).write_text(current_stamp())
        if folder.exists():
            folder.rename(Path(scratch) / "former")
        fresh.rename(folder)


def ensure() -> Path:
    """Return the folder of the peers, filling it the first time."""
    folder = writable_place(".peers")
    if not is_ready(folder):
        with alone_in(folder.parent), step("Pairs d'essai, empreintes vérifiées"):
            if not is_ready(folder):
                install(folder)
    return folder
