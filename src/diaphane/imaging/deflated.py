"""Keep long texts compressed so that several, put end to end, are one answer already compressed.

Each text is a piece of a deflate stream that ends on a byte and refers to nothing before it (RFC 1951
§3.2.4). Its checksum and its length come first; so it takes its place beside others in a zlib stream (RFC
1950), the ``deflate`` coding of HTTP (RFC 9110 §8.4.1.2), without being compressed again.
"""

import struct
import zlib
from collections.abc import Iterable

from django.db import models

_PREFIX = struct.Struct(">II")
_ZLIB_HEADER = b"\x78\x9c"
_LAST_BLOCK = b"\x03\x00"
_ADLER_BASE = 65521
_EMPTY_CHECKSUM = 1


def deflate(text: str) -> bytes:
    """Compress a text into a piece: its Adler-32, its length in bytes, and its deflate blocks."""
    content = text.encode()
    compressor = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    blocks = compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)
    return _PREFIX.pack(zlib.adler32(content), len(content)) + blocks


def inflate(piece: bytes) -> str:
    """Return the text of a piece.

    Raises:
        zlib.error: the piece is not whole.
    """
    return zlib.decompress(join_pieces([piece])).decode()


def join_pieces(pieces: Iterable[bytes]) -> bytes:
    """Return the zlib stream of several texts, one after the other, compressing nothing anew."""
    low, high = _EMPTY_CHECKSUM, 0
    parts = [_ZLIB_HEADER]
    for piece in pieces:
        checksum, length = _PREFIX.unpack_from(piece)
        # Adler-32 of two texts from those of each (RFC 1950 §8.2): the sums start again from 1 and 0.
        high = (high + (checksum >> 16) + length * (low - 1)) % _ADLER_BASE
        low = (low + (checksum & 0xFFFF) - 1) % _ADLER_BASE
        parts.append(piece[_PREFIX.size :])
    parts += (_LAST_BLOCK, struct.pack(">I", high << 16 | low))
    return b"".join(parts)


class DeflatedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that the database keeps as a piece: a fourth of its size, ready to be sent."""

    def get_internal_type(self) -> str:
        """Name the column that holds it."""
        return "BinaryField"

    def from_db_value(self, value: bytes | None, *_context: object) -> str | None:
        """Return the text."""
        return None if value is None else inflate(bytes(value))

    def get_prep_value(self, value: object) -> object:
        """Compress the text to write."""
        return deflate(value) if isinstance(value, str) else value
