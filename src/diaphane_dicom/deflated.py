"""Refuse a deflated data set that would fill the memory once inflated (PS3.5 §A.5), before it is read."""

import zlib
from typing import BinaryIO

from pydicom.uid import DeflatedExplicitVRLittleEndian

from .file_meta import read_file_meta

LARGEST_INFLATED = 512 << 20
"""In bytes. Deflated objects are structured reports and small images; a CT slice is a thousand times less."""
_PIECE = 1 << 16


class InflatesTooMuchError(ValueError):
    """Say that a few bytes announce more than an honest object holds."""


def refuse_bomb(stream: BinaryIO, *, largest: int = LARGEST_INFLATED) -> None:
    """Inflate a deflated data set piece by piece, keeping nothing; ``stream`` stands after the prefix.

    Raises InflatesTooMuchError.
    """
    if read_file_meta(stream).get("TransferSyntaxUID") != DeflatedExplicitVRLittleEndian:
        return
    inflater, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while (piece := inflater.unconsumed_tail or stream.read(_PIECE)) and not inflater.eof:
        size += len(inflater.decompress(piece, _PIECE))
        if size > largest:
            raise InflatesTooMuchError("the data set inflates beyond what an object holds")
