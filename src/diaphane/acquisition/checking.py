"""Have the images of an exam judged, beside what was asked and what was recorded (R88)."""

from dataclasses import replace
from datetime import datetime, timedelta

from diaphane.acts.models import Act
from diaphane.acts.operations import open_duty, settle_duties
from diaphane.imaging.announcing import is_performance_over
from diaphane.imaging.checked import (
    are_images_still,
    count_elsewhere,
    count_strangers,
    list_checked_series,
)
from diaphane.imaging.checks import CheckedExam, CheckedSeries, Code
from diaphane.imaging.judging import check_images, list_findings
from diaphane.kernel.actors import SYSTEM, Role

from .dose_findings import find_in_dose
from .doses import list_readings
from .guards import weigh_dose
from .models import Exam, ExamState

DOSE_JUSTIFIED = "exam.dose_justified"
JUSTIFY_WITHIN = timedelta(hours=24)


def check_exam_images(*, act: Act, at: datetime, is_settled: bool = False) -> bool:
    """Judge the images of an act as they stand; return whether what was found has changed.

    ``is_settled`` says that nothing more is on its way, for a caller who knows it already.
    """
    exam = Exam.objects.filter(act=act).select_related("act__request", "act__patient").first()
    if exam is None or exam.state == ExamState.CANCELLED:
        return False
    given = replace(
        describe_exam(exam, list_checked_series(exam.act)),
        is_settled=is_settled or are_images_still(exam.act, at=at),
        strangers=count_strangers(exam.act),
        elsewhere=count_elsewhere(exam.act),
    )
    has_changed = check_images(act=exam.act, exam=given, at=at)
    _follow_justification(exam.act, at)
    return has_changed


def describe_exam(exam: Exam, series: tuple[CheckedSeries, ...]) -> CheckedExam:
    """Return series beside what was asked and recorded of their exam."""
    asked_for = exam.act.request.exam
    readings = list_readings(exam)
    is_recorded = exam.finished_at is not None and exam.state != ExamState.IN_PROGRESS
    return CheckedExam(
        series=series,
        zones=asked_for.zones if asked_for else frozenset(),
        kinds=asked_for.series if asked_for else (),
        is_over=is_recorded or is_performance_over(exam.act),
        is_recorded=is_recorded,
        is_ionising=bool(asked_for and asked_for.is_ionising),
        has_dose=weigh_dose(exam) is None or bool(readings),
        dose=tuple(find_in_dose(exam, readings)),
        has_injection=bool(exam.contrast_product.strip()),
    )


def _follow_justification(act: Act, at: datetime) -> None:
    """Let a dose above its reference level be owed a reason until a person gives one (R93)."""
    if list_findings(act).filter(code=Code.DOSE_ABOVE_LEVEL, answered_at=None).exists():
        open_duty(
            act,
            requirement="R93",
            guard=DOSE_JUSTIFIED,
            owner=Role.TECHNOLOGIST,
            due_at=at + JUSTIFY_WITHIN,
            by=SYSTEM,
            at=at,
        )
    else:
        settle_duties(act, DOSE_JUSTIFIED, by=SYSTEM, at=at)
