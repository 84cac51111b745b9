"""Send the images of one exam over one association (C-STORE SCU, PS3.4 Annex B)."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import MediaStorageDirectoryStorage, XRayRadiationDoseSRStorage
from pynetdicom.association import Association

from diaphane_demo.worklist import Station, close

MAXIMUM_CONTEXTS = 128
# What pydicom and pynetdicom raise for a damaged file, or one that no accepted presentation context takes.
_UNSENDABLE = (ValueError, LookupError, TypeError, AttributeError, NotImplementedError, EOFError)

log = logging.getLogger("diaphane_demo.modality")


class Outcome(Enum):
    """Name what the gateway answered to one image."""

    STORED = "stored"
    REFUSED = "refused"
    LATER = "later"


class StorageUnavailableError(ConnectionError):
    """Say that the gateway did not take, or did not keep, the association."""


@dataclass(frozen=True)
class ImageFile:
    """Hold a file that can be sent, and the presentation context that it needs."""

    path: Path
    sop_class: str
    transfer_syntax: str


def list_image_files(folder: Path) -> list[ImageFile]:
    """Return the DICOM files under a folder: images in the order of their paths, then what reports on them.

    A file that is not DICOM is skipped with a line; its name stays out of the log: it may be a patient's.
    """
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_hidden(path, folder)]
    files = []
    for position, path in enumerate(paths, start=1):
        file = _read_header(path)
        if file is None:
            log.warning("file_skipped reason=not_dicom position=%d/%d", position, len(paths))
        else:
            files.append(file)
    return sorted(files, key=lambda file: file.sop_class == XRayRadiationDoseSRStorage)


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _read_header(path: Path) -> ImageFile | None:
    try:
        header = dcmread(path, stop_before_pixels=True, specific_tags=["SOPClassUID", "SOPInstanceUID"])
    except (InvalidDicomError, EOFError, OSError, ValueError, NotImplementedError):
        return None
    syntax = header.file_meta.get("TransferSyntaxUID")
    sop_class = header.get("SOPClassUID")
    if not (syntax and sop_class and header.get("SOPInstanceUID")):
        return None
    if sop_class == MediaStorageDirectoryStorage:
        return None
    return ImageFile(path, str(sop_class), str(syntax))


def send_images(
    station: Station, files: Sequence[ImageFile], prepare: Callable[[Dataset], None]
) -> Iterator[tuple[ImageFile, Outcome]]:
    """Yield what the gateway answered to each file, as it answers.

    Raises:
        StorageUnavailableError: the association was refused or broke; what was yielded stands.
    """
    entity = station.make_entity()
    contexts = dict.fromkeys((file.sop_class, file.transfer_syntax) for file in files)
    for sop_class, syntax in list(contexts)[:MAXIMUM_CONTEXTS]:
        entity.add_requested_context(sop_class, syntax)
    association = entity.associate(station.host, station.port, ae_title=station.called_ae)
    if not association.is_established:
        raise StorageUnavailableError("no association")
    try:
        for number, file in enumerate(files, start=1):
            yield file, _send(association, file, prepare, number)
    finally:
        close(association)


def _send(
    association: Association, file: ImageFile, prepare: Callable[[Dataset], None], number: int
) -> Outcome:
    try:
        image = dcmread(file.path)
        prepare(image)
        answer = association.send_c_store(image, msg_id=number % 0xFFFF + 1)
    except _UNSENDABLE as error:
        # The message is left out: it may quote the file.
        log.warning("image_refused reason=%s class=%s", type(error).__name__, file.sop_class)
        return Outcome.REFUSED
    except RuntimeError as error:
        raise StorageUnavailableError("association lost") from error
    if "Status" not in answer:
        raise StorageUnavailableError("no answer")
    return _judge(int(answer.Status))


def _judge(status: int) -> Outcome:
    """Return the outcome of a C-STORE status (PS3.4 Table B.2-1): out of resources may pass, errors stay."""
    if status == 0x0000 or status & 0xF000 == 0xB000:
        return Outcome.STORED
    if status & 0xFF00 == 0xA700:
        return Outcome.LATER
    log.warning("image_refused status=0x%04X", status)
    return Outcome.REFUSED
