"""Read the command set of a C-STORE request, write that of its response (PS3.7 §6.3, §9.3.1, annex E)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from .pdu import COMMAND, LAST, P_DATA_TF

AFFECTED_SOP_CLASS_UID = 0x0002
COMMAND_FIELD = 0x0100
MESSAGE_ID = 0x0110
MESSAGE_ID_BEING_RESPONDED_TO = 0x0120
COMMAND_DATA_SET_TYPE = 0x0800
STATUS = 0x0900
ERROR_COMMENT = 0x0902
AFFECTED_SOP_INSTANCE_UID = 0x1000
"""Elements of group 0000."""

C_STORE_RQ = 0x0001
C_STORE_RSP = 0x8001
NO_DATA_SET = 0x0101
LONGEST_COMMENT = 64
VALUE_OVERHEAD = 6
"""What each presentation data value adds to its content in a PDU (PS3.8 §9.3.5.1)."""

_ELEMENT = struct.Struct("<HHL")
_SHORT = struct.Struct("<H")


class MalformedCommandError(ValueError):
    """Say what is wrong in a command set."""


@dataclass(frozen=True)
class StoreRequest:
    """What a C-STORE request announces. The identifiers are empty when it does not give them."""

    message_id: int
    sop_class_uid: str
    sop_instance_uid: str
    has_data_set: bool


def parse_store_request(command: bytes | bytearray) -> StoreRequest | None:
    """Read a command set, or return None when it asks something else. Raises MalformedCommandError."""
    elements = dict(_split(command))
    if _number(elements, COMMAND_FIELD) != C_STORE_RQ:
        return None
    return StoreRequest(
        message_id=_number(elements, MESSAGE_ID),
        sop_class_uid=_text(elements, AFFECTED_SOP_CLASS_UID),
        sop_instance_uid=_text(elements, AFFECTED_SOP_INSTANCE_UID),
        has_data_set=_number(elements, COMMAND_DATA_SET_TYPE) != NO_DATA_SET,
    )


def has_data_set(command: bytes | bytearray) -> bool:
    """Tell whether a data set follows a command set, whatever it asks. Raises MalformedCommandError."""
    return _number(dict(_split(command)), COMMAND_DATA_SET_TYPE) != NO_DATA_SET


def encode_store_response(request: StoreRequest, status: int, comment: str = "") -> bytes:
    """Write the command set that answers a request, with what went wrong in a few words."""
    words = comment[:LONGEST_COMMENT].encode("ascii", "replace")
    body = b"".join(
        (
            _uid(AFFECTED_SOP_CLASS_UID, request.sop_class_uid),
            _short(COMMAND_FIELD, C_STORE_RSP),
            _short(MESSAGE_ID_BEING_RESPONDED_TO, request.message_id),
            _short(COMMAND_DATA_SET_TYPE, NO_DATA_SET),
            _short(STATUS, status),
            _element(ERROR_COMMENT, words, b" ") if words else b"",
            _uid(AFFECTED_SOP_INSTANCE_UID, request.sop_instance_uid),
        )
    )
    return _element(0x0000, struct.pack("<L", len(body))) + body


def encode_command_pdus(command: bytes, *, context_id: int, longest: int) -> bytes:
    """Put a command set in P-DATA-TF PDUs no longer than the peer takes (0: any length)."""
    room = max((longest - VALUE_OVERHEAD) & ~1, 2) if longest else len(command)
    starts = range(0, len(command), room)
    return b"".join(
        encode_value_pdu(
            command[start : start + room], context_id=context_id, is_last=start + room >= len(command)
        )
        for start in starts
    )


def encode_value_pdu(value: bytes, *, context_id: int, is_command: bool = True, is_last: bool) -> bytes:
    """Put one presentation data value in a PDU of its own (PS3.8 §9.3.5)."""
    control = (COMMAND if is_command else 0) | (LAST if is_last else 0)
    length = len(value) + 2
    return struct.pack(">BxLLBB", P_DATA_TF, length + 4, length, context_id, control) + value


def _split(command: bytes | bytearray) -> Iterator[tuple[int, bytes]]:
    """Yield the elements of a command set, Implicit VR Little Endian without exception."""
    position = 0
    while position < len(command):
        try:
            group, element, length = _ELEMENT.unpack_from(command, position)
        except struct.error as error:
            raise MalformedCommandError("an element is cut short") from error
        position += _ELEMENT.size
        if group or length > len(command) - position:
            raise MalformedCommandError("an element is not one of a command set")
        yield element, bytes(command[position : position + length])
        position += length


def _number(elements: dict[int, bytes], element: int) -> int:
    try:
        number: int = _SHORT.unpack(elements[element])[0]
    except (KeyError, struct.error) as error:
        raise MalformedCommandError(f"element {element:04X} is missing or malformed") from error
    return number


def _text(elements: dict[int, bytes], element: int) -> str:
    return elements.get(element, b"").decode("ascii", "replace").strip("\0 ")


def _element(element: int, value: bytes, padding: bytes = b"\0") -> bytes:
    padded = value + padding * (len(value) % 2)
    return _ELEMENT.pack(0, element, len(padded)) + padded


def _short(element: int, number: int) -> bytes:
    return _element(element, _SHORT.pack(number))


def _uid(element: int, uid: str) -> bytes:
    return _element(element, uid.encode("ascii", "replace"))
