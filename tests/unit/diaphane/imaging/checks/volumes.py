"""Series of slices as the checks see them, made without any file."""

from collections.abc import Iterable
from math import cos, radians, sin

from diaphane.imaging.checks import CheckedExam, CheckedSeries, Image
from diaphane.requests.anatomy import Zone

AXIAL = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
SAGITTAL = [0.0, 1.0, 0.0, 0.0, 0.0, -1.0]


def make_slice(number: int | None, at: float, *, tilt: float = 0.0, **facts: object) -> Image:
    """Return an axial slice ``at`` millimetres along its normal, the gantry tilted by some degrees."""
    angle = radians(tilt)
    orientation = [1.0, 0.0, 0.0, 0.0, cos(angle), sin(angle)]
    place: dict[str, object] = {
        "ImagePositionPatient": [-120.0, -120.0 - at * sin(angle), at * cos(angle)],
        "ImageOrientationPatient": orientation,
    }
    return Image(number, place | facts)


def make_volume(
    levels: Iterable[float], *, tilt: float = 0.0, first: int = 1, **facts: object
) -> list[Image]:
    """Return slices at some levels, numbered in that order."""
    return [make_slice(number, at, tilt=tilt, **facts) for number, at in enumerate(levels, start=first)]


def make_series(images: Iterable[Image], *, modality: str = "CT", **values: object) -> CheckedSeries:
    """Return a series of a head."""
    named: dict[str, object] = {"uid": "1.2.3", "body_part": "HEAD"} | values
    return CheckedSeries(modality=modality, images=tuple(images), **named)  # type: ignore[arg-type]


def make_exam(*series: CheckedSeries, **values: object) -> CheckedExam:
    """Return an exam of a head, over, with its dose."""
    asked: dict[str, object] = {"zones": frozenset({Zone.HEAD}), "is_ionising": True, "has_dose": True}
    return CheckedExam(series=series, **(asked | values))  # type: ignore[arg-type]


def even(count: int, spacing: float = 0.6, start: float = -95.0) -> list[float]:
    """Return evenly spaced levels."""
    return [start + index * spacing for index in range(count)]
