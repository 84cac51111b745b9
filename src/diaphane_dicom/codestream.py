"""Read the markers of a JPEG 2000 or HTJ2K codestream, and where it may be cut (ISO/IEC 15444-1 annex A)."""

import struct
from typing import BinaryIO, NamedTuple

SIZ = 0xFF51
COD = 0xFF52
TLM = 0xFF55
SOT = 0xFF90
SOC = b"\xff\x4f"
EOC = b"\xff\xd9"
RPCL = 2
LONGEST_MAIN_HEADER = 64 * 1024
_SOT_LENGTH = 12


class MainHeader(NamedTuple):
    """The marker segments before the first tile-part, and how many bytes they take with their SOC."""

    segments: dict[int, bytes]
    length: int


def read_main_header(codestream: bytes) -> MainHeader:
    """Read the marker segments before the first tile-part, as far as they can be read."""
    segments: dict[int, bytes] = {}
    position = 2
    while position + 4 <= len(codestream):
        marker, length = struct.unpack(">HH", codestream[position : position + 4])
        if marker == SOT or length < 2:
            break
        segments[marker] = codestream[position + 4 : position + 2 + length]
        position += 2 + length
    return MainHeader(segments, position)


def locate_prefixes(stream: BinaryIO, offset: int, length: int) -> tuple[int, ...]:
    """Return how many bytes hold each resolution of a codestream and those below, the smallest first.

    Cut there, what comes before decodes to that resolution: 1/32, 1/16 … whole. Each cut is the end of a
    tile-part, found by its SOT marker (its length is Psot), which a TLM marker only repeats. There is none
    where resolutions are not one tile-part each, in order: several tiles, another progression than RPCL.
    """
    stream.seek(offset)
    start = stream.read(min(length, LONGEST_MAIN_HEADER))
    header = read_main_header(start)
    if not start.startswith(SOC) or not _is_one_tile_rpcl(header.segments):
        return ()
    levels = header.segments[COD][5]
    ends = _list_ends(stream, offset, header.length, length, count=levels + 1)
    is_whole = len(ends) == levels + 1 and length - ends[-1] in (len(EOC), len(EOC) + 1)
    if not is_whole:  # the end of codestream follows, and the byte that makes a fragment's length even
        return ()
    return (*ends[:-1], length)


def _is_one_tile_rpcl(segments: dict[int, bytes]) -> bool:
    """Say whether resolutions follow one another: Table A.9 (SIZ), Table A.14 (SGcod of COD)."""
    siz, cod = segments.get(SIZ, b""), segments.get(COD, b"")
    if len(siz) < 34 or len(cod) < 6:
        return False
    width, height, _x, _y, tile_width, tile_height, tile_x, tile_y = struct.unpack(">8L", siz[2:34])
    is_one_tile = tile_x + tile_width >= width and tile_y + tile_height >= height
    return is_one_tile and cod[1] == RPCL


def _list_ends(stream: BinaryIO, offset: int, start: int, length: int, *, count: int) -> list[int]:
    """Follow the tile-parts of the only tile, each told by its SOT marker (§A.4.2), at most ``count``."""
    ends: list[int] = []
    position = start
    while len(ends) < count and position + _SOT_LENGTH <= length:
        stream.seek(offset + position)
        start_of_part = stream.read(_SOT_LENGTH).ljust(_SOT_LENGTH)
        marker, size, tile, psot, number, _total = struct.unpack(">HHHLBB", start_of_part)
        position += psot
        is_next = (marker, size, tile, number) == (SOT, 10, 0, len(ends))
        if not is_next or psot < _SOT_LENGTH or position > length:
            break
        ends.append(position)
    return ends
