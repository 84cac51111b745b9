"""Write a ZIP as it is sent, one file at a time, never whole in memory (PS3.12 annex V)."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_LARGE = 1 << 31
_OWNER_ONLY = 0o600 << 16


@dataclass(frozen=True)
class ZippedFile:
    """One file: its name, its content by pieces, its size in bytes, and whether deflating it is of use."""

    name: str
    pieces: Iterable[bytes]
    size: int
    is_deflated: bool = True


class _Outlet:
    """What the archive is written to: it keeps bytes until they are taken."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, piece: bytes) -> int:
        """Keep a piece."""
        self._written += piece
        return len(piece)

    def flush(self) -> None:
        """Do nothing: pieces are taken, not flushed."""

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken, self._written = bytes(self._written), bytearray()
        return taken


def write_zip(files: Iterable[ZippedFile], *, at: datetime) -> Iterator[bytes]:
    """Yield the bytes of an archive; its directory comes last, so that a cut one never looks whole."""
    outlet = _Outlet()
    with ZipFile(cast(IO[bytes], outlet), "w") as archive:
        for file in files:
            entry = ZipInfo(file.name, date_time=at.timetuple()[:6])
            entry.external_attr = _OWNER_ONLY
            entry.compress_type = ZIP_DEFLATED if file.is_deflated else ZIP_STORED
            entry._compresslevel = zlib.Z_BEST_SPEED  # type: ignore[attr-defined]
            with archive.open(entry, "w", force_zip64=file.size >= _LARGE) as target:
                for piece in file.pieces:
                    target.write(piece)
                    yield outlet.take()
            yield outlet.take()
    yield outlet.take()
