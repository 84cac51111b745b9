"""Proposed starts fall on a multiple of five minutes."""

from datetime import datetime

import pytest

from diaphane.scheduling.free_slots import round_up


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("10:40:00", "10:40"),
        ("10:40:00.000001", "10:45"),
        ("10:41:00", "10:45"),
        ("10:59:59", "11:00"),
        ("23:58:00", "00:00"),
    ],
)
def test_an_instant_is_rounded_up(instant: str, expected: str) -> None:
    rounded = round_up(datetime.fromisoformat(f"2027-03-01T{instant}+01:00"))
    assert rounded.strftime("%H:%M") == expected
