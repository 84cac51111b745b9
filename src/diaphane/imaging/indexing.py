"""Index durable objects: recognise those that are known, find their studies, write their rows at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from diaphane.audit.operations import record
from diaphane.kernel.actors import Actor
from diaphane_dicom.sameness import is_same_object

from .headers import StudyIdentity
from .keeping import KeptObject, read_object
from .models import Instance, Reconciliation, Series, Study
from .placing import Place, is_open_to, subject_of
from .receipts import Outcome, Receipt, receipt_of

FROM_FILE = (
    "sop_instance_uid",
    "sop_class_uid",
    "transfer_syntax_uid",
    "number",
    "rows",
    "columns",
    "bits_allocated",
    "number_of_frames",
    "sha256",
    "size",
    "storage_key",
    "frames",
    "facts",
    "drawing",
    "metadata",
    "has_bulk_data",
)
"""The fields of an instance that its file tells; the others say how and when it came."""


class Indexer:
    """Write the rows of one transfer inside the caller's transaction, in few queries however many objects.

    Rows are written in the order of their UIDs, so that two transfers of one study cannot lock each other.
    """

    def __init__(self, *, by: Actor, at: datetime, place: Place) -> None:
        self._by, self._at, self._place = by, at, place
        self._studies: dict[tuple[StudyIdentity, str, str], Study | None] = {}
        self._series: dict[tuple[object, str], Series] = {}

    def index(self, kept: Sequence[KeptObject]) -> list[Receipt]:
        """Index objects and say what became of each, in the same order."""
        known = _find_instances([each.sop_instance_uid for each in kept])
        new: dict[str, Instance] = {}
        refused: set[str] = set()
        for each in sorted(kept, key=lambda one: (one.series_instance_uid, one.sop_instance_uid)):
            uid = each.sop_instance_uid
            if uid in known or uid in new:
                continue
            study = self._find_study(each)
            if study is None:
                refused.add(uid)
            else:
                new[uid] = self._make_instance(each, self._find_series(each, study))
        stored = _insert(new)
        known |= {uid: new[uid] for uid in stored}
        known |= _find_instances([uid for uid in new if uid not in stored])
        return [self._answer(each, known, stored, refused) for each in kept]

    def _answer(
        self, kept: KeptObject, known: dict[str, Instance], stored: set[str], refused: set[str]
    ) -> Receipt:
        uid = kept.sop_instance_uid
        if uid in refused:
            return receipt_of(kept, Outcome.REFUSED, None)
        if uid in stored and kept.sha256 == known[uid].sha256:
            stored.discard(uid)  # a second one in the same transfer is one that came again
            return receipt_of(kept, Outcome.STORED, known[uid].series.study)
        return self._receive_again(kept, known[uid])

    def _receive_again(self, kept: KeptObject, known: Instance) -> Receipt:
        """Acknowledge the same object again, however encoded; keep another aside, for the study's site."""
        study = known.series.study
        if not is_open_to(study, self._by):
            return receipt_of(kept, Outcome.REFUSED, None)
        if known.sha256 == kept.sha256 or is_same_object(
            read_object(known.storage_key), read_object(kept.storage_key)
        ):
            return receipt_of(kept, Outcome.DUPLICATE, study)
        _row, is_new = Reconciliation.objects.get_or_create(
            sop_instance_uid=kept.sop_instance_uid,
            sha256=kept.sha256,
            reason=Reconciliation.Reason.CONFLICT,
            defaults={
                "study": study,
                "site_id": study.site_id,
                "storage_key": kept.storage_key,
                "created_at": self._at,
            },
        )
        if is_new:
            record("images.conflict", by=self._by, at=self._at, subject=subject_of(study))
        return receipt_of(kept, Outcome.CONFLICT, study)

    def _find_study(self, kept: KeptObject) -> Study | None:
        key = (kept.identity, kept.series_instance_uid, kept.sop_class_uid)
        if key not in self._studies:
            self._studies[key] = self._place(kept, self._by, self._at)
        return self._studies[key]

    def _find_series(self, kept: KeptObject, study: Study) -> Series:
        key = (study.pk, kept.series_instance_uid)
        if key not in self._series:
            series, _new = Series.objects.get_or_create(
                study=study,
                series_instance_uid=kept.series_instance_uid,
                defaults={**kept.series, "received_at": self._at},
            )
            series.study = study
            self._series[key] = series
        return self._series[key]

    def _make_instance(self, kept: KeptObject, series: Series) -> Instance:
        return Instance(
            series=series,
            **read_fields(kept),
            received_from=self._by.role.value,
            received_by_label=self._by.label if self._by.role.is_professional else "",
            received_at=self._at,
            verified_at=self._at,
        )


def read_fields(kept: KeptObject) -> dict[str, Any]:
    """Return what a row says of its object from the file alone."""
    return {name: getattr(kept, name) for name in FROM_FILE}


def _find_instances(sop_instance_uids: Sequence[str]) -> dict[str, Instance]:
    found = Instance.objects.filter(sop_instance_uid__in=sop_instance_uids).defer(
        "metadata", "frames", "facts", "drawing"
    )
    return {each.sop_instance_uid: each for each in found.select_related("series__study__act")}


def _insert(new: dict[str, Instance]) -> set[str]:
    """Insert rows, and return the UIDs of those that no other transfer inserted just before."""
    ordered = [new[uid] for uid in sorted(new)]
    Instance.objects.bulk_create(ordered, ignore_conflicts=True, batch_size=100)
    rows = Instance.objects.filter(sop_instance_uid__in=list(new)).values_list("sop_instance_uid", "pk")
    return {uid for uid, pk in rows if pk == new[uid].pk}
