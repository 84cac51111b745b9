"""Name the files of a medium and write its DICOMDIR (PS3.10 §8, PS3.3 annex F)."""

from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.fileset import FileSet

LONGEST_VALUE = 1024
"""In bytes: no record of an index holds longer values."""
_STAND_INS = {
    "PatientID": "0",
    "StudyDate": "19000101",
    "StudyTime": "000000",
    "StudyID": "0",
    "Modality": "OT",
    "SeriesNumber": "0",
}
"""What the index must hold and an object may lack (PS3.3 §F.5): values that nobody takes for true."""


class MediaIndex:
    """The index of one medium, filled as its files are written; only headers are held.

    Left by ``with``, because pydicom works in a folder of its own.
    """

    def __init__(self, *, label: str) -> None:
        self._files = FileSet()
        self._files.ID = label
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files._stage["t"].cleanup()  # pydicom offers no other way to close a file-set

    def add(self, header: FileDataset) -> str | None:
        """Give an object its file name, 8 capitals and digits at each level; None if no record fits it.

        ``header`` is the object without its pixels, its file meta that of the file on the medium.
        """
        self._count += 1
        try:
            return Path(self._files.add(_abridge(header, rank=self._count)).FileID).as_posix()
        except (ValueError, AttributeError, KeyError, TypeError):
            return None

    def write(self) -> bytes:
        """Return the DICOMDIR of every object added so far."""
        with TemporaryDirectory() as folder:
            self._files.write(folder)
            return (Path(folder) / "DICOMDIR").read_bytes()


def _abridge(header: FileDataset, *, rank: int) -> Dataset:
    """Keep what records are made of, and write what they need and the object lacks."""
    short = Dataset()
    for element in header:
        if element.tag.is_private:
            continue
        is_long = isinstance(element.value, bytes) and len(element.value) > LONGEST_VALUE
        short.add_new(element.tag, element.VR, b"\0\0" if is_long else element.value)
    for keyword, value in {**_STAND_INS, "InstanceNumber": str(rank)}.items():
        if short.get(keyword) in (None, ""):
            setattr(short, keyword, value)
    short.file_meta = FileMetaDataset()
    short.file_meta.TransferSyntaxUID = header.file_meta.TransferSyntaxUID
    return short
