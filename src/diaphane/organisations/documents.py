"""Keep a document that proves something: a PDF or an image, checked before it is kept."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _
from PIL import Image

from diaphane.kernel.errors import DiaphaneError, GuardError, Missing

LARGEST = 10 * 1024 * 1024
"""Bytes of a document: a scan of some pages."""
_PDF, _END_WITHIN = b"%PDF-", 2048
_IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png"}
SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class DamagedDocumentError(DiaphaneError):
    """What the store gives back is not what was kept."""

    status_code = 500


@dataclass(frozen=True)
class KeptDocument:
    """Where a document is, of which type, and its digest."""

    key: str
    media_type: str
    sha256: str


def keep_document(content: bytes, *, folder: str, owner_id: UUID, requirement: str) -> KeptDocument:
    """Check a document by its content, never by its name, and keep it.

    Raises:
        GuardError: too large, empty, or neither a PDF, a JPEG nor a PNG.
    """
    media_type = _recognise(content, requirement)
    key = f"{folder}/{owner_id}.{SUFFIXES[media_type]}"
    storages["objects"].save(key, ContentFile(content))
    return KeptDocument(key, media_type, hashlib.sha256(content).hexdigest())


def read_document(key: str, *, sha256: str = "") -> bytes:
    """Read a document back; with its digest, nothing else than what was kept.

    Raises:
        DamagedDocumentError: it is not what was kept.
    """
    with storages["objects"].open(key) as stored:
        content = bytes(stored.read())
    if sha256 and hashlib.sha256(content).hexdigest() != sha256:
        raise DamagedDocumentError(_("This document is damaged: tell the technical service."))
    return content


def _recognise(content: bytes, requirement: str) -> str:
    if len(content) > LARGEST:
        raise _refuse(requirement, _("A document of 10 MB at most"))
    if content.startswith(_PDF) and b"%%EOF" in content[-_END_WITHIN:]:
        return "application/pdf"
    found = _recognise_image(content)
    if not found:
        raise _refuse(requirement, _("A PDF, or a JPEG or PNG image, that opens"))
    return found


def _recognise_image(content: bytes) -> str:
    """Return the type of an image that really opens; a bomb or a damaged file is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(_IMAGES)) as picture:
                kind = str(picture.format)
                picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return ""
    return _IMAGES.get(kind, "")


def _refuse(requirement: str, what: object) -> GuardError:
    missing = Missing(requirement, what, _("You"), field="document")  # type: ignore[arg-type]
    return GuardError(_("This document cannot be kept."), [missing])
