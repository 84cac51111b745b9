"""Read and write multipart/related bodies, a piece at a time (RFC 2387, PS3.18 §8.6.1.2.1)."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

PIECE = 256 * 1024
LONGEST_HEADERS = 16 * 1024


class MalformedBodyError(ValueError):
    """The body is not the multipart that its Content-Type announces."""


class PartTooLargeError(ValueError):
    """One part is larger than what is taken."""


class Readable(Protocol):
    """Anything that gives its bytes by pieces."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes; none at the end."""


@dataclass(frozen=True)
class Part:
    """One part: its headers, names in lower case, and the file that holds its content."""

    headers: dict[str, str]
    path: Path


class MultipartReader:
    """Write the parts of a body to files, one after the other, never holding more than a piece in memory."""

    def __init__(self, stream: Readable, *, boundary: str, folder: Path, largest_part: int) -> None:
        self._stream = stream
        self._delimiter = b"\r\n--" + boundary.encode("ascii", "replace")
        self._folder = folder
        self._largest = largest_part
        # The first delimiter may open the body: as if a line had ended just before.
        self._buffer = b"\r\n"

    def __iter__(self) -> Iterator[Part]:
        """Yield each part; its file is removed when the next one is asked for.

        Raises:
            MalformedBodyError, PartTooLargeError.
        """
        for _preamble in self._until(self._delimiter):
            pass
        while not self._is_last():
            headers = self._read_headers()
            with NamedTemporaryFile(dir=self._folder, suffix=".part") as file:
                size = 0
                for piece in self._until(self._delimiter):
                    size += len(piece)
                    if size > self._largest:
                        raise PartTooLargeError
                    file.write(piece)
                file.flush()
                yield Part(headers, Path(file.name))

    def _is_last(self) -> bool:
        """Read what ends a delimiter line: ``--`` after the last part, else the end of the line."""
        self._fill(2)
        is_last = self._buffer.startswith(b"--")
        if not is_last and self._read_line().strip(b" \t"):
            raise MalformedBodyError("a delimiter is followed by something else")
        return is_last

    def _read_headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        total = 0
        while line := self._read_line():
            total += len(line)
            if total > LONGEST_HEADERS:
                raise MalformedBodyError("the headers of a part are too long")
            name, _colon, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        return headers

    def _read_line(self) -> bytes:
        line = b""
        for piece in self._until(b"\r\n"):
            line += piece
            if len(line) > LONGEST_HEADERS:
                raise MalformedBodyError("a line is too long")
        return line

    def _until(self, mark: bytes) -> Iterator[bytes]:
        """Yield what comes before a mark, and leave the buffer just after it."""
        while True:
            before, found, after = self._buffer.partition(mark)
            if found:
                self._buffer = after
                yield before
                return
            safe = max(0, len(self._buffer) - len(mark) + 1)
            yield self._buffer[:safe]
            self._buffer = self._buffer[safe:]
            self._fill(len(self._buffer) + 1)

    def _fill(self, wanted: int) -> None:
        while len(self._buffer) < wanted:
            piece = self._stream.read(PIECE)
            if not piece:
                raise MalformedBodyError("the body ends too early")
            self._buffer += piece


def new_boundary() -> str:
    """Return a boundary that no content will hold."""
    return f"diaphane-{secrets.token_hex(16)}"


def write_parts(parts: Iterable[tuple[str, bytes]], *, boundary: str) -> Iterator[bytes]:
    """Yield a body made of parts given as Content-Type and content."""
    for content_type, content in parts:
        yield f"--{boundary}\r\nContent-Type: {content_type}\r\n\r\n".encode("ascii")
        yield content
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode("ascii")
