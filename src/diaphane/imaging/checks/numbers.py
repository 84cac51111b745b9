"""Find what the numbers of the images say: one that is missing, or none at all."""

from collections.abc import Iterator
from itertools import pairwise

from .model import CheckedSeries, Code, Found, Level

FEWEST_IMAGES = 4


def check_numbers(series: CheckedSeries) -> Iterator[Found]:
    """Yield what is wrong with the numbers of a series (InstanceNumber, PS3.3 C.7.6.1).

    A constant step is a way of numbering; more holes than images is one too.
    """
    numbers = sorted({image.number for image in series.images if image.number is not None})
    if len(series.images) < FEWEST_IMAGES or series.is_localizer:
        return
    unnumbered = sum(image.number is None for image in series.images)
    if unnumbered:
        yield Found(Code.NO_NUMBER, Level.TO_SEE, series.uid, {"count": unnumbered})
    if len(numbers) < FEWEST_IMAGES:
        return
    step = min(after - before for before, after in pairwise(numbers))
    holes = [(before, (after - before) // step - 1) for before, after in pairwise(numbers)]
    missing = sum(count for _before, count in holes)
    if 0 < missing < len(numbers):
        first = next(before for before, count in holes if count)
        yield Found(Code.MISSING_NUMBERS, Level.TO_SEE, series.uid, {"count": missing, "after": first})
