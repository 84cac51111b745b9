"""Say the dose of an exam: what each source says, what is proposed, where they disagree (R93)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from diaphane.imaging.dose_sources import DoseSource
from diaphane_dicom.dose import DoseQuantity

from .dose_models import DoseReading
from .models import Exam

SAME_WITHIN = Decimal("0.01")
"""Two sources that differ by less are rounded differently."""
FIELDS = {
    DoseQuantity.DLP: "dlp",
    DoseQuantity.CTDI_VOL: "ctdi_vol",
    DoseQuantity.DAP: "dap",
    DoseQuantity.ADMINISTERED_ACTIVITY: "activity",
}
"""The exam's own fields, which the technologist confirms."""
_ADDED_UP = frozenset(FIELDS) - {DoseQuantity.CTDI_VOL}
_DEVICES = (DoseSource.REPORT, DoseSource.PERFORMED, DoseSource.IMAGE)


@dataclass(frozen=True)
class SaidDose:
    """One quantity of a whole exam as one source says it."""

    quantity: DoseQuantity
    value: Decimal
    source: DoseSource


@dataclass(frozen=True)
class Disagreement:
    """Two sources that say one quantity differently."""

    one: SaidDose
    other: SaidDose


def list_readings(exam: Exam) -> list[DoseReading]:
    """List what devices say of an exam's dose."""
    return list(DoseReading.objects.filter(act=exam.act_id).order_by("read_at", "id"))


def list_said(readings: Sequence[DoseReading]) -> list[SaidDose]:
    """Return each quantity as each source says it for the whole exam, the most trusted source first."""
    said = []
    for source in _DEVICES:
        of_source = [each for each in readings if each.source == source]
        for quantity in FIELDS:
            value = _sum_up(quantity, source, [each for each in of_source if each.quantity == quantity.value])
            if value is not None:
                said.append(SaidDose(quantity, value, source))
    return said


def propose_doses(said: Iterable[SaidDose]) -> dict[DoseQuantity, SaidDose]:
    """Return, for each quantity, what the most trusted source says: proposed, never confirmed by itself."""
    proposed: dict[DoseQuantity, SaidDose] = {}
    for each in said:
        proposed.setdefault(each.quantity, each)
    return proposed


def list_confirmed(exam: Exam) -> list[SaidDose]:
    """Return what the technologist wrote or confirmed."""
    values = ((quantity, getattr(exam, name)) for quantity, name in FIELDS.items())
    return [SaidDose(quantity, value, DoseSource.TYPED) for quantity, value in values if value is not None]


def list_disagreements(exam: Exam, said: Sequence[SaidDose]) -> list[Disagreement]:
    """Return, for each quantity, the sources that do not say the same as the first one."""
    found = []
    for quantity in FIELDS:
        values = [each for each in (*list_confirmed(exam), *said) if each.quantity is quantity]
        first = values[0] if values else None
        found += [Disagreement(first, each) for each in values[1:] if first and not _is_same(first, each)]
    return found


def _sum_up(quantity: DoseQuantity, source: DoseSource, readings: Sequence[DoseReading]) -> Decimal | None:
    """Return one value for the whole exam, or None when the readings do not let one be told.

    A CTDIvol is not added up: the largest of the acquisitions stands for them, localizers aside. Each step
    speaks for itself; several reports may repeat one another, and then only events that say who they are
    can be added up.
    """
    if quantity not in _ADDED_UP:
        return max((each.value for each in readings if not each.is_localizer), default=None)
    totals = [each for each in readings if each.is_total]
    if totals and (source is DoseSource.PERFORMED or len({each.reference for each in totals}) == 1):
        return sum((each.value for each in totals), Decimal(0))
    events = {(each.event or str(each.pk)): each for each in readings if not each.is_total}
    is_told_apart = all(each.event for each in events.values())
    if not events or (totals and not is_told_apart):
        return None
    return sum((each.value for each in events.values()), Decimal(0))


def _is_same(one: SaidDose, other: SaidDose) -> bool:
    largest = max(one.value, other.value)
    return abs(one.value - other.value) <= largest * SAME_WITHIN
