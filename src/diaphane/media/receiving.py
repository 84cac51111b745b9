"""Take the files of a CD or a folder: each is kept, known already, or refused with the reason."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import SEEK_END
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.imaging.keeping import (
    KeptObject,
    OversizedObjectError,
    UnreadableObjectError,
    keep_object,
)
from diaphane.imaging.models import Instance
from diaphane.imaging.operations import index_objects
from diaphane.imaging.placing import place_brought
from diaphane.imaging.receipts import Outcome, Receipt
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError
from diaphane_dicom.dicomdir import is_directory, list_file_ids
from diaphane_dicom.file_meta import has_prefix
from diaphane_dicom.part10 import NotPart10Error, open_source

from .models import BroughtFile, MediaImport
from .paths import compare_path, is_plain_path, spell_path

_FATE, _WHY = BroughtFile.Fate, BroughtFile.Why
_FATES = {
    Outcome.STORED: (_FATE.KEPT, ""),
    Outcome.DUPLICATE: (_FATE.ALREADY_THERE, ""),
    Outcome.CONFLICT: (_FATE.CONFLICT, ""),
    Outcome.REFUSED: (_FATE.REFUSED, _WHY.ELSEWHERE),
}


@dataclass(frozen=True)
class Brought:
    """One file that was sent: its name in the folder, and its content."""

    path: str
    content: Path | bytes


@dataclass(frozen=True)
class Verdict:
    """What a content is worth by itself: an object to index, or a fate at once."""

    fate: BroughtFile.Fate
    why: str = ""
    kept: KeptObject | None = None


def receive_files(
    *, media_import: MediaImport, files: Sequence[Brought], by: Actor, at: datetime
) -> list[BroughtFile]:
    """Keep what can be kept and write what became of each file, in the same order; the same twice is one.

    Raises:
        ConflictError: the import is over.
        OSError: no room left; what was kept before it stays, and the file may be sent again.
    """
    verdicts = [_examine(each) for each in files]
    kept = [each.kept for each in verdicts if each.kept]
    with transaction.atomic():
        _lock_open(media_import)
        receipts = iter(index_objects(kept, by=by, at=at, place=place_brought))
        return [
            _settle(media_import, file, verdict, next(receipts) if verdict.kept else None, at)
            for file, verdict in zip(files, verdicts, strict=True)
        ]


def _lock_open(media_import: MediaImport) -> None:
    """Let one transfer of an import be indexed at a time, and none once it is over."""
    found = MediaImport.objects.select_for_update().filter(pk=media_import.pk, closed_at=None)
    if not found.exists():
        raise ConflictError(_("This import is over already."))


def _examine(file: Brought) -> Verdict:
    if not is_plain_path(file.path):
        return Verdict(_FATE.REFUSED, _WHY.NAME)
    with open_source(file.content) as stream:
        if not has_prefix(stream):
            return Verdict(_FATE.NOT_DICOM)
    if is_directory(file.content):
        return Verdict(_FATE.INDEX)
    try:
        return Verdict(_FATE.KEPT, kept=keep_object(file.content))
    except OversizedObjectError:
        return Verdict(_FATE.REFUSED, _WHY.OVERSIZED)
    except UnreadableObjectError:
        return Verdict(_FATE.REFUSED, _WHY.DAMAGED)


def _settle(
    media_import: MediaImport, file: Brought, verdict: Verdict, receipt: Receipt | None, at: datetime
) -> BroughtFile:
    fate, why = _FATES[receipt.outcome] if receipt else (verdict.fate, verdict.why)
    size, sha256 = _measure(file.content)
    path = file.path if why != _WHY.NAME else spell_path(file.path)
    row, _new = BroughtFile.objects.update_or_create(
        media_import=media_import,
        path=path,
        defaults={
            "size": size,
            "sha256": sha256,
            "fate": fate,
            "why": why,
            "instance": _find_instance(receipt),
            "settled_at": at,
        },
    )
    if fate == _FATE.INDEX:
        _await_what_the_index_names(media_import, file)
    return row


def _find_instance(receipt: Receipt | None) -> Instance | None:
    """Return the object that the platform holds; one that this site may not see stays unknown here."""
    if receipt is None or receipt.study is None:
        return None
    return Instance.objects.filter(sop_instance_uid=receipt.sop_instance_uid).first()


def _await_what_the_index_names(media_import: MediaImport, file: Brought) -> None:
    """Write as missing what a CD's index names and the chosen folder does not hold."""
    try:
        named = list_file_ids(file.content)
    except NotPart10Error:
        return
    folder = file.path.rpartition("/")[0]
    there = {compare_path(path) for path in media_import.files.values_list("path", flat=True)}
    absent = ["/".join(filter(None, (folder, *each))) for each in named]
    rows = [
        BroughtFile(media_import=media_import, path=path, fate=_FATE.MISSING)
        for path in dict.fromkeys(absent)
        if compare_path(path) not in there and is_plain_path(path)
    ]
    BroughtFile.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _measure(content: Path | bytes) -> tuple[int, str]:
    with open_source(content) as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        return stream.seek(0, SEEK_END), sha256
