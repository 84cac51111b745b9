"""Compare the dose of an exam with dated, sourced reference levels: its site's, else the national ones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.organisations.models import Structure
from diaphane.patients.models import count_years
from diaphane_dicom.dose import DoseQuantity

from .dose_models import DoseReading, ReferenceLevel
from .doses import SaidDose
from .level_files import Level, list_national_levels
from .models import Exam

ADULT_YEARS = 18


@dataclass(frozen=True)
class Compared:
    """One value beside the level that it is compared with."""

    level: Level
    value: Decimal
    label: str = ""

    @property
    def is_above(self) -> bool:
        """Say whether the value exceeds the level: a reason is asked for, nothing is forbidden."""
        return self.value > self.level.reference


def list_site_levels(structure_id: UUID) -> list[Level]:
    """Return the levels that a site has loaded and that stand."""
    rows = ReferenceLevel.objects.filter(structure_id=structure_id, ended_at=None).order_by("label")
    return [
        Level(
            title=row.title,
            source=row.source,
            dated=row.dated,
            label=row.label,
            quantity=DoseQuantity(row.quantity),
            scope=ReferenceLevel.Scope(row.scope),
            reference=row.reference,
            guide=row.guide,
            exam_code=row.exam_code,
            names=tuple(row.names),
        )
        for row in rows
    ]


def load_site_levels(*, structure: Structure, levels: Sequence[Level], by: Actor, at: datetime) -> int:
    """Make these the levels of a site; those before stay on record, with the day they ended."""
    with transaction.atomic():
        ReferenceLevel.objects.filter(structure=structure, ended_at=None).update(ended_at=at)
        ReferenceLevel.objects.bulk_create(_row(structure, each, at) for each in levels)
        subject = Subject("structure", structure.pk)
        record("reference_levels.loaded", by=by, at=at, subject=subject, detail={"levels": len(levels)})
    return len(levels)


def compare_with_levels(
    exam: Exam, *, readings: Sequence[DoseReading], values: Iterable[SaidDose]
) -> list[Compared]:
    """Compare an adult's exam with the levels of its site, else with the national ones.

    ``values`` are those of the whole exam. Where nothing stands for an exam, nothing is compared.
    """
    if count_years(exam.act.patient.birth_date, on=timezone.localdate(exam.created_at)) < ADULT_YEARS:
        return []
    own = list_site_levels(exam.act.requesting_site_id)
    return list(_compare(exam, own, readings, values)) or list(
        _compare(exam, list_national_levels(), readings, values)
    )


def _compare(
    exam: Exam, levels: Iterable[Level], readings: Sequence[DoseReading], values: Iterable[SaidDose]
) -> Iterator[Compared]:
    whole = {each.quantity: each.value for each in values}
    for level in levels:
        is_of_exam = bool(level.exam_code) and level.exam_code == exam.act.request.exam_code
        if level.scope is ReferenceLevel.Scope.EXAM:
            if is_of_exam and level.quantity in whole:
                yield Compared(level, whole[level.quantity])
            continue
        for each in readings:
            is_named = is_of_exam or each.region.upper() in level.names
            if is_named and each.quantity == level.quantity.value and _is_of_one_acquisition(each):
                yield Compared(level, each.value, each.label)


def _is_of_one_acquisition(reading: DoseReading) -> bool:
    return not reading.is_total and not reading.is_localizer


def _row(structure: Structure, level: Level, at: datetime) -> ReferenceLevel:
    said = {each.name: getattr(level, each.name) for each in fields(Level)}
    return ReferenceLevel(
        structure=structure,
        loaded_at=at,
        **said | {"quantity": level.quantity.value, "names": list(level.names)},
    )
