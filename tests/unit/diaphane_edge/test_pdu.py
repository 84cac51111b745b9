"""Any stream of PDUs, cut anywhere."""

import struct
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaphane_edge.pdu import Fragment, MalformedPduError, OtherPdu, PduReader

LONGEST = 4096
RELEASE_RQ = bytes.fromhex("05 00 00000004 00000000")

contexts = st.integers(1, 127).map(lambda number: 2 * number - 1)
values = st.tuples(contexts, st.integers(0, 3), st.binary(max_size=40))
data_pdus = st.lists(values, min_size=1, max_size=4)
pdus = st.one_of(data_pdus, st.just(RELEASE_RQ))


def encode(pdu: list[tuple[int, int, bytes]] | bytes) -> bytes:
    """Encode a P-DATA-TF PDU of several values, or another PDU as it is."""
    if isinstance(pdu, bytes):
        return pdu
    body = b"".join(struct.pack(">LBB", len(v) + 2, context, control) + v for context, control, v in pdu)
    return struct.pack(">BxL", 4, len(body)) + body


def read(pieces: list[bytes], longest: int = LONGEST) -> Iterator[Fragment | OtherPdu]:
    reader = PduReader(longest)
    for piece in pieces:
        for part in reader.read(memoryview(piece)):
            yield part._replace(value=bytes(part.value)) if isinstance(part, Fragment) else part


def joined(parts: Iterator[Fragment | OtherPdu]) -> list[tuple[int, bool, bytes] | bytes]:
    """Put the fragments of each command set and data set together, as whoever reads them does."""
    whole: list[tuple[int, bool, bytes] | bytes] = []
    begun: dict[tuple[int, bool], bytes] = {}
    for part in parts:
        if isinstance(part, OtherPdu):
            whole.append(part.content)
            continue
        key = part.context_id, part.is_command
        begun[key] = begun.get(key, b"") + bytes(part.value)
        if part.is_last:
            whole.append((*key, begun.pop(key)))
    return whole


def cut(stream: bytes, at: list[int]) -> list[bytes]:
    places = [0, *sorted(place % (len(stream) + 1) for place in at), len(stream)]
    return [stream[a:b] for a, b in pairwise(places)]


@given(st.lists(pdus, max_size=6), st.lists(st.integers(0, 2000), max_size=12))
def test_a_stream_cut_anywhere_says_the_same(stream: list, places: list[int]) -> None:
    content = b"".join(map(encode, stream))
    expected: list[tuple[int, bool, bytes] | bytes] = []
    begun: dict[tuple[int, bool], bytes] = {}
    for pdu in stream:
        if isinstance(pdu, bytes):
            expected.append(pdu)
            continue
        for context, control, value in pdu:
            key = context, bool(control & 1)
            begun[key] = begun.get(key, b"") + value
            if control & 2:
                expected.append((*key, begun.pop(key)))
    assert joined(read(cut(content, places))) == expected
    assert joined(read([bytes([byte]) for byte in content])) == expected


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=5))
def test_any_bytes_are_read_or_refused_the_same_however_cut(content: bytes, places: list[int]) -> None:
    assert outcome([content]) == outcome(cut(content, places))


def outcome(pieces: list[bytes]) -> tuple[list, bool]:
    """Return what was read, whole values only, and whether it was refused in the end."""
    parts: list[Fragment | OtherPdu] = []
    try:
        parts.extend(read(pieces))
    except MalformedPduError:
        return joined(iter(parts)), True
    return joined(iter(parts)), False


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x00\x00\x00\x00\x04",
        b"\x08\x00\x00\x00\x00\x04",
        b"GET / HTTP/1.1\r\n",
        struct.pack(">BxL", 4, LONGEST + 1),
        struct.pack(">BxL", 4, 0),
        struct.pack(">BxL", 4, 5) + b"\0" * 5,
        struct.pack(">BxLLBB", 4, 6, 1, 1, 3),
        struct.pack(">BxLLBB", 4, 6, 0, 1, 3),
        struct.pack(">BxLLBB", 4, 10, 7, 1, 3) + b"\0" * 4,
        struct.pack(">BxLLBB", 4, 10, 0xFFFFFFFF, 1, 3) + b"\0" * 4,
        struct.pack(">BxLLBB", 4, 9, 2, 1, 3) + b"\0" * 3,
        struct.pack(">BxL", 1, 0xFFFFFFFF),
    ],
)
def test_what_is_not_a_pdu_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedPduError):
        list(read([content]))
    with pytest.raises(MalformedPduError):
        list(read([bytes([byte]) for byte in content]))


def test_reserved_bits_are_not_looked_at() -> None:
    [fragment] = read([struct.pack(">BBLLBB", 4, 0xFF, 8, 4, 1, 0xFF) + b"ab"])
    assert fragment == Fragment(1, is_command=True, is_last=True, value=b"ab")


def test_a_value_of_any_length_is_handed_on_as_it_comes() -> None:
    value = bytes(3000)
    content = encode([(1, 2, value)])
    parts = list(read([content[:1000], content[1000:2000], content[2000:]]))
    assert [len(part.value) for part in parts if isinstance(part, Fragment)] == [988, 1000, 1012]
    assert [part.is_last for part in parts if isinstance(part, Fragment)] == [False, False, True]


def test_a_reader_knows_whether_a_pdu_is_under_way() -> None:
    reader = PduReader(LONGEST)
    assert reader.is_between_pdus
    content = encode([(1, 2, b"abcd")])
    for byte in content[:-1]:
        list(reader.read(memoryview(bytes([byte]))))
        assert not reader.is_between_pdus
    list(reader.read(memoryview(content[-1:])))
    assert reader.is_between_pdus
