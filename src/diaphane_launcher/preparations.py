"""Remember what the demo has prepared, so that the next start does not do it again."""

import hashlib
from datetime import date
from pathlib import Path

from .places import ROOT


def digest_sources(*folders: str, root: Path = ROOT) -> str:
    """Digest the Python sources and the lock file that a preparation comes from."""
    digest = hashlib.sha256((root / "uv.lock").read_bytes())
    for folder in folders:
        for source in sorted((root / "src" / folder).rglob("*.py")):
            digest.update(str(source).encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()


def territory_stamp(cluster: Path, today: date) -> str:
    """Stamp what the schema and the territory come from: the code, this very database, and the day."""
    return f"{digest_sources('diaphane')} {database_stamp(cluster)} {today}"


def database_stamp(cluster: Path) -> str:
    """Stamp this very database: another one, made anew, has another stamp."""
    birth = (cluster / "PG_VERSION").stat()
    return f"{birth.st_ino} {birth.st_mtime_ns}"


def images_stamp() -> str:
    """Stamp what the demo's images come from."""
    return digest_sources("diaphane_demo")


def is_done(stamp_file: Path, stamp: str) -> bool:
    """Tell whether a preparation was done from the same things."""
    try:
        return stamp_file.read_text() == stamp
    except OSError:
        return False
