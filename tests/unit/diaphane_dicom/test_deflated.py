"""A small file that would fill the memory is refused before it is read; honest ones are read."""

import zlib
from io import BytesIO

import numpy as np
import pydicom
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian

from diaphane_dicom.deflated import InflatesTooMuchError, refuse_bomb
from diaphane_dicom.part10 import NotPart10Error, OversizedError, read_part10

from .files import image

START_OF_META = 132


def deflated(**elements: object) -> bytes:
    """Return an honest deflated object."""
    dataset = pydicom.dcmread(BytesIO(image(np.zeros((64, 64), np.uint16), **elements)))
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    stream = BytesIO()
    dataset.save_as(stream)
    return stream.getvalue()


def make_bomb(mebibytes: int) -> bytes:
    """Return a file of some kilobytes whose data set is that many mebibytes of zeros."""
    honest = deflated()
    length = int.from_bytes(honest[140:144], "little")
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    first = deflater.compress(bytes(1 << 20)) + deflater.flush(zlib.Z_FULL_FLUSH)
    return honest[: 144 + length] + first * mebibytes + deflater.flush()


def test_a_bomb_is_refused_and_says_so() -> None:
    bomb = make_bomb(513)
    assert len(bomb) < 1 << 20
    with pytest.raises(OversizedError):
        read_part10(bomb)


def test_the_limit_is_on_what_comes_out() -> None:
    stream = BytesIO(make_bomb(2))
    stream.seek(START_OF_META)
    with pytest.raises(InflatesTooMuchError):
        refuse_bomb(stream, largest=(2 << 20) - 1)


def test_an_honest_deflated_object_is_read() -> None:
    assert read_part10(deflated(PatientID="D-7")).header.PatientID == "D-7"


@pytest.mark.parametrize("kept", [0.4, 0.7, 0.9])
def test_a_damaged_deflated_object_is_refused_and_never_crashes(kept: float) -> None:
    content = deflated()
    with pytest.raises(NotPart10Error):
        read_part10(content[: int(len(content) * kept)])


def test_deflated_rubbish_is_refused() -> None:
    content = deflated()
    length = int.from_bytes(content[140:144], "little")
    with pytest.raises(NotPart10Error):
        read_part10(content[: 144 + length] + b"\xff" * 200)


def test_sequences_nested_without_end_are_refused() -> None:
    content = image(np.zeros((2, 2), np.uint8))
    head = content[: 144 + int.from_bytes(content[140:144], "little")]
    begin = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    with pytest.raises(NotPart10Error):
        read_part10(head + begin * 5000)
