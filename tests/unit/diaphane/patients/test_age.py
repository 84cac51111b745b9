"""A birthday is a day of the calendar, not a number of days."""

from datetime import date

import pytest

from diaphane.patients.models import Patient, count_years


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2000, 3, 8), date(2012, 3, 7), 11),
        (date(2000, 3, 8), date(2012, 3, 8), 12),
        (date(1970, 3, 8), date(2026, 3, 7), 55),
        (date(2004, 2, 29), date(2016, 2, 28), 11),
        (date(2004, 2, 29), date(2016, 3, 1), 12),
    ],
)
def test_a_year_is_counted_on_the_birthday(born: date, on: date, years: int) -> None:
    assert count_years(born, on=on) == years


@pytest.mark.parametrize(
    ("sex", "born", "is_concerned"),
    [
        ("F", date(2014, 11, 22), True),
        ("F", date(2014, 11, 23), False),
        ("U", date(1970, 11, 23), True),
        ("F", date(1970, 11, 22), False),
        ("M", date(1994, 3, 8), False),
    ],
)
def test_pregnancy_concerns_whoever_is_of_age_that_day(sex: str, born: date, is_concerned: bool) -> None:
    assert Patient(sex=sex, birth_date=born).may_be_pregnant(date(2026, 11, 22)) is is_concerned
