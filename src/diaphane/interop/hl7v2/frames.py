"""MLLP frames: VT, the message, FS, CR (HL7 v2.5 §C.4.3, Minimal Lower Layer Protocol)."""

import asyncio

START, END = b"\x0b", b"\x1c\r"
LARGEST = 256 * 1024
"""Bytes of a frame: an ADT message takes a few thousand."""


class BrokenFrameError(ValueError):
    """What came is no frame: nothing can be read of it, and the connection ends."""


class TooLargeFrameError(BrokenFrameError):
    """A frame larger than what is taken."""


class CutFrameError(BrokenFrameError):
    """A frame whose end never came."""


async def read_frame(reader: asyncio.StreamReader, *, idle: float, whole: float) -> bytes | None:
    """Read the next frame; None at the end of the connection, or when nobody speaks for ``idle`` seconds.

    ``whole`` is how many seconds a frame that has begun may take: a sender that drips holds nothing.

    Raises:
        BrokenFrameError
    """
    try:
        async with asyncio.timeout(idle):
            first = await reader.read(1)
            while first in (b"\r", b"\n"):
                first = await reader.read(1)
    except TimeoutError:
        return None
    if not first:
        return None
    if first != START:
        raise BrokenFrameError
    try:
        async with asyncio.timeout(whole):
            return (await reader.readuntil(END))[: -len(END)]
    except asyncio.LimitOverrunError as error:
        raise TooLargeFrameError from error
    except (asyncio.IncompleteReadError, TimeoutError) as error:
        raise CutFrameError from error


def write_frame(content: bytes) -> bytes:
    """Return a message in its frame."""
    return START + content + END
