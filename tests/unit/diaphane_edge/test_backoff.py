"""How long a platform that fails is left alone."""

import time

import pytest

from diaphane_edge.backoff import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Backoff, pause_after


@pytest.mark.parametrize("failures", [1, 2, 5, 10, 10_000])
def test_pauses_stay_bounded(failures: int) -> None:
    assert FIRST_PAUSE_SECONDS / 2 <= pause_after(failures) <= LONGEST_PAUSE_SECONDS


def test_a_later_failure_pauses_longer() -> None:
    assert pause_after(5) > pause_after(2)


def test_two_gateways_do_not_come_back_together() -> None:
    assert len({pause_after(7) for _ in range(20)}) > 10


def test_what_one_cut_ends_together_counts_once() -> None:
    backoff, same = Backoff(), Backoff()
    for each, failures in ((backoff, 6), (same, 1)):
        started_at = time.monotonic()
        for _ in range(failures):
            each.fail(started_at=started_at)
    assert backoff.is_failing
    assert backoff.seconds_left <= FIRST_PAUSE_SECONDS


def test_a_success_ends_the_pause() -> None:
    backoff = Backoff()
    for _ in range(8):
        backoff.fail(started_at=time.monotonic())
    assert backoff.seconds_left > 1
    backoff.succeed()
    assert not backoff.is_failing
    assert backoff.seconds_left == 0
