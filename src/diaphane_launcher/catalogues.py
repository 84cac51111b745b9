"""Tell whether the catalogues of messages must be compiled again."""

import os
import sys
from pathlib import Path

from .places import ROOT

COMPILE_COMMAND = [sys.executable, "-m", "diaphane.manage", "messages", "--compile"]


def are_stale(sources: Path = ROOT / "src") -> bool:
    """Tell whether a catalogue is older than its source, and its folder is ours to write.

    In a checkout that belongs to another user, what its owner compiled is taken as it is.
    """
    return any(_is_stale(source) for source in sources.glob("**/locale/*/LC_MESSAGES/*.po"))


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    return os.access(source.parent, os.W_OK)
