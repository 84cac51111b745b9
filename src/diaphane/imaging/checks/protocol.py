"""Find what the exam should hold and does not: series of the protocol, contrast, dose."""

from collections.abc import Iterator

from diaphane.requests.anatomy import SeriesKind

from .kinds import list_kinds, says_contrast
from .model import CheckedExam, Code, Found, Level


def list_expected(exam: CheckedExam) -> list[tuple[SeriesKind, bool]]:
    """List the kinds of series that the protocol asks for, and whether one was recognised."""
    seen = frozenset(kind for series in exam.series for kind in list_kinds(series))
    return [(kind, kind in seen) for kind in exam.kinds]


def check_protocol(exam: CheckedExam) -> Iterator[Found]:
    """Yield what is missing once the acquisition is over.

    A localizer that was not sent keeps nobody from reading.
    """
    for kind, is_seen in list_expected(exam):
        is_asked = kind is not SeriesKind.CONTRAST
        if is_asked and not is_seen:
            level = Level.TO_SEE if kind is SeriesKind.LOCALIZER else Level.SERIOUS
            yield Found(Code.MISSING_SERIES, level, kind.value)
    yield from _check_contrast(exam)
    if exam.is_ionising and not exam.has_dose:
        yield Found(Code.NO_DOSE, Level.TO_SEE)
    yield from exam.dose


def _check_contrast(exam: CheckedExam) -> Iterator[Found]:
    """Compare the injection on record with the images: each may know what the other forgot (R83).

    A name is enough to believe that a series is injected, not to ask for an injection nobody recorded.
    """
    if exam.has_injection and not any(SeriesKind.CONTRAST in list_kinds(each) for each in exam.series):
        yield Found(Code.NO_CONTRAST_SERIES, Level.TO_SEE)
    told = [series for series in exam.series if says_contrast(series)]
    if told and not exam.has_injection:
        yield Found(Code.CONTRAST_NOT_RECORDED, Level.TO_SEE, told[0].uid)
