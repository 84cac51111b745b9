"""Compile the catalogues of messages that are older than their sources."""

import os
from pathlib import Path

from .places import ROOT


def compile_catalogues(sources: Path = ROOT / "src") -> int:
    """Write each stale `.mo` in one move, for several processes may do it at once; return how many.

    A checkout that belongs to another user is left alone when its owner compiled it before.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    stale = [source for source in sources.glob("**/locale/*/LC_MESSAGES/*.po") if _is_stale(source)]
    for source in stale:
        target = source.with_suffix(".mo")
        draft = target.with_suffix(f".mo.{os.getpid()}")
        with source.open("rb") as words, draft.open("wb") as compiled:
            write_mo(compiled, read_po(words))
        draft.replace(target)
    return len(stale)


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    if not target.exists():
        return True
    is_older = target.stat().st_mtime < source.stat().st_mtime
    return is_older and os.access(target.parent, os.W_OK)
