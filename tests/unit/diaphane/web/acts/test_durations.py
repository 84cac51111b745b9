"""How long something has waited, short enough for a row."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from diaphane.web.acts.durations import spell_wait

SINCE = datetime(2026, 11, 22, 2, 47, tzinfo=UTC)


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (timedelta(seconds=-5), "0 min"),
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(minutes=65), "1 h 05"),
        (timedelta(hours=23, minutes=59), "23 h 59"),
        (timedelta(days=2, hours=4, minutes=10), "2 j 4 h"),
    ],
)
def test_the_wait_is_written_in_its_two_largest_units(waited, words):
    with translation.override("fr"):
        assert spell_wait(SINCE, SINCE + waited) == words
