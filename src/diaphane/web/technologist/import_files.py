"""What the import page's script says and sends: the files there are, then their contents in small batches."""

import json
from pathlib import Path
from uuid import UUID

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diaphane.acquisition.queries import get_exam
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError
from diaphane.media.announcing import Announced, announce_files
from diaphane.media.models import BroughtFile, MediaImport
from diaphane.media.queries import count_files, get_open_import
from diaphane.media.receiving import Brought, receive_files
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs

MOST_AT_ONCE = 1000
_FATE = BroughtFile.Fate
_KINDS = {"dicom": _FATE.AWAITED, "other": _FATE.NOT_DICOM, "unreadable": _FATE.UNREADABLE}
_NO_ROOM = 507


class UnreadableListError(DiaphaneError):
    """What the page's script sent is not what it is made to send."""


@require_POST
@needs("images.bring")
def announce(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Write which files there are; say which to send, and which to compare first with what came before."""
    actor = require_actor(request)
    act = get_exam(act_id, actor=actor).act
    rows = announce_files(act=act, files=_read_list(request), by=actor, at=now())
    return JsonResponse(
        {
            "send": [row.path for row in rows if row.fate == _FATE.AWAITED],
            "compare": {row.path: row.sha256 for row in rows if row.sha256},
            **_spell_counts(get_open_import(act_id, actor=actor)),
        }
    )


@require_POST
@needs("images.bring")
def receive(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Take some files; what they became is written before this answers, so that a cut loses nothing."""
    actor = require_actor(request)
    media_import = get_open_import(act_id, actor=actor)
    try:
        receive_files(media_import=media_import, files=_read_files(request), by=actor, at=now())
    except OSError:
        return JsonResponse({"error": _("There is no room left.")}, status=_NO_ROOM)
    return JsonResponse(_spell_counts(media_import))


def _spell_counts(media_import: MediaImport) -> dict[str, int]:
    counts = count_files(media_import)
    return {"expected": counts.expected, "received": counts.received, "verified": counts.verified}


def _read_list(request: HttpRequest) -> list[Announced]:
    """Read ``{"files": [[path, size, kind], …]}``.

    Raises:
        UnreadableListError
    """
    try:
        files = [
            Announced(str(path), int(size), _KINDS[kind])
            for path, size, kind in json.loads(request.body)["files"]
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableListError(_("This list of files cannot be read: reload the page.")) from error
    if len(files) > MOST_AT_ONCE or any(not 0 <= each.size < 1 << 62 for each in files):
        raise UnreadableListError(_("This list of files cannot be read: reload the page."))
    return files


def _read_files(request: HttpRequest) -> list[Brought]:
    """Pair each content with its name; the name in the part itself is not looked at.

    Raises:
        UnreadableListError
    """
    try:
        paths = [str(path) for path in json.loads(request.POST.get("paths", ""))]
    except (ValueError, TypeError) as error:
        raise UnreadableListError(_("This list of files cannot be read: reload the page.")) from error
    contents = request.FILES.getlist("file")
    if len(paths) != len(contents):
        raise UnreadableListError(_("This list of files cannot be read: reload the page."))
    return [Brought(path, _open(content)) for path, content in zip(paths, contents, strict=True)]


def _open(content: UploadedFile) -> Path | bytes:
    """Return a large file where it was written meanwhile, a small one as its bytes."""
    if isinstance(content, TemporaryUploadedFile):
        return Path(content.temporary_file_path())
    return bytes(content.read())
