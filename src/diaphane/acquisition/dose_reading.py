"""Read what devices say of the dose of an act: in their reports, their performed steps and their images."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import structlog
from django.db import transaction

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.imaging.announcing import list_performed_steps
from diaphane.imaging.dose_sources import DoseSource
from diaphane.imaging.dosing import iter_dose_reports, iter_image_headers
from diaphane.imaging.performed import PerformedProcedureStep
from diaphane.kernel.actors import SYSTEM
from diaphane_dicom.dose import Dose, DoseQuantity, read_dose_report, read_image_dose, read_performed_dose
from diaphane_dicom.part10 import READ_ERRORS

from .dose_models import DoseReading

_LOG = structlog.get_logger(__name__)
_PLACES, _LARGEST = Decimal("0.000001"), Decimal(10) ** 11
_COMPARED = (
    "source",
    "reference",
    "quantity",
    "value",
    "is_total",
    "is_localizer",
    "event",
    "label",
    "region",
    "phantom",
    "agent",
)

Read = tuple[DoseSource, str, Dose]
_T = TypeVar("_T")


def read_doses(*, act: Act, at: datetime) -> bool:
    """Read the dose of an act anew from all that it has, and return whether anything changed (R93).

    Nothing is confirmed here: the technologist does, who has the console before their eyes.
    """
    read = [_row(act, each, at) for each in _read_all(act) if _PLACES <= each[2].value < _LARGEST]
    with transaction.atomic():
        Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
        known = DoseReading.objects.filter(act=act)
        if sorted(map(_key, known)) == sorted(map(_key, read)):
            return False
        known.delete()
        DoseReading.objects.bulk_create(read)
        note(act, "exam.dose_read", subject_type="act", subject_id=act.pk, by=SYSTEM, at=at)
    return True


def _read_all(act: Act) -> Iterator[Read]:
    for uid, report in iter_dose_reports(act):
        yield from ((DoseSource.REPORT, uid, dose) for dose in _read(read_dose_report, report))
    for step in list_performed_steps(act):
        doses = _read(_read_step, step)
        yield from ((DoseSource.PERFORMED, step.sop_instance_uid, dose) for dose in doses)
    yield from _read_images(act)


def _read_step(step: PerformedProcedureStep) -> list[Dose]:
    return read_performed_dose(step.data_set)


def _read_images(act: Act) -> Iterator[Read]:
    """Read one header per acquisition; its reconstructions repeat one dose, each exposure has its own."""
    said: set[tuple[object, ...]] = set()
    for series_uid, uid, header in iter_image_headers(act):
        for dose in _read(read_image_dose, header):
            exposure = uid if dose.quantity is DoseQuantity.DAP else ""
            once = (dose.quantity, dose.value, dose.label, dose.agent, exposure)
            if once not in said:
                said.add(once)
                yield DoseSource.IMAGE, series_uid, dose


def _read(read: Callable[[_T], Iterable[Dose]], said: _T) -> list[Dose]:
    """Read one thing; a damaged one says no dose, and the log says the kind of its error alone."""
    try:
        return list(read(said))
    except READ_ERRORS as error:
        _LOG.warning("dose_unreadable", error=type(error).__name__)
        return []


def _row(act: Act, read: Read, at: datetime) -> DoseReading:
    source, reference, dose = read
    return DoseReading(
        act=act,
        source=source,
        reference=reference[:64],
        quantity=dose.quantity.value,
        value=dose.value.quantize(_PLACES),
        is_total=dose.is_total,
        is_localizer=dose.is_localizer,
        event=dose.event[:64],
        label=dose.label[:200],
        region=dose.region[:200],
        phantom=dose.phantom.value if dose.phantom else "",
        agent=dose.agent[:200],
        read_at=at,
    )


def _key(row: DoseReading) -> tuple[str, ...]:
    return tuple(str(getattr(row, name)) for name in _COMPARED)
