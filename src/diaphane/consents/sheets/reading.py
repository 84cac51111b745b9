"""Read the sheets: one file per code and version; the newest is given, the older stay readable."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from diaphane.requests.catalogue import CatalogueExam

FOLDER = Path(__file__).parent
DISTANCE = "distance"
INFORMED_BY = frozenset({"R52", "R53", "R54", "R55", "R56", "R61"})
"""What a section may answer to."""
_CODES = {"CT": "ct", "MR": "mri", "CR": "radiography", "DX": "radiography"}
_INJECTED = {"ct": "ct-contrast", "mri": "mri-contrast"}


class MalformedSheetError(ValueError):
    """Say what in a sheet is wrong."""


@dataclass(frozen=True)
class Section:
    """One part of a sheet, and the requirement that it answers."""

    requirement: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Review:
    """Who has read a version again, as what, and when."""

    by: str
    role: str
    on: date


@dataclass(frozen=True)
class Sheet:
    """One version of one sheet; ``digest`` is what a proof keeps of its words."""

    code: str
    version: int
    dated: date
    title: str
    sections: tuple[Section, ...]
    reviews: tuple[Review, ...]
    digest: str

    @property
    def key(self) -> str:
        """Return its code and version in one word, as consents keep it."""
        return f"{self.code}@{self.version}"

    @property
    def words(self) -> str:
        """Return all that a patient reads."""
        parts = (f"{each.title}.\n" + "\n".join(each.paragraphs) for each in self.sections)
        return "\n".join(parts)


def name_sheet_of(exam: CatalogueExam | None, *, is_injected: bool) -> str:
    """Return the code of an exam's sheet; an exam that no sheet tells of has none."""
    code = _CODES.get(exam.modality, "") if exam else ""
    return _INJECTED.get(code, code) if is_injected else code


def get_sheet(code: str) -> Sheet:
    """Return the version of a sheet that is given now.

    Raises:
        KeyError: no such sheet.
    """
    versions = [each for each in load_all().values() if each.code == code]
    if not versions:
        raise KeyError(code)
    return max(versions, key=lambda each: each.version)


def find_sheet(code: str, version: int) -> Sheet | None:
    """Return one version of a sheet, however old."""
    return load_all().get((code, version))


def list_sheets() -> list[Sheet]:
    """List the sheets that are given now, that of the distance last."""
    codes = sorted({code for code, _version in load_all()}, key=lambda code: (code == DISTANCE, code))
    return [get_sheet(code) for code in codes]


@cache
def load_all() -> dict[tuple[str, int], Sheet]:
    """Read every version of every sheet."""
    found: dict[tuple[str, int], Sheet] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        sheet = read_sheet(path.read_text())
        if path.stem != f"{sheet.code}.{sheet.version}":
            raise MalformedSheetError(f"{path.name}: holds {sheet.key}")
        found[sheet.code, sheet.version] = sheet
    return found


def read_sheet(text: str) -> Sheet:
    """Read one sheet, or refuse it whole.

    Raises:
        MalformedSheetError: a line is wrong or missing.
    """
    try:
        held = tomllib.loads(text)
        sections = tuple(_read_section(each) for each in held["sections"])
        reviews = tuple(Review(each["by"], each["role"], each["on"]) for each in held["reviews"])
        digest = hashlib.sha256(text.encode()).hexdigest()
        return Sheet(held["code"], held["version"], held["dated"], held["title"], sections, reviews, digest)
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise MalformedSheetError(str(error)) from error


def _read_section(held: dict[str, Any]) -> Section:
    if held["requirement"] not in INFORMED_BY:
        raise MalformedSheetError(f"{held['requirement']}: no sheet answers it")
    paragraphs = tuple(part.strip() for part in held["text"].split("\n\n") if part.strip())
    if not paragraphs:
        raise MalformedSheetError(f"{held['title']}: says nothing")
    return Section(held["requirement"], held["title"], paragraphs)
