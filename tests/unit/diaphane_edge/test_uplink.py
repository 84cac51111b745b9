"""The pauses of the uplink."""

import pytest

from diaphane_edge.uplink import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, pause_after


@pytest.mark.parametrize("failures", [1, 2, 5, 10, 10_000])
def test_pauses_grow_and_stay_bounded(failures: int) -> None:
    assert FIRST_PAUSE_SECONDS * 0.75 <= pause_after(failures) <= LONGEST_PAUSE_SECONDS


def test_a_later_failure_pauses_longer() -> None:
    assert pause_after(4) > pause_after(2)
