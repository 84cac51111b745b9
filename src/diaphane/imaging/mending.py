"""Make the rows of a batch of stored objects say what their files say, and nothing that these cannot tell."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q

from diaphane.kernel.actors import SYSTEM

from .counting import count_again
from .indexing import Indexer, read_fields
from .keeping import KeptObject
from .models import Instance, Series, Study
from .receipts import Outcome
from .returning import Return


class Fate(StrEnum):
    """What was found of one stored object, and what became of its row."""

    RIGHT = "right"
    REPAIRED = "repaired"
    ADDED = "added"
    ASIDE = "aside"
    IN_TRANSIT = "in_transit"
    UNPLACED = "unplaced"
    UNCERTAIN = "uncertain"


_FATES = {
    Outcome.STORED: Fate.ADDED,
    Outcome.DUPLICATE: Fate.RIGHT,
    Outcome.CONFLICT: Fate.ASIDE,
    Outcome.REFUSED: Fate.UNPLACED,
}


@dataclass
class Suspects:
    """Series and studies of which an object says something else than their row does.

    ``changed`` are the studies of which a row of an object was written, until they are announced.
    """

    series: set[UUID] = field(default_factory=set)
    studies: set[UUID] = field(default_factory=set)
    changed: set[UUID] = field(default_factory=set)


@dataclass(frozen=True)
class Mender:
    """Repair or add the rows of objects, inside the caller's transaction.

    ``place`` finds the study of an object whose row is lost; ``is_coming`` says that a transfer may still
    write it; ``suspects`` takes the series and studies to look at afterwards.
    """

    place: Return
    is_coming: Callable[[KeptObject], bool]
    suspects: Suspects
    at: datetime

    def mend(self, batch: Sequence[tuple[KeptObject, Sequence[UUID]]]) -> list[Fate]:
        """Say what became of each object; each comes with the ids of the rows that name its file.

        Rows are locked in the order of their UIDs, as a transfer writes them.
        """
        rows = _lock_rows(batch)
        indexer = Indexer(by=SYSTEM, at=self.at, place=self.place)
        changed: set[UUID] = set()
        fates = [self._mend_one(kept, _find_row(rows, kept, pks), indexer, changed) for kept, pks in batch]
        count_again(changed)
        self.suspects.changed |= changed
        return fates

    def _mend_one(self, kept: KeptObject, row: Instance | None, indexer: Indexer, changed: set[UUID]) -> Fate:
        if row is not None:
            self._compare_above(row, kept)
            fate = _repair(row, kept, self.at)
            if fate is Fate.REPAIRED:
                changed.add(row.series.study.pk)
            return fate
        return Fate.IN_TRANSIT if self.is_coming(kept) else _index(indexer, kept, changed)

    def _compare_above(self, row: Instance, kept: KeptObject) -> None:
        if not is_said_by(row.series, read_series_row(kept)):
            self.suspects.series.add(row.series.pk)
        if not is_said_by(row.series.study, read_study_row(kept)):
            self.suspects.studies.add(row.series.study.pk)


def read_series_row(kept: KeptObject) -> dict[str, object]:
    """Return what the row of a series says when this object is its first."""
    return {"series_instance_uid": kept.series_instance_uid, **kept.series}


def read_study_row(kept: KeptObject) -> dict[str, object]:
    """Return what the row of a study says when this object is its first."""
    return {**kept.identity.values, **kept.study}


def is_said_by(row: Instance | Series | Study, values: dict[str, object]) -> bool:
    """Say whether a row holds these values, as the database would keep them."""
    return all(getattr(row, name) == _as_kept(value) for name, value in values.items())


def _lock_rows(batch: Iterable[tuple[KeptObject, Sequence[UUID]]]) -> list[Instance]:
    uids = [kept.sop_instance_uid for kept, _pks in batch]
    pks = [pk for _kept, some in batch for pk in some]
    found = Instance.objects.filter(Q(pk__in=pks) | Q(sop_instance_uid__in=uids))
    ordered = found.select_related("series__study").order_by("sop_instance_uid")
    return list(ordered.select_for_update(of=("self",), no_key=True))


def _find_row(rows: Iterable[Instance], kept: KeptObject, pks: Sequence[UUID]) -> Instance | None:
    """Find the row of a file: that of its UID and content, or else one that names the file alone."""
    same = [each for each in rows if each.sop_instance_uid == kept.sop_instance_uid]
    for each in same:
        if kept.storage_key == each.storage_key or kept.sha256 == each.sha256:
            return each
    return None if same else next((each for each in rows if each.pk in pks), None)


def _repair(row: Instance, kept: KeptObject, at: datetime) -> Fate:
    said = read_fields(kept)
    if row.verified_at is not None and is_said_by(row, said):
        return Fate.RIGHT
    for name, value in said.items():
        setattr(row, name, value)
    row.verified_at = row.verified_at or at
    row.save(update_fields=[*said, "verified_at"])
    return Fate.REPAIRED


def _index(indexer: Indexer, kept: KeptObject, changed: set[UUID]) -> Fate:
    """Index an object that no row names, as one that comes; what cannot be compared is left as it is."""
    try:
        [receipt] = indexer.index([kept])
    except (OSError, ValueError):
        return Fate.UNCERTAIN
    if receipt.outcome is Outcome.STORED and receipt.study is not None:
        changed.add(receipt.study.pk)
    return _FATES[receipt.outcome]


def _as_kept(value: object) -> object:
    return json.loads(json.dumps(value)) if isinstance(value, list | dict) else value
