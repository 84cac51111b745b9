"""Texts kept compressed apart are one compressed text when put end to end."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaphane.imaging.deflated import deflate, inflate, join_pieces

_TEXTS = st.one_of(st.text(), st.text(min_size=1, max_size=4).map(lambda text: text * 20_000))


@given(texts=st.lists(_TEXTS, max_size=6))
def test_pieces_end_to_end_are_one_stream(texts: list[str]) -> None:
    # zlib refuses a stream whose checksum is not that of the whole.
    assert zlib.decompress(join_pieces(map(deflate, texts))).decode() == "".join(texts)


@given(text=_TEXTS)
def test_a_text_comes_back(text: str) -> None:
    assert inflate(deflate(text)) == text


def test_a_damaged_piece_is_not_read() -> None:
    piece = deflate("Scanner cérébral")
    with pytest.raises(zlib.error):
        inflate(piece[:12] + bytes([piece[12] ^ 1]) + piece[13:])
