"""A pace gives so much at once and so much in the long run, and shuts nobody out."""

import pytest
from structlog.testing import capture_logs

from diaphane.kernel.paces import HEAVY, IMAGES, Counter, Pace, TooOftenError

SLOW = Pace("slow", per_second=0.5, at_once=3)


class Clock:
    """A clock that the test moves."""

    instant = 1000.0

    def __call__(self) -> float:
        return self.instant


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counter(clock: Clock) -> Counter:
    return Counter(clock=clock)


def spend(counter: Counter, pace: Pace = SLOW, who: str = "me") -> int:
    """Ask until it is too often; return how often it was not."""
    for count in range(1_000_000):
        try:
            counter.take(pace, who)
        except TooOftenError:
            return count
    raise AssertionError("never too often")


def test_so_much_at_once_is_free_then_one_waits(counter: Counter) -> None:
    assert spend(counter) == 3
    with pytest.raises(TooOftenError) as refused:
        counter.take(SLOW, "me")
    assert refused.value.retry_after == 2
    assert refused.value.status_code == 429
    assert "2" in str(refused.value)


def test_who_waits_as_told_is_heard(counter: Counter, clock: Clock) -> None:
    spend(counter)
    clock.instant += 2
    assert spend(counter) == 1
    clock.instant += 3600
    assert spend(counter) == 3


def test_asking_in_vain_makes_the_wait_no_longer(counter: Counter, clock: Clock) -> None:
    spend(counter)
    for _time in range(50):
        with pytest.raises(TooOftenError) as refused:
            counter.take(SLOW, "me")
    assert refused.value.retry_after == 2


def test_nobody_spends_what_is_another_s_or_of_another_kind(counter: Counter) -> None:
    spend(counter)
    assert spend(counter, who="somebody else") == 3
    assert spend(counter, HEAVY) == HEAVY.at_once


def test_a_large_exam_is_read_at_once(counter: Counter) -> None:
    assert spend(counter, IMAGES) >= 30_000


def test_a_flood_of_callers_takes_no_more_room_and_shuts_nobody_out(clock: Clock) -> None:
    counter = Counter(most=100, clock=clock)
    spend(counter)
    for stranger in range(1000):
        counter.take(SLOW, stranger)
    assert len(counter._spent_until) == 100
    assert spend(counter) == 3


def test_the_log_tells_it_once_a_minute(counter: Counter, clock: Clock) -> None:
    with capture_logs() as lines:
        spend(counter)
        spend(counter)
        clock.instant += 61
        spend(counter)
    assert [(line["event"], line["pace"]) for line in lines] == [("asked_too_often", "slow")] * 2
