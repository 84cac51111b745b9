"""Find slices that are missing, unevenly spaced or doubled, in each stack of a series."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median_low

from .model import CheckedSeries, Code, Found, Level
from .stacks import Place, Stack, list_stacks

_NEIGHBOURS = 4
_GAP = 1.5
_UNEVEN = 0.1
_UNEVEN_MM = 0.1
_MANY = 3
_WHOLE = frozenset({"CT", "PT"})
"""Modalities whose volumes have no hole by design; MR slabs may lie apart."""


def check_slices(series: CheckedSeries) -> Iterator[Found]:
    """Yield what is wrong with the places of a series' images.

    A spacing is compared with its neighbours on both sides, and only with the nearer one: a head scanned
    2.5 mm below and 5 mm above has no gap where the two parts meet.
    """
    stacks = list_stacks(series)
    missing = [gap for stack in stacks for gap in _list_gaps(stack)]
    if missing:
        level = Level.SERIOUS if series.modality in _WHOLE else Level.TO_SEE
        total = sum(count for count, _place in missing)
        facts = {"count": total, "places": len(missing), "after": missing[0][1]}
        yield Found(Code.SLICE_GAP, level, series.uid, facts)
    uneven = sum(_count_uneven(stack) for stack in stacks)
    if uneven >= _MANY:
        yield Found(Code.UNEVEN_SPACING, Level.TO_SEE, series.uid, {"count": uneven})
    doubled = sum(_count_doubled(stack) for stack in stacks)
    if doubled:
        yield Found(Code.DUPLICATE_POSITION, Level.TO_SEE, series.uid, {"count": doubled})


def _list_gaps(stack: Stack) -> list[tuple[int, int]]:
    """Return, for each gap, how many slices are missing and the number of the image before it.

    A place that holds fewer images than most others has lost a slice of one phase.
    """
    gaps = [
        (max(1, round(spacing / max(usual)) - 1), _number(here))
        for here, spacing, usual in _list_spacings(stack)
        if spacing > _GAP * max(usual)
    ]
    most = _usual_count(stack)
    gaps += [(most - len(each.images), _number(each)) for each in stack if len(each.images) < most]
    return gaps


def _list_spacings(stack: Stack) -> Iterator[tuple[Place, float, tuple[float, float]]]:
    """Yield each place, the spacing after it, and the usual spacing on either side of that."""
    spacings = [after.at - here.at for here, after in pairwise(stack)]
    overall = median_low(spacings)
    for index, (here, spacing) in enumerate(zip(stack, spacings, strict=False)):
        left = _usual(spacings[max(0, index - _NEIGHBOURS) : index])
        right = _usual(spacings[index + 1 : index + 1 + _NEIGHBOURS])
        yield here, spacing, (left or right or overall, right or left or overall)


def _usual(spacings: Sequence[float]) -> float:
    """Return the middle one; a single neighbour, which may be the odd one, says nothing."""
    return median_low(spacings) if len(spacings) > 1 else 0.0


def _count_uneven(stack: Stack) -> int:
    return sum(
        all(abs(spacing - each) > _UNEVEN * each + _UNEVEN_MM for each in usual)
        for _place, spacing, usual in _list_spacings(stack)
        if spacing <= _GAP * max(usual)
    )


def _count_doubled(stack: Stack) -> int:
    most = _usual_count(stack)
    return sum(max(0, len(each.images) - most) for each in stack)


def _usual_count(stack: Stack) -> int:
    """Return how many images most places hold: more than one in a series of several phases."""
    return Counter(len(each.images) for each in stack).most_common(1)[0][0]


def _number(place: Place) -> int:
    return place.images[0].number or 0
