"""Rebuild the index of images from the files of the store, which are the truth, while the platform lives.

Keys and rows are walked together, in the order of their keys, a batch at a time: what the store holds, what
the database names, and what only one of them has. What a file cannot tell (the exam that a person chose, who
sent it and when, what was decided) stays where its row stands; for a lost row, the object is placed again by
its identifiers (``returning.py``).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Collate

from diaphane.audit.operations import Subject, record
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor

from .counting import count_again, list_miscounted
from .keeping import KeptObject
from .mending import Mender, Suspects
from .mending_above import mend_series, mend_study, wait_again
from .models import ErasedFile, Instance, Reconciliation, Study
from .returning import Return
from .stored_files import is_document, read_again

BATCH = 50
IN_TRANSIT = timedelta(hours=1)
"""A file so young and without a row is left to the transfer that brings it, which tells its exam."""
_FILE, _ASIDE, _ERASED = "file", "aside", "erased"
Mark = str | UUID
"""What a key has: a file, a row (its id), a reconciliation that keeps it aside, or a decision to erase it."""


@dataclass
class Tally:
    """What a run found and did: numbers, and by their keys alone the files that a person must look at."""

    found: int = 0
    right: int = 0
    repaired: int = 0
    added: int = 0
    aside: int = 0
    in_transit: int = 0
    series: int = 0
    studies: int = 0
    recounted: int = 0
    waiting: int = 0
    unsettled: int = 0
    damaged: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    uncertain: list[str] = field(default_factory=list)

    def note(self, what: str, key: str) -> None:
        """Count one file; keep its key where a person must look at it."""
        known = getattr(self, what)
        setattr(self, what, [*known, key] if isinstance(known, list) else known + 1)

    @property
    def numbers(self) -> dict[str, int]:
        """Return every count, for the trail."""
        return {name: len(value) if isinstance(value, list) else value for name, value in vars(self).items()}


@dataclass(frozen=True)
class Run:
    """How a run goes: after which key, whether it writes, the site of what names none, how young is young."""

    after: str = ""
    is_dry: bool = False
    site_id: UUID | None = None
    in_transit: timedelta = IN_TRANSIT


def reindex(*, run: Run, tell: Callable[[Tally, str], None], by: Actor, at: datetime) -> Tally:
    """Rebuild the rows of images from their files; twice is once. ``tell`` hears of each batch.

    Each batch is a transaction of its own: a run that is cut has kept what it did, and goes on after the
    last key of its last batch.

    Raises:
        OSError: the store cannot be read.
    """
    reindexer = _Reindexer(run, at)
    for last in reindexer.walk():
        tell(reindexer.tally, last)
    reindexer.finish()
    if not run.is_dry:
        numbers = reindexer.tally.numbers
        record("images.reindexed", by=by, at=at, subject=Subject("store", None), detail=numbers)
    return reindexer.tally


class _Reindexer:
    """One run over the store and the database."""

    def __init__(self, run: Run, at: datetime) -> None:
        self.tally = Tally()
        self._run, self._at = run, at
        self._suspects = Suspects()
        self._mender = Mender(
            place=Return(run.site_id), is_coming=self._is_coming, suspects=self._suspects, at=at
        )
        self._batch: list[tuple[KeptObject, list[UUID]]] = []

    def walk(self) -> Iterator[str]:
        """Look at each key that the store or the database has; yield the last one of each batch written."""
        key = ""
        for key, marks in _pair(self._run.after):
            if _FILE not in marks:
                if marks != [_ERASED] and not storages["objects"].exists(key):
                    self.tally.note("missing", key)
            elif not is_document(key) and _ERASED not in marks:
                self._take(key, marks)
            if len(self._batch) >= BATCH:
                self._write()
                yield key
        self._write()
        yield key

    def finish(self) -> None:
        """Mend what stands above the objects: series, studies, what must wait for a person, and counts."""
        for what, pks, mend in (
            ("series", self._suspects.series, mend_series),
            ("studies", self._suspects.studies, mend_study),
        ):
            for pk in pks:
                with self._writing():
                    is_mended = mend(pk)
                    self._announce(Study.objects.filter(Q(pk=pk) | Q(series=pk)) if is_mended else ())
                if is_mended is not False:
                    self.tally.note("unsettled" if is_mended is None else what, "")
        with self._writing():
            self.tally.waiting = wait_again(at=self._at)
        for pk in list_miscounted():
            with self._writing():
                count_again([pk])
                self._announce(Study.objects.filter(pk=pk))
            self.tally.recounted += 1

    def _take(self, key: str, marks: list[Mark]) -> None:
        """Put one file in the batch, unless it is no image, is kept aside, or is still coming."""
        self.tally.found += 1
        try:
            found = read_again(key)
        except FileNotFoundError:
            return
        pks = [each for each in marks if isinstance(each, UUID)]
        if found.kept is None:
            self.tally.note(str(found.trouble), key)
        elif _ASIDE in marks and not pks:
            self.tally.right += 1
        else:
            self._batch.append((found.kept, pks))

    def _write(self) -> None:
        """Write the rows of a batch at once."""
        batch, self._batch = self._batch, []
        with self._writing():
            fates = self._mender.mend(batch)
            self._announce(Study.objects.filter(pk__in=self._suspects.changed))
            self._suspects.changed.clear()
        for (kept, _pks), fate in zip(batch, fates, strict=True):
            self.tally.note(fate.value, kept.storage_key)

    def _announce(self, studies: Iterable[Study]) -> None:
        """Tell the exams whose images are indexed otherwise than before: they are judged anew."""
        for study in studies:
            if study.act_id is not None:
                record_event(
                    kind="images.reindexed",
                    subject_type="study",
                    subject_id=study.pk,
                    act_id=study.act_id,
                    at=self._at,
                )

    def _is_coming(self, kept: KeptObject) -> bool:
        """Say whether a file is so young that the transfer which brings it may still write its row."""
        written_at: datetime = storages["objects"].get_modified_time(kept.storage_key)
        return written_at > self._at - self._run.in_transit

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write at once, or see what would be written."""
        with transaction.atomic():
            yield
            if self._run.is_dry:
                transaction.set_rollback(True)


def _pair(after: str) -> Iterator[tuple[str, list[Mark]]]:
    """Yield every key of the store and of the database, in order, with what it has."""
    files = ((key, _FILE) for key in storages["objects"].list_keys(after=after))  # type: ignore[attr-defined]
    named = (_list_rows(after), _list_asides(after), _list_erased(after))
    known = merge(files, *named, key=itemgetter(0))
    for key, marked in groupby(known, key=itemgetter(0)):
        yield key, [mark for _key, mark in marked]


def _list_rows(after: str) -> Iterator[tuple[str, Mark]]:
    rows = Instance.objects.annotate(ordered=Collate("storage_key", "C")).filter(ordered__gt=after)
    return rows.order_by("ordered").values_list("ordered", "pk").iterator()


def _list_asides(after: str) -> Iterator[tuple[str, Mark]]:
    rows = Reconciliation.objects.annotate(ordered=Collate("storage_key", "C")).filter(ordered__gt=after)
    return ((key, _ASIDE) for key in rows.order_by("ordered").values_list("ordered", flat=True).iterator())


def _list_erased(after: str) -> Iterator[tuple[str, Mark]]:
    rows = ErasedFile.objects.annotate(ordered=Collate("key", "C")).filter(ordered__gt=after)
    return ((key, _ERASED) for key in rows.order_by("ordered").values_list("ordered", flat=True).iterator())
