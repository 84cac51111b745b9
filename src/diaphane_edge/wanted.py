"""Whose earlier studies the platform asks for, and whether a study of the archive is that person's."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from pydicom.dataset import Dataset


class MalformedSearchError(ValueError):
    """Say that what the platform asks for is not understood."""


@dataclass(frozen=True)
class Identifier:
    """A patient identifier and who issued it: never one without the other."""

    value: str
    issuer: str


@dataclass(frozen=True)
class Wanted:
    """One search: the person by every identifier, name and birth date that the platform knows."""

    id: str
    identifiers: tuple[Identifier, ...]
    names: tuple[str, ...]
    birth_date: str

    def is_of_person(self, study: Dataset, *, usual_issuer: str) -> bool:
        """Tell whether a study is this person's: identifier with its issuer, name and birth date all agree.

        `usual_issuer` is whose identifiers the archive holds where it names no issuer.
        """
        found = Identifier(_text(study, "PatientID"), _text(study, "IssuerOfPatientID") or usual_issuer)
        is_born_then = bool(self.birth_date) and _text(study, "PatientBirthDate") == self.birth_date
        name = _text(study, "PatientName")
        return found in self.identifiers and is_born_then and any(is_same_name(name, n) for n in self.names)


def read_wanted(content: object) -> Wanted:
    """Read one search of the platform. Raises MalformedSearchError."""
    try:
        if not isinstance(content, Mapping):
            raise MalformedSearchError("an object is expected")
        return Wanted(
            id=str(content["id"]),
            identifiers=tuple(Identifier(str(i["value"]), str(i["issuer"])) for i in content["identifiers"]),
            names=tuple(str(each) for each in content["names"]),
            birth_date=str(content["birth_date"]),
        )
    except (KeyError, TypeError) as error:
        raise MalformedSearchError("a search lacks what it needs") from error


def is_same_name(one: str, other: str) -> bool:
    """Compare two DICOM names by family name and first given name, whatever accents, case and dashes."""
    return _name(one) == _name(other) != ("", "")


def _name(name: str) -> tuple[str, str]:
    family, _, given = name.partition("=")[0].partition("^")
    words = _fold(given.partition("^")[0]).split()
    return _fold(family), words[0] if words else ""


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    kept = (each for each in decomposed if not unicodedata.combining(each))
    return " ".join("".join(each if each.isalnum() else " " for each in kept).split())


def _text(study: Dataset, keyword: str) -> str:
    value = study.get(keyword)
    return "" if value is None else str(value).strip()
