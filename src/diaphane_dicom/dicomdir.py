"""Read the index of a CD: which files it says there are (PS3.3 annex F, PS3.10 §8)."""

from collections.abc import Iterator
from pathlib import Path

from pydicom import dcmread
from pydicom.multival import MultiValue
from pydicom.uid import MediaStorageDirectoryStorage

from .deflated import refuse_bomb
from .file_meta import has_prefix, read_file_meta
from .part10 import READ_ERRORS, NotPart10Error, open_source

FileID = tuple[str, ...]
"""Components of a path, from the root of the medium."""


def is_directory(source: Path | bytes) -> bool:
    """Say whether a file is a DICOMDIR, by its file meta information; what cannot be read is none."""
    with open_source(source) as stream:
        try:
            is_dicom = has_prefix(stream)
            found = read_file_meta(stream).get("MediaStorageSOPClassUID") if is_dicom else None
        except READ_ERRORS:
            return False
    return bool(found == MediaStorageDirectoryStorage)


def list_file_ids(source: Path | bytes) -> list[FileID]:
    """List the files that a DICOMDIR names, in its order; records that name none are left out.

    Raises NotPart10Error when the index cannot be read.
    """
    with open_source(source) as stream:
        try:
            has_prefix(stream)
            refuse_bomb(stream)
            stream.seek(0)
            records = dcmread(stream).get("DirectoryRecordSequence") or []
            values = [each.get("ReferencedFileID") for each in records]
        except READ_ERRORS as error:
            raise NotPart10Error(f"the index cannot be read: {type(error).__name__}") from error
    return list(_spell(values))


def _spell(values: list[object]) -> Iterator[FileID]:
    for value in values:
        parts = [str(each) for each in value] if isinstance(value, MultiValue) else [str(value or "")]
        if all(parts):
            yield tuple(parts)
