"""Take a stream of PDUs apart, in whatever pieces it comes (PS3.8 §9.3 and annex E).

Values are handed on as they arrive, so that an object of any size passes through a small buffer. Nothing here
reads a socket: what parses can be tried on any bytes.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

P_DATA_TF = 0x04
PDU_TYPES = range(0x01, 0x08)
COMMAND = 0x01
LAST = 0x02
"""Bits of the message control header; the others are never checked (PS3.8 §E.2)."""

_PDU_HEADER = struct.Struct(">BxL")
_PDV_HEADER = struct.Struct(">LBB")
_CONTROL_BYTES = 2
"""Context identifier and message control header, which the length of a presentation data value counts."""


class MalformedPduError(ValueError):
    """Say what in the stream is not a PDU that may come here."""


class Fragment(NamedTuple):
    """A piece of a command set or of a data set. `is_last` is told with the last piece only."""

    context_id: int
    is_command: bool
    is_last: bool
    value: bytes | memoryview


class OtherPdu(NamedTuple):
    """A whole PDU that carries no data: release, abort, association."""

    content: bytes


class PduReader:
    """The state of one stream between two pieces of it. `longest` is the maximum length announced."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._held = bytearray()
        """The beginning of a header or of another PDU, the rest of which has not come yet."""
        self._pdu_left = 0
        self._value_left = 0
        self._context_id = 0
        self._control = 0

    @property
    def is_between_pdus(self) -> bool:
        """Tell whether the last PDU was whole."""
        return not self._held and not self._pdu_left

    def read(self, piece: memoryview) -> Iterator[Fragment | OtherPdu]:
        """Yield what a piece of the stream holds. Raises MalformedPduError."""
        while piece:
            if self._value_left:
                size = min(self._value_left, len(piece))
                yield self._advance(piece[:size])
                piece = piece[size:]
            elif self._pdu_left:
                if self._pdu_left < _PDV_HEADER.size:
                    raise MalformedPduError("a PDU ends within the header of a value")
                piece = self._hold(piece, _PDV_HEADER.size)
                if len(self._held) == _PDV_HEADER.size and self._begin_value():
                    yield self._advance(piece[:0])
            else:
                piece = self._hold(piece, self._wanted())
                if len(self._held) == self._wanted():
                    yield from self._end_pdu_header()

    def _hold(self, piece: memoryview, wanted: int) -> memoryview:
        """Keep bytes until as many as are wanted are held, and return the rest of the piece."""
        missing = wanted - len(self._held)
        self._held += piece[:missing]
        return piece[missing:]

    def _wanted(self) -> int:
        """Return how many bytes are held before anything can be told: a header, or a whole other PDU."""
        if len(self._held) < _PDU_HEADER.size:
            return _PDU_HEADER.size
        kind, length = _PDU_HEADER.unpack_from(self._held)
        if kind not in PDU_TYPES:
            raise MalformedPduError(f"a PDU of type {kind:02X}")
        if length > self._longest:
            raise MalformedPduError(f"a PDU of {length} bytes")
        return _PDU_HEADER.size + (0 if kind == P_DATA_TF else length)

    def _end_pdu_header(self) -> Iterator[OtherPdu]:
        kind, length = _PDU_HEADER.unpack_from(self._held)
        if kind == P_DATA_TF:
            self._pdu_left = length
            if not length:
                raise MalformedPduError("a P-DATA-TF PDU without any value")
        else:
            yield OtherPdu(bytes(self._held))
        self._held.clear()

    def _begin_value(self) -> bool:
        """Read the header of a presentation data value, and tell whether the value is empty."""
        length, self._context_id, self._control = _PDV_HEADER.unpack(self._held)
        self._held.clear()
        self._pdu_left -= _PDV_HEADER.size
        self._value_left = length - _CONTROL_BYTES
        if not 0 <= self._value_left <= self._pdu_left:
            raise MalformedPduError(f"a value of {length} bytes does not fit in its PDU")
        return not self._value_left

    def _advance(self, value: memoryview) -> Fragment:
        self._value_left -= len(value)
        self._pdu_left -= len(value)
        is_last = bool(self._control & LAST) and not self._value_left
        return Fragment(self._context_id, bool(self._control & COMMAND), is_last, value)
