"""The attributes that can be searched, and how the value of each is matched (PS3.4 §C.2.2.2)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.words import fold

_DATE = re.compile(r"\d{8}", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d(([0-5]\d|60)(\.\d{1,6})?)?)?", re.ASCII)
"""A time of the clock, to the hour or finer; the sixtieth second is a leap second (PS3.5 §6.2, TM)."""
_INTEGER = re.compile(r"-?\d{1,9}", re.ASCII)
_LIST_MARK = re.compile(r"[,\\]")
_WILDCARDS = {"*": "%", "?": "_"}
_END_OF_TIME = "99.999999"
"""Later than any time that begins as a range's end does: a range until 0930 holds 093059."""

Value = str | int | list[str] | list[dict[str, str]]
Form = tuple[bool, tuple[tuple[str, int], ...]]
Matching = Callable[[str, str], list["Condition"]]
Keys = Mapping[str, tuple[Matching, str]]


class UnsearchableValueError(ValueError):
    """The value of a key is not of the form that its attribute takes; ``reason`` says it to who asked."""

    def __init__(self, reason: Promise, keyword: str = "") -> None:
        super().__init__(keyword)
        self.reason, self.keyword = reason, keyword


@dataclass(frozen=True)
class Condition:
    """Comparisons that must all hold, or must not all: values by lookup.

    The form of a search, ``lookups``, is told from its values: the database's statement depends on it alone.
    """

    values: Mapping[str, Value]
    is_negated: bool = False

    @property
    def query(self) -> Q:
        """Return the condition as a queryset takes it."""
        return ~Q(**self.values) if self.is_negated else Q(**self.values)

    @property
    def form(self) -> "Form":
        """Return what two conditions that differ only by their values have in common."""
        lengths = (len(value) if isinstance(value, list) else 0 for value in self.values.values())
        return self.is_negated, tuple(zip(self.values, lengths, strict=True))

    @property
    def is_pattern(self) -> bool:
        """Say whether it compares with wildcards, or with beginnings of words."""
        return any(lookup.endswith(("__like", "__words")) for lookup in self.values)


def _text(column: str, value: str) -> list[Condition]:
    """Match a text as it is, or with wildcards; case counts (PS3.4 §C.2.2.2.4)."""
    if not any(mark in value for mark in _WILDCARDS):
        return [Condition({column: value})]
    return [Condition({f"{column}__like": _make_pattern(value, _escape)})]


def _make_pattern(value: str, spell: Callable[[str], str]) -> str:
    """Turn wildcards into those of the database, and spell what stands between them."""
    parts = re.split(r"([*?])", value)
    return "".join(_WILDCARDS.get(part) or spell(part) for part in parts)


