"""A day that the calendar does not have, a time that no clock shows, are refused and never searched."""

import re
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaphane.imaging.keys import (
    INSTANCE_KEYS,
    SERIES_KEYS,
    STUDY_KEYS,
    UnsearchableValueError,
    match_instants,
)

KEYS = {**STUDY_KEYS, **SERIES_KEYS, **INSTANCE_KEYS}
DATES = sorted(name for name in KEYS if name.endswith("Date"))
TIMES = sorted(name for name in KEYS if name.endswith("Time"))
DIGITS = st.text("0123456789", max_size=9)


def is_accepted(name: str, value: str) -> bool:
    matching, column = KEYS[name]
    try:
        return bool(matching(column, value))
    except UnsearchableValueError:
        return False


def is_day(text: str) -> bool:
    try:
        return re.fullmatch(r"\d{8}", text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_time(text: str) -> bool:
    """Say whether a clock shows it; a minute may have a sixty-first second."""
    parts = [int(text[each : each + 2]) for each in range(0, len(text), 2)]
    if len(text) not in (2, 4, 6):
        return False
    hour, minute, second = (*parts, 0, 0)[:3]
    return hour < 24 and minute < 60 and second <= 60


@pytest.mark.parametrize("name", DATES)
@pytest.mark.parametrize("wrong", ["20261301", "20260230", "20260001", "00000101", "2026-1-1", "20250229"])
def test_a_day_that_does_not_exist_is_refused_wherever_it_stands(name: str, wrong: str) -> None:
    for value in (wrong, f"{wrong}-", f"-{wrong}", f"20260101-{wrong}", f"{wrong}-20261231"):
        assert not is_accepted(name, value)


@pytest.mark.parametrize("name", TIMES)
@pytest.mark.parametrize("wrong", ["24", "2360", "235961", "9", "093", "0930.5", "09:30"])
def test_a_time_that_does_not_exist_is_refused_wherever_it_stands(name: str, wrong: str) -> None:
    for value in (wrong, f"{wrong}-", f"-{wrong}", f"00-{wrong}", f"{wrong}-235959"):
        assert not is_accepted(name, value)


@pytest.mark.parametrize(
    ("days", "times"),
    [
        ("20261122-20261121", "08-09"),
        ("20261122-20261122", "10-09"),
        ("20261301-", "08-09"),
        ("20261122-20261123", "08-24"),
    ],
)
def test_instants_that_cannot_be_are_refused(days: str, times: str) -> None:
    with pytest.raises(UnsearchableValueError):
        match_instants("study_date", days, "study_time", times)


def test_a_night_is_a_range_of_instants_but_not_of_times() -> None:
    assert match_instants("study_date", "20261121-20261122", "study_time", "22-06")
    assert not is_accepted("StudyTime", "22-06")


@given(st.dates(), st.dates())
def test_a_range_of_days_is_accepted_when_it_has_a_day(first: date, last: date) -> None:
    text = f"{first:%Y}".zfill(4) + f"{first:%m%d}-" + f"{last:%Y}".zfill(4) + f"{last:%m%d}"
    assert is_accepted("StudyDate", text) is (first <= last)


@given(st.times(), st.times())
def test_a_range_of_times_is_accepted_when_it_has_a_time(first: time, last: time) -> None:
    text = f"{first:%H%M%S.%f}-{last:%H%M%S.%f}"
    assert is_accepted("StudyTime", text) is (first <= last)


@given(DIGITS)
def test_digits_are_a_day_or_are_refused(text: str) -> None:
    assert is_accepted("PatientBirthDate", text) is is_day(text)


@given(DIGITS)
def test_digits_are_a_time_or_are_refused(text: str) -> None:
    assert is_accepted("StudyTime", text) is is_time(text)
