"""A body is cut into its parts whatever they hold and however it arrives; a broken one is refused."""

import contextlib
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaphane.interop.dicomweb.multipart import (
    LONGEST_HEADERS,
    MalformedBodyError,
    MultipartReader,
    PartTooLargeError,
    write_parts,
)

BOUNDARY = "limite"


class Trickle:
    """A connection that gives a few bytes at a time."""

    def __init__(self, content: bytes, step: int) -> None:
        self._content, self._step = BytesIO(content), step

    def read(self, size: int) -> bytes:
        return self._content.read(min(size, self._step))


def read(body: bytes, folder: Path, *, step: int = 1 << 20, largest: int = 1 << 20) -> list[bytes]:
    reader = MultipartReader(Trickle(body, step), boundary=BOUNDARY, folder=folder, largest_part=largest)
    return [part.path.read_bytes() for part in reader]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing of the sort",
        b"--limite",
        b"--limite\r\n",
        b"--limite\r\nA: b\r\n\r\nno end",
        b"--limite trailing\r\n\r\nx\r\n--limite--",
        b"--limite\r\n" + b"A: " + b"b" * (LONGEST_HEADERS + 1) + b"\r\n\r\nx\r\n--limite--",
        b"--limite\r\n" + b"A: b\r\n" * LONGEST_HEADERS + b"\r\nx\r\n--limite--",
    ],
)
def test_a_broken_body_is_refused(body: bytes, tmp_path: Path) -> None:
    with pytest.raises(MalformedBodyError):
        read(body, tmp_path)


def test_a_part_that_is_too_large_is_refused(tmp_path: Path) -> None:
    body = b"".join(write_parts([("a/b", b"x" * 101)], boundary=BOUNDARY))
    with pytest.raises(PartTooLargeError):
        read(body, tmp_path, largest=100)


def test_what_surrounds_the_parts_is_ignored(tmp_path: Path) -> None:
    body = b"preamble\r\n--limite  \r\nContent-Type: a/b\r\n\r\nx\r\n--limite--\r\nepilogue"
    assert read(body, tmp_path) == [b"x"]


def test_headers_are_read_whatever_their_case(tmp_path: Path) -> None:
    body = b"--limite\r\nCONTENT-type: application/dicom \r\n\r\nx\r\n--limite--"
    [part] = MultipartReader(BytesIO(body), boundary=BOUNDARY, folder=tmp_path, largest_part=9)
    assert part.headers == {"content-type": "application/dicom"}


_PIECES = st.sampled_from([b"\r\n", b"--", b"limite", b"--limit", b"\r\n--limit", b"\r", b"\n", b"\0"])
_CONTENT = st.lists(st.one_of(_PIECES, st.binary(max_size=8)), max_size=12).map(b"".join)


@given(contents=st.lists(_CONTENT, max_size=4), step=st.integers(1, 40))
def test_parts_come_out_as_they_went_in(contents: list[bytes], step: int) -> None:
    contents = [each.replace(b"--limite", b"") for each in contents]
    body = b"".join(write_parts([("a/b", each) for each in contents], boundary=BOUNDARY))
    with TemporaryDirectory() as folder:
        if contents:
            assert read(body, Path(folder), step=step) == contents
        assert list(Path(folder).iterdir()) == []


@given(contents=st.lists(_CONTENT, min_size=1, max_size=3), cut=st.integers(0, 400), step=st.integers(1, 40))
def test_a_body_cut_anywhere_before_its_end_is_refused(contents: list[bytes], cut: int, step: int) -> None:
    whole = b"".join(
        write_parts([("a/b", each.replace(b"--limite", b"")) for each in contents], boundary=BOUNDARY)
    )
    body = whole[: min(cut, len(whole) - len(b"--\r\n") - 1)]
    with TemporaryDirectory() as folder, pytest.raises(MalformedBodyError):
        read(body, Path(folder), step=step)


@given(body=st.binary(max_size=300), step=st.integers(1, 40))
def test_any_bytes_are_parts_or_a_clear_refusal(body: bytes, step: int) -> None:
    with TemporaryDirectory() as folder, contextlib.suppress(MalformedBodyError):
        read(b"--limite\r\n" + body, Path(folder), step=step)
