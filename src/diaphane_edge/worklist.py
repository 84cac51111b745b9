"""Modality Worklist, SCP (PS3.4 annex K), answering from a copy on disk: it goes on without the link."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset
from pynetdicom.events import Event

from diaphane_dicom.part10 import from_dicom_json

from .durable import write_durably
from .logs import log
from .matching import has_unsupported_keys, list_answers

PENDING = 0xFF00
PENDING_WITHOUT_SOME_KEYS = 0xFF01
CANCELLED = 0xFE00
UNABLE_TO_PROCESS = 0xC001
"""Statuses of PS3.4 §K.4.1.1.4."""


class WorklistError(ValueError):
    """Say that what the platform gave is not a worklist."""


@dataclass(frozen=True)
class Copy:
    """A worklist as the platform gave it, and its version."""

    etag: str
    items: tuple[Dataset, ...]


class Worklist:
    """The local copy of the worklist, on disk and in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._copy = _read_copy(path)

    @property
    def copy(self) -> Copy | None:
        """The copy at hand, or None before the first one ever came."""
        with self._lock:
            return self._copy

    def replace(self, body: bytes, etag: str) -> int:
        """Take a new worklist, on disk first, and return its number of items. Raises WorklistError."""
        try:
            items = tuple(from_dicom_json(item) for item in json.loads(body)["items"])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise WorklistError("the platform's answer is not a worklist") from error
        write_durably(self._path, json.dumps({"etag": etag, "items": json.loads(body)["items"]}).encode())
        with self._lock:
            self._copy = Copy(etag, items)
        return len(items)


def answer_worklist(event: Event, worklist: Worklist) -> Iterator[tuple[int, Dataset | None]]:
    """Answer a C-FIND with the matching steps. Without any copy the answer is a failure: not « no exam »."""
    copy = worklist.copy
    if copy is None:
        log.warning("worklist_unavailable")
        yield UNABLE_TO_PROCESS, None
        return
    query = event.identifier
    status = PENDING_WITHOUT_SOME_KEYS if has_unsupported_keys(query) else PENDING
    count = 0
    for found in list_answers(list(copy.items), query):
        if event.is_cancelled:
            yield CANCELLED, None
            return
        count += 1
        yield status, found
    log.info("worklist_answered", calling_ae_title=str(event.assoc.requestor.ae_title).strip(), answers=count)


def _read_copy(path: Path) -> Copy | None:
    try:
        held = json.loads(path.read_bytes())
        return Copy(str(held["etag"]), tuple(from_dicom_json(item) for item in held["items"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.warning("worklist_copy_unreadable", reason=type(error).__name__)
        return None
