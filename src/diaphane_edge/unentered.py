"""Count what a spool holds beyond its journal: objects acknowledged just before the gateway stopped."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .journal import Journal
from .marks import Mark, read_mark
from .slots import SUFFIX


def count_unentered(spool: Path, journal: Journal) -> int:
    """Count the objects that the next start will enter in the journal. Nothing is changed."""
    digests = {mark.digest for mark in _read_marks(spool / "objects", but=journal.list_files())}
    return sum(not journal.knows(digest) for digest in digests)


def _read_marks(folder: Path, *, but: set[str]) -> Iterator[Mark]:
    for path in folder.glob(f"*{SUFFIX}"):
        with suppress(OSError):  # a gateway may be at work, or the disk refuse
            mark = None if path.name in but else read_mark(path)
            if mark:
                yield mark
