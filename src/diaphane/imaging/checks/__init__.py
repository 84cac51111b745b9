"""Judge the images of an exam while the patient can still be scanned again (R88).

Pure rules over plain data: what is given is in ``model``, and each rule is a function of it. Nothing is
corrected and nobody is cleared: what is found is said, with what to do about it.
"""

from collections.abc import Iterator

from .kinds import list_kinds as list_kinds
from .model import IDENTITY as IDENTITY
from .model import Agreement as Agreement
from .model import CheckedExam as CheckedExam
from .model import CheckedSeries as CheckedSeries
from .model import Code as Code
from .model import Found as Found
from .model import Image as Image
from .model import Level as Level
from .numbers import check_numbers
from .protocol import check_protocol
from .protocol import list_expected as list_expected
from .regions import check_region
from .regions import compare_regions as compare_regions
from .regions import compare_sides as compare_sides
from .slices import check_slices

_OF_COMPLETENESS = frozenset(
    {
        Code.SLICE_GAP,
        Code.UNEVEN_SPACING,
        Code.DUPLICATE_POSITION,
        Code.MISSING_NUMBERS,
        Code.NO_NUMBER,
        Code.FEWER_IMAGES,
    }
)
_OF_THE_RECORD = frozenset(
    {
        Code.NO_DOSE,
        Code.DOSE_DISAGREES,
        Code.DOSE_ABOVE_LEVEL,
        Code.NO_CONTRAST_SERIES,
        Code.CONTRAST_NOT_RECORDED,
    }
)


def list_judged(exam: CheckedExam) -> frozenset[Code]:
    """Return what can be judged now: nothing is missing while images are still on their way."""
    judged = frozenset(Code)
    if not exam.is_settled:
        judged -= _OF_COMPLETENESS
    if not (exam.is_settled and exam.is_over):
        judged -= {Code.MISSING_SERIES}
    if not (exam.is_settled and exam.is_recorded):
        judged -= _OF_THE_RECORD
    return judged


def judge_images(exam: CheckedExam) -> list[Found]:
    """Return everything found, of what can be judged now."""
    judged = list_judged(exam)
    return [each for each in _find(exam) if each.code in judged]


def _find(exam: CheckedExam) -> Iterator[Found]:
    for series in exam.series:
        yield from _check_series(series)
    yield from check_region(exam)
    yield from check_protocol(exam)
    if exam.strangers:
        yield Found(Code.OTHER_PATIENT, Level.SERIOUS, "", {"count": exam.strangers})
    if exam.elsewhere:
        yield Found(Code.IMAGES_ELSEWHERE, Level.SERIOUS, "", {"count": exam.elsewhere})


def _check_series(series: CheckedSeries) -> Iterator[Found]:
    found = list(check_slices(series))
    yield from found
    if series.expected is not None and len(series.images) < series.expected:
        facts = {"expected": series.expected, "received": len(series.images)}
        yield Found(Code.FEWER_IMAGES, Level.SERIOUS, series.uid, facts)
    explained = {each.code for each in found}
    for each in check_numbers(series):
        if each.code is Code.MISSING_NUMBERS and Code.SLICE_GAP in explained:
            continue  # the gap says it already
        yield each
