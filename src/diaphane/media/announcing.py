"""Say beforehand which files a CD or a folder holds: what is awaited is known, and a cut can be resumed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, DiaphaneError, NotAllowedError
from diaphane.kernel.rights import may

from .models import BroughtFile, MediaImport
from .paths import is_plain_path, spell_path

LARGEST_FILE = 2 << 30
MOST_FILES = 50_000
_FATE = BroughtFile.Fate


@dataclass(frozen=True)
class Announced:
    """One file as the browser sees it: its name in the folder, its bytes, what its first bytes say."""

    path: str
    size: int
    fate: BroughtFile.Fate = _FATE.AWAITED


class TooManyFilesError(DiaphaneError):
    """A folder holds more files than any CD."""

    status_code = 413


def announce_files(*, act: Act, files: Sequence[Announced], by: Actor, at: datetime) -> list[BroughtFile]:
    """Write which files there are, opening the act's import where none is; return their rows.

    A file already settled under the same name and size keeps its fate; the browser compares contents
    before it leaves one out. Another size under the same name is awaited again.

    Raises:
        NotAllowedError: another role, or another site's act.
        TooManyFilesError
    """
    if not may(by, "images.bring") or by.structure_id != act.requesting_site_id:
        raise NotAllowedError(_("Images are brought by a technologist of the site of the exam."))
    with transaction.atomic():
        media_import = _open(act, by, at)
        rows = {each.path: each for each in (_row_of(media_import, file, at) for file in files)}
        _write(media_import, rows)
        found = media_import.files.filter(path__in=list(rows)).order_by("path")
        if media_import.files.count() > MOST_FILES:
            raise TooManyFilesError(_("This folder holds too many files: choose the folder of one CD."))
        return list(found)


def close_import(*, media_import: MediaImport, by: Actor, at: datetime) -> None:
    """End an import: no file is taken any more, what is attached to nothing waits for a person.

    Raises:
        ConflictError: it is closed already.
    """
    with transaction.atomic():
        closed = MediaImport.objects.filter(pk=media_import.pk, closed_at=None).update(
            closed_at=at, closed_by_label=by.label
        )
        if not closed:
            raise ConflictError(_("This import is over already."))
        _note(media_import, "import.closed", by, at)


def _open(act: Act, by: Actor, at: datetime) -> MediaImport:
    media_import, is_new = MediaImport.objects.get_or_create(
        act=act,
        closed_at=None,
        defaults={
            "site_id": act.requesting_site_id,
            "opened_at": at,
            "opened_by_id": by.id,
            "opened_by_label": by.label,
        },
    )
    if is_new:
        _note(media_import, "import.opened", by, at)
    return media_import


def _note(media_import: MediaImport, kind: str, by: Actor, at: datetime) -> None:
    note(media_import.act, kind, subject_type="import", subject_id=media_import.pk, by=by, at=at)


def _row_of(media_import: MediaImport, file: Announced, at: datetime) -> BroughtFile:
    row = BroughtFile(media_import=media_import, path=file.path, size=file.size, fate=file.fate)
    if not is_plain_path(file.path):
        row.path, row.fate, row.why = spell_path(file.path), _FATE.REFUSED, BroughtFile.Why.NAME
    elif file.size > LARGEST_FILE:
        row.fate, row.why = _FATE.REFUSED, BroughtFile.Why.TOO_LARGE
    row.settled_at = None if row.fate == _FATE.AWAITED else at
    return row


def _write(media_import: MediaImport, rows: dict[str, BroughtFile]) -> None:
    """Insert new names; write again those whose size changed, or that were not settled by a content."""
    known = {each.path: each for each in media_import.files.filter(path__in=list(rows)).select_for_update()}
    new = [row for path, row in rows.items() if path not in known]
    BroughtFile.objects.bulk_create(new, batch_size=500)
    for path, before in known.items():
        row = rows[path]
        if before.sha256 and before.size == row.size:
            continue
        BroughtFile.objects.filter(pk=before.pk).update(
            size=row.size, fate=row.fate, why=row.why, sha256="", instance=None, settled_at=row.settled_at
        )
