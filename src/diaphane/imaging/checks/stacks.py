"""Sort the images of a series into stacks: one orientation, one phase, positions along one normal."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .model import CheckedSeries, Image, Vector

FEWEST_SLICES = 4
"""Fewer say nothing of a spacing: localizers, three planes, a few radiographs."""
SAME_PLACE_MM = 0.05
_PHASE = (
    "ImageType",
    "AcquisitionNumber",
    "TemporalPositionIdentifier",
    "TriggerTime",
    "EchoTime",
    "DiffusionBValue",
    "SequenceName",
    "ConvolutionKernel",
)


@dataclass(frozen=True)
class Place:
    """One position of a stack, in millimetres along its normal, and the images that stand there."""

    at: float
    images: tuple[Image, ...]


Stack = tuple[Place, ...]


def list_stacks(series: CheckedSeries) -> list[Stack]:
    """Return the stacks that are long enough to be judged.

    A phase is told apart only where positions come again: makers write one acquisition number per slice of
    a sequential scan, and one per phase of a dynamic one. The normal follows a tilted gantry.
    """
    by_orientation: dict[tuple[int, ...], list[Image]] = defaultdict(list)
    for image in series.images:
        if image.position and image.orientation and "LOCALIZER" not in image.text("ImageType"):
            by_orientation[_round(image)].append(image)
    stacks = [stack for images in by_orientation.values() for stack in _split(images)]
    return [stack for stack in stacks if len(stack) >= FEWEST_SLICES]


def _round(image: Image) -> tuple[int, ...]:
    row, column = image.orientation or ((0, 0, 0), (0, 0, 0))
    return tuple(round(each * 100) for each in (*row, *column))


def _split(images: Sequence[Image]) -> list[Stack]:
    whole = _stack(images)
    if all(len(place.images) == 1 for place in whole):
        return [whole]
    phases: dict[tuple[str, ...], list[Image]] = defaultdict(list)
    for image in images:
        phases[tuple(image.text(keyword) for keyword in _PHASE)].append(image)
    stacks = [_stack(each) for each in phases.values()]
    return stacks if any(len(stack) >= FEWEST_SLICES for stack in stacks) else [whole]


def _stack(images: Iterable[Image]) -> Stack:
    """Put images in order along their normal; those at one place stand together."""
    placed = sorted(((_project(each), each) for each in images), key=lambda pair: pair[0])
    places: list[list[tuple[float, Image]]] = [placed[:1]]
    for (before, _), here in pairwise(placed):
        if here[0] - before > SAME_PLACE_MM:
            places.append([here])
        else:
            places[-1].append(here)
    return tuple(Place(each[0][0], tuple(image for _, image in each)) for each in places)


def _project(image: Image) -> float:
    row, column = image.orientation or ((1, 0, 0), (0, 1, 0))
    position = image.position or (0, 0, 0)
    normal = _cross(row, column)
    return sum(a * b for a, b in zip(position, normal, strict=True))


def _cross(a: Vector, b: Vector) -> Vector:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def list_axial(series: CheckedSeries) -> list[Image]:
    """List the images whose normal lies nearest the length of the body; a tilted gantry stays axial."""
    found = []
    for image in series.images:
        if image.orientation and "LOCALIZER" not in image.text("ImageType"):
            x, y, z = _cross(*image.orientation)
            if abs(z) > max(abs(x), abs(y)):
                found.append(image)
    return found
