"""Read what the platform needs from a Part 10 file (PS3.10 §7) without its pixels."""

import hashlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import SEEK_END, BufferedReader, BytesIO
from pathlib import Path
from typing import BinaryIO

from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.errors import BytesLengthException, InvalidDicomError

from .deflated import InflatesTooMuchError, refuse_bomb
from .file_meta import has_prefix
from .identifiers import is_valid_uid

BULK_DATA_THRESHOLD = 1024
READ_ERRORS = (
    InvalidDicomError,
    AttributeError,
    ValueError,
    TypeError,
    KeyError,
    EOFError,
    OSError,
    NotImplementedError,
    BytesLengthException,
    RecursionError,
    struct.error,
    zlib.error,
)
"""What pydicom raises on damaged data."""


class NotPart10Error(ValueError):
    """Say why some bytes are not a Part 10 file that can be kept as an instance."""


class OversizedError(NotPart10Error):
    """Say that a small file would fill the memory once it is read."""


@dataclass(frozen=True)
class Part10:
    """What is known of a Part 10 file without its pixels. `size` is in bytes, `sha256` in hexadecimal."""

    file_meta: FileMetaDataset
    header: Dataset
    sha256: str
    size: int
    transfer_syntax_uid: str
    sop_class_uid: str
    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str


def open_source(source: Path | bytes) -> BytesIO | BufferedReader:
    """Open a file or its bytes for reading, whichever was given."""
    return BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def read_part10(source: Path | bytes) -> Part10:
    """Read the header, the identifiers and the digest of a Part 10 file.

    Raises NotPart10Error when the preamble, the file meta or an identifier is missing or malformed.
    """
    with open_source(source) as stream:
        size, digest = _measure(stream)
        file_meta, header = _read_header(stream)
    identifiers = {
        "transfer_syntax_uid": file_meta.get("TransferSyntaxUID"),
        "sop_class_uid": header.get("SOPClassUID"),
        "sop_instance_uid": header.get("SOPInstanceUID"),
        "study_instance_uid": header.get("StudyInstanceUID"),
        "series_instance_uid": header.get("SeriesInstanceUID"),
    }
    for name, value in identifiers.items():
        if not isinstance(value, str) or not is_valid_uid(value):
            raise NotPart10Error(f"{name} is missing or malformed")
    texts = {name: str(value) for name, value in identifiers.items()}
    return Part10(file_meta=file_meta, header=header, sha256=digest, size=size, **texts)


def to_dicom_json(
    dataset: Dataset,
    *,
    bulk_data_uri: Callable[[str], str] | None = None,
    threshold: int = BULK_DATA_THRESHOLD,
) -> dict[str, object]:
    """Turn a dataset into the DICOM JSON model (PS3.18 §F.2), text in UTF-8 whatever it was before.

    Binary values longer than `threshold` bytes become the address `bulk_data_uri(tag in hexadecimal)`;
    without such a function they are inlined. A value that cannot be expressed is left out: the file stays
    the truth.
    """
    model: dict[str, object] = dataset.to_json_dict(
        bulk_data_threshold=threshold if bulk_data_uri else 1 << 62,
        bulk_data_element_handler=(lambda e: bulk_data_uri(f"{e.tag:08X}")) if bulk_data_uri else None,
        suppress_invalid_tags=True,
    )
    if "00080005" in model:
        model["00080005"] = {"vr": "CS", "Value": ["ISO_IR 192"]}
    return model


def from_dicom_json(model: dict[str, object]) -> Dataset:
    """Make a dataset from the DICOM JSON model; bulk data left at an address stays absent."""
    return Dataset.from_json(model, bulk_data_uri_handler=lambda _tag, _vr, _uri: None)


def _measure(stream: BytesIO | BufferedReader) -> tuple[int, str]:
    """Return the size and the SHA-256 of a stream, leaving it at its beginning."""
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = stream.seek(0, SEEK_END)
    stream.seek(0)
    return size, digest


def _read_header(stream: BinaryIO) -> tuple[FileMetaDataset, Dataset]:
    if not has_prefix(stream):
        raise NotPart10Error("there is no DICM prefix after the preamble")
    try:
        refuse_bomb(stream)
        stream.seek(0)
        dataset = dcmread(stream, stop_before_pixels=True)
        file_meta = dataset.file_meta
        header = Dataset(dataset)
        header.decode()
    except InflatesTooMuchError as error:
        raise OversizedError(str(error)) from error
    except READ_ERRORS as error:
        raise NotPart10Error(f"the data set cannot be read: {type(error).__name__}") from error
    return file_meta, header
