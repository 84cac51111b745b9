"""Compile the French catalogue when it is missing or old, so that tests read what people read."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCES = Path(__file__).resolve().parents[1] / "src"


def compile_catalogues() -> None:
    """Write each ``.mo`` that is older than its ``.po``, in one move: several processes may do it at once."""
    for source in SOURCES.glob("diaphane/**/locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_suffix(f".mo.{os.getpid()}")
        with source.open("rb") as words, draft.open("wb") as compiled:
            write_mo(compiled, read_po(words))
        draft.replace(target)
