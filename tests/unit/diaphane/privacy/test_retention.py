"""Until when a medical record is kept, and by which rule (R.1112-7 of the public health code)."""

from datetime import date

import pytest

from diaphane.privacy.retention import Rule, weigh_record


@pytest.mark.parametrize(
    ("born", "last", "deceased_on", "until", "rule"),
    [
        (date(1954, 3, 17), date(2026, 5, 1), None, date(2046, 5, 1), Rule.LAST_EXAM),
        (date(2024, 6, 2), date(2026, 5, 1), None, date(2052, 6, 2), Rule.CHILD),
        (date(2018, 6, 2), date(2026, 5, 1), None, date(2046, 6, 2), Rule.CHILD),
        (date(2017, 1, 1), date(2026, 5, 1), None, date(2046, 5, 1), Rule.LAST_EXAM),
        (date(1954, 3, 17), date(2026, 5, 1), date(2026, 5, 3), date(2036, 5, 3), Rule.DEATH),
        (date(1954, 3, 17), date(2010, 5, 1), date(2025, 5, 3), date(2030, 5, 1), Rule.LAST_EXAM),
        (date(2024, 6, 2), date(2026, 5, 1), date(2026, 6, 1), date(2036, 6, 1), Rule.DEATH),
        (date(1996, 2, 29), date(2024, 2, 29), None, date(2044, 2, 29), Rule.LAST_EXAM),
        (date(1954, 3, 17), date(2003, 2, 28), None, date(2023, 2, 28), Rule.LAST_EXAM),
    ],
)
def test_the_rule_that_decides(
    born: date, last: date, deceased_on: date | None, until: date, rule: Rule
) -> None:
    assert weigh_record(born=born, last=last, deceased_on=deceased_on) == (until, rule)


def test_a_29th_of_february_ends_on_a_day_that_exists() -> None:
    until, _rule = weigh_record(born=date(1990, 1, 1), last=date(2024, 2, 29), deceased_on=date(2024, 2, 29))
    assert until == date(2034, 3, 1)
