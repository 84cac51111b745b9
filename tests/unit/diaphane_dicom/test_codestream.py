"""Where a codestream may be cut: at the end of a resolution, and nowhere where that is not certain."""

import struct
from io import BytesIO

import imagecodecs
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from diaphane_dicom.codestream import SIZ, TLM, locate_prefixes, read_main_header
from diaphane_dicom.decode import Pixels
from diaphane_dicom.htj2k import encode_frame

PIXELS = np.random.default_rng(3).integers(0, 4096, (200, 136), np.uint16)
ENCODED = encode_frame(PIXELS)
shapes = st.tuples(st.integers(1, 150), st.integers(1, 150))
kinds = st.sampled_from([np.uint8, np.uint16])


def cut(codestream: bytes, *, before: bytes = b"", after: bytes = b"") -> tuple[int, ...]:
    stream = BytesIO(before + codestream + after)
    return locate_prefixes(stream, len(before), len(codestream))


@given(hnp.arrays(kinds, shapes), st.binary(max_size=20), st.booleans())
def test_each_prefix_decodes_to_its_resolution_as_the_whole_does(
    pixels: Pixels, before: bytes, is_padded: bool
) -> None:
    encoded = encode_frame(pixels) + b"\0" * is_padded
    prefixes = cut(encoded, before=before, after=b"\xff\x4f")
    assert prefixes[-1] == len(encoded)
    assert list(prefixes) == sorted(set(prefixes))
    for skipped, prefix in enumerate(reversed(prefixes)):
        shown = imagecodecs.htj2k_decode(encoded[:prefix], skipres=skipped)
        assert np.array_equal(shown, imagecodecs.htj2k_decode(encoded, skipres=skipped))


def test_the_tile_part_lengths_marker_says_the_same() -> None:
    header = read_main_header(ENCODED)
    lengths = [length for _tile, length in struct.iter_unpack(">HL", header.segments[TLM][2:])]
    assert header.segments[TLM][1] == 0x60  # ST 2: two bytes name the tile, SP 1: four bytes hold the length
    ends = np.cumsum(lengths) + header.length
    assert cut(ENCODED) == (*ends[:-1], len(ENCODED))


@pytest.mark.parametrize(
    "codestream",
    [
        b"",
        b"\xff\x4f",
        bytes(imagecodecs.htj2k_encode(PIXELS, reversible=True)),
        bytes(imagecodecs.jpeg2k_encode(PIXELS, level=0, codecformat="j2k")),
        bytes(imagecodecs.jpeg8_encode(PIXELS.astype(np.uint8))),
        ENCODED[:-40],
        ENCODED + b"\0\0",
        ENCODED[:-2],
    ],
    ids=["empty", "start", "one tile-part", "jpeg 2000", "jpeg", "cut", "too long", "no end"],
)
def test_what_has_no_certain_cut_is_not_cut(codestream: bytes) -> None:
    assert cut(codestream) == ()


def test_a_tiled_codestream_is_not_cut() -> None:
    at = ENCODED.index(struct.pack(">H", SIZ)) + 4 + 2 + 16
    tiled = ENCODED[:at] + struct.pack(">LL", 64, 64) + ENCODED[at + 8 :]
    assert cut(tiled) == ()


@given(st.data())
def test_no_damage_breaks_the_reading_nor_leads_out_of_the_frame(data: st.DataObject) -> None:
    damaged = bytearray(ENCODED)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    prefixes = cut(bytes(damaged))
    assert list(prefixes) == sorted(set(prefixes))
    assert all(0 < each <= len(damaged) for each in prefixes)


@given(st.binary(max_size=300))
@example(b"\xff\x4f\xff\x90" + b"\0" * 40)
def test_any_bytes_are_read_without_an_error(content: bytes) -> None:
    assert cut(content) == ()
