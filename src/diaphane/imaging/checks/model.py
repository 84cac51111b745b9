"""What the checks are given and what they find: plain data, so that a rule is a function of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from diaphane.requests.anatomy import SeriesKind, Zone

Vector = tuple[float, float, float]


class Code(StrEnum):
    """What can be found."""

    SLICE_GAP = "slice_gap"
    UNEVEN_SPACING = "uneven_spacing"
    DUPLICATE_POSITION = "duplicate_position"
    MISSING_NUMBERS = "missing_numbers"
    NO_NUMBER = "no_number"
    FEWER_IMAGES = "fewer_images"
    OTHER_PATIENT = "other_patient"
    IMAGES_ELSEWHERE = "images_elsewhere"
    OTHER_REGION = "other_region"
    OTHER_SIDE = "other_side"
    MISSING_SERIES = "missing_series"
    NO_DOSE = "no_dose"
    NO_CONTRAST_SERIES = "no_contrast_series"
    CONTRAST_NOT_RECORDED = "contrast_not_recorded"
    DOSE_DISAGREES = "dose_disagrees"
    DOSE_ABOVE_LEVEL = "dose_above_level"


IDENTITY = frozenset({Code.OTHER_PATIENT, Code.IMAGES_ELSEWHERE})
"""What is settled by saying whose the images are, never by a reason (R40)."""


class Level(StrEnum):
    """How much it weighs: ``serious`` asks for a word before the images are accepted."""

    SERIOUS = "serious"
    TO_SEE = "to_see"


class Agreement(StrEnum):
    """Whether the images say what the request says; they often say nothing."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Image:
    """One image: its number in the series, and its facts by keyword (``imaging.facts``)."""

    number: int | None
    facts: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def position(self) -> Vector | None:
        """Return where the first pixel is, in millimetres (PS3.3 C.7.6.2.1.1)."""
        return _vector(self.facts.get("ImagePositionPatient"))

    @cached_property
    def orientation(self) -> tuple[Vector, Vector] | None:
        """Return the directions of the rows and of the columns."""
        value = self.facts.get("ImageOrientationPatient")
        if not isinstance(value, list) or len(value) != 6:
            return None
        row, column = _vector(value[:3]), _vector(value[3:])
        return (row, column) if row and column else None

    def text(self, keyword: str) -> str:
        """Return a fact as one text, several values joined; empty when it is absent."""
        value = self.facts.get(keyword, "")
        return " ".join(map(str, value)) if isinstance(value, list) else str(value)


@dataclass(frozen=True)
class CheckedSeries:
    """One series as the checks see it; ``expected`` is what the modality said that it made, if it did."""

    uid: str
    modality: str
    images: tuple[Image, ...]
    number: int | None = None
    description: str = ""
    body_part: str = ""
    expected: int | None = None

    def say(self, *keywords: str) -> str:
        """Return what the series says of itself: its description, and some facts of its first image."""
        first = self.images[0] if self.images else Image(None)
        return " ".join([self.description, *(first.text(each) for each in keywords)])

    @property
    def is_localizer(self) -> bool:
        """Say whether every image only serves to place the others (PS3.3 C.8.2.1.1.1)."""
        return bool(self.images) and all("LOCALIZER" in each.text("ImageType") for each in self.images)


@dataclass(frozen=True)
class CheckedExam:
    """One act's images, beside what was asked and what was recorded.

    ``is_settled``: nothing is on its way, so that what is not here is missing. ``is_over``: the
    technologist or the modality has finished, so that what was not made will not be. ``is_recorded``: dose
    and injection are written down, so that what is not written is not known. ``side`` is ``R``, ``L`` or
    empty.
    ``strangers`` and ``elsewhere`` count the images of another identity in this act, and those that wait
    or are set apart although they carry this exam's identifiers. ``dose`` is what was found of the dose.
    """

    series: tuple[CheckedSeries, ...]
    zones: frozenset[Zone]
    kinds: tuple[SeriesKind, ...] = ()
    side: str = ""
    is_settled: bool = True
    is_over: bool = True
    is_recorded: bool = True
    is_ionising: bool = False
    has_dose: bool = False
    has_injection: bool = False
    strangers: int = 0
    elsewhere: int = 0
    dose: "tuple[Found, ...]" = ()


@dataclass(frozen=True)
class Found:
    """One thing found: ``about`` names a series by its UID, or a kind of series; ``facts`` fill its words."""

    code: Code
    level: Level
    about: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)


def _vector(value: object) -> Vector | None:
    if not isinstance(value, list) or len(value) != 3:
        return None
    x, y, z = value
    if not all(isinstance(each, int | float) for each in value):
        return None
    return float(x), float(y), float(z)
