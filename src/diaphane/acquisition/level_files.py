"""Read a dated, sourced file of reference levels: the national ones of the platform, or a site's own."""

import tomllib
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources

from django.utils.translation import gettext as _

from diaphane_dicom.dose import UNITS, DoseQuantity

from .dose_models import ReferenceLevel

NATIONAL_FILES = ("radiography_2019.toml",)


class BadLevelsError(ValueError):
    """Say what a file of reference levels lacks, in words for the person who wrote it."""


@dataclass(frozen=True)
class Level:
    """One reference level: what it is for, its value, and where it comes from.

    It stands for an exam of the catalogue, or for an exposure by the names that images give it.
    """

    title: str
    source: str
    dated: date
    label: str
    quantity: DoseQuantity
    scope: ReferenceLevel.Scope
    reference: Decimal
    guide: Decimal | None = None
    exam_code: str = ""
    names: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Return the unit of its quantity."""
        return UNITS[self.quantity]


def read_levels(text: str) -> list[Level]:
    """Read a file of levels (TOML): title, source and date once, then one table for each level.

    Raises:
        BadLevelsError: what is missing or makes no sense, and where.
    """
    try:
        said = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise BadLevelsError(_("The file is not TOML: %(error)s") % {"error": error}) from error
    title, source, dated = (said.get(name) for name in ("title", "source", "dated"))
    if not (isinstance(title, str) and isinstance(source, str) and type(dated) is date):
        raise BadLevelsError(_("The file says its title, its source and its date (dated) first."))
    rows = said.get("level")
    if not isinstance(rows, list) or not rows:
        raise BadLevelsError(_("The file holds no level."))
    return [_read_level(row, place, title, source, dated) for place, row in enumerate(rows, start=1)]


@cache
def list_national_levels() -> tuple[Level, ...]:
    """Return the levels that come with the platform."""
    folder = resources.files(__package__) / "reference_levels"
    texts = [(folder / name).read_text(encoding="utf-8") for name in NATIONAL_FILES]
    return tuple(level for text in texts for level in read_levels(text))


def _read_level(row: object, place: int, title: str, source: str, dated: date) -> Level:
    if not isinstance(row, dict):
        raise BadLevelsError(_("Level %(place)d is not a table.") % {"place": place})
    unknown = set(row) - {each.name for each in fields(Level)}
    if unknown:
        raise BadLevelsError(
            _("Level %(place)d: unknown key %(key)s.") % {"place": place, "key": sorted(unknown)[0]}
        )
    try:
        return Level(
            title=title,
            source=source,
            dated=dated,
            label=str(row["label"]),
            quantity=DoseQuantity[str(row["quantity"])],
            scope=ReferenceLevel.Scope(row["scope"]),
            reference=_read_value(row["reference"]),
            guide=_read_value(row["guide"]) if "guide" in row else None,
            exam_code=str(row.get("exam_code", "")),
            names=tuple(str(each).upper() for each in row.get("names", ())),
        )
    except (KeyError, ValueError, InvalidOperation) as error:
        raise BadLevelsError(
            _("Level %(place)d: %(error)s is missing or makes no sense.") % {"place": place, "error": error}
        ) from error


def _read_value(value: object) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite() or number <= 0:
        raise ValueError(value)
    return number
