"""Have the images of an exam judged, beside what was asked and what was recorded (R88)."""

from dataclasses import replace
from datetime import datetime

from diaphane.acts.models import Act
from diaphane.imaging.announcing import is_performance_over
from diaphane.imaging.checked import (
    are_images_still,
    count_elsewhere,
    count_strangers,
    list_checked_series,
)
from diaphane.imaging.checks import CheckedExam, CheckedSeries
from diaphane.imaging.judging import check_images

from .guards import weigh_dose
from .models import Exam, ExamState


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
    return check_images(act=exam.act, exam=given, at=at)


def describe_exam(exam: Exam, series: tuple[CheckedSeries, ...]) -> CheckedExam:
    """Return series beside what was asked and recorded of their exam."""
    asked_for = exam.act.request.exam
    is_recorded = exam.finished_at is not None and exam.state != ExamState.IN_PROGRESS
    return CheckedExam(
        series=series,
        zones=asked_for.zones if asked_for else frozenset(),
        kinds=asked_for.series if asked_for else (),
        is_over=is_recorded or is_performance_over(exam.act),
        is_recorded=is_recorded,
        is_ionising=bool(asked_for and asked_for.is_ionising),
        has_dose=weigh_dose(exam) is None,
        has_injection=bool(exam.contrast_product.strip()),
    )