def _escape(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def _name(column: str, value: str) -> list[Condition]:
    """Match a name whatever its accents, case and punctuation, whole or with wildcards."""
    if not any(mark in value for mark in _WILDCARDS):
        return [Condition({column: fold(value)})]
    return [Condition({f"{column}__like": _make_pattern(value, _fold_between)})]


def _fold_between(text: str) -> str:
    """Fold what stands between two wildcards: a separator at its edge still separates."""
    folded = fold(text)
    if folded and not text[0].isalnum():
        folded = f" {folded}"
    return f"{folded} " if folded and not text[-1].isalnum() else folded


def match_words(column: str, value: str) -> list[Condition]:
    """Match names of which each word begins one (fuzzy matching, PS3.18 §8.3.4.2)."""
    words = [f"'{word}':*" for word in fold(value).split()]
    return [Condition({f"{column}__words": " & ".join(words)})] if words else []


def _uids(column: str, value: str) -> list[Condition]:
    """Match any of a list of UIDs (PS3.4 §C.2.2.2.2)."""
    return [Condition({f"{column}__in": _split(value)})]


def _any_of(column: str, value: str) -> list[Condition]:
    """Match studies of which some series has one of these modalities."""
    return [Condition({f"{column}__overlap": _split(value)})]


def _split(value: str) -> list[str]:
    return list(dict.fromkeys(each for each in _LIST_MARK.split(value) if each))


def _dates(column: str, value: str) -> list[Condition]:
    first, last = _read_dates(value)
    _require_order(first, last)
    return _span(column, first, last)


def _times(column: str, value: str) -> list[Condition]:
    first, last = _read_times(value)
    _require_order(first, last and last + _END_OF_TIME)
    return _span(column, first, last and last + _END_OF_TIME)


def _read_dates(value: str) -> tuple[str, str]:
    """Read days of the calendar (PS3.5 §6.2, DA).

    Raises:
        UnsearchableValueError
    """
    first, last = _read_range(value)
    if not all(_is_day(each) for each in (first, last) if each):
        raise UnsearchableValueError(_("this date does not exist. Write YYYYMMDD, or a range of such dates."))
    return first, last


def _read_times(value: str) -> tuple[str, str]:
    """Read times of the clock.

    Raises:
        UnsearchableValueError
    """
    first, last = _read_range(value)
    if not all(_TIME.fullmatch(each) for each in (first, last) if each):
        raise UnsearchableValueError(_("this time does not exist. Write HHMMSS, or a range of such times."))
    return first, last


def _is_day(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _read_range(value: str) -> tuple[str, str]:
    """Read one value, or a range of them open at one end or not (PS3.4 §C.2.2.2.5).

    Raises:
        UnsearchableValueError
    """
    first, dash, last = value.partition("-")
    if not (first or last):
        raise UnsearchableValueError(_("a range needs a beginning or an end."))
    return first, last if dash else first


def _require_order(first: str, last: str) -> None:
    """Stop a range that nothing can be in.

    Raises:
        UnsearchableValueError
    """
    if last and first > last:
        raise UnsearchableValueError(_("this range ends before it begins."))


def _span(column: str, first: str, last: str) -> list[Condition]:
    wanted = [Condition({f"{column}__gte": first or "0"})]
    return [*wanted, Condition({f"{column}__lte": last})] if last else wanted


def match_instants(day_column: str, days: str, time_column: str, times: str) -> list[Condition]:
    """Match a range of days and one of times as one range of instants (PS3.4 §C.2.2.2.5.2).

    Raises:
        UnsearchableValueError
    """
    (first_day, last_day), (start, end) = _read_dates(days), _read_times(times)
    _require_order(first_day, last_day)
    if first_day and first_day == last_day:
        _require_order(start, end and end + _END_OF_TIME)
    wanted = _span(day_column, first_day, last_day)
    if first_day and start:
        wanted.append(Condition({day_column: first_day, f"{time_column}__lt": start}, is_negated=True))
    if last_day and end:
        too_late = {day_column: last_day, f"{time_column}__gt": end + _END_OF_TIME}
        wanted.append(Condition(too_late, is_negated=True))
    return wanted


def is_range(value: str) -> bool:
    """Say whether a value is a range."""
    return "-" in value


def _number(column: str, value: str) -> list[Condition]:
    if not _INTEGER.fullmatch(value):
        raise UnsearchableValueError(_("a whole number is expected."))
    return [Condition({column: int(value)})]


def _requested(keyword: str) -> "Matching":
    """Match an attribute of some item of the Request Attributes Sequence."""
    return lambda column, value: [Condition({f"{column}__contains": [{keyword: value}]})]


STUDY_KEYS: Keys = {
    "StudyDate": (_dates, "study_date"),
    "StudyTime": (_times, "study_time"),
    "AccessionNumber": (_text, "accession_number"),
    "ModalitiesInStudy": (_any_of, "modalities"),
    "ReferringPhysicianName": (_name, "referring_physician_key"),
    "PatientName": (_name, "patient_name_key"),
    "PatientID": (_text, "patient_id"),
    "IssuerOfPatientID": (_text, "patient_issuer"),
    "PatientBirthDate": (_dates, "patient_birth_date"),
    "PatientSex": (_text, "patient_sex"),
    "StudyInstanceUID": (_uids, "study_instance_uid"),
    "StudyID": (_text, "study_id"),
    "StudyDescription": (_text, "description"),
}
SERIES_KEYS: Keys = {
    "Modality": (_text, "modality"),
    "SeriesInstanceUID": (_uids, "series_instance_uid"),
    "SeriesNumber": (_number, "number"),
    "SeriesDescription": (_text, "description"),
    "BodyPartExamined": (_text, "body_part"),
    "PerformedProcedureStepStartDate": (_dates, "performed_date"),
    "PerformedProcedureStepStartTime": (_times, "performed_time"),
    "RequestAttributesSequence.ScheduledProcedureStepID": (
        _requested("ScheduledProcedureStepID"),
        "request_attributes",
    ),
    "RequestAttributesSequence.RequestedProcedureID": (
        _requested("RequestedProcedureID"),
        "request_attributes",
    ),
}
INSTANCE_KEYS: Keys = {
    "SOPClassUID": (_uids, "sop_class_uid"),
    "SOPInstanceUID": (_uids, "sop_instance_uid"),
    "InstanceNumber": (_number, "number"),
}
