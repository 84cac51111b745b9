"""Spans of time are joined, and taken away from one another."""

from datetime import UTC, datetime

from diaphane.kernel.intervals import Interval, merge, subtract


def between(start: int, end: int) -> Interval:
    return datetime(2027, 3, 1, start, tzinfo=UTC), datetime(2027, 3, 1, end, tzinfo=UTC)


def test_intervals_that_touch_or_overlap_become_one() -> None:
    assert merge([between(9, 12), between(8, 10), between(12, 13), between(15, 16)]) == [
        between(8, 13),
        between(15, 16),
    ]


def test_an_empty_interval_is_nothing() -> None:
    assert merge([between(9, 9)]) == []


def test_what_is_taken_leaves_holes_and_edges() -> None:
    taken = [between(9, 10), between(7, 8), between(11, 12), between(17, 20)]
    assert subtract([between(8, 18)], taken) == [between(8, 9), between(10, 11), between(12, 17)]


def test_what_lies_elsewhere_takes_nothing() -> None:
    assert subtract([between(8, 9)], [between(9, 10)]) == [between(8, 9)]


def test_what_is_covered_is_gone() -> None:
    assert subtract([between(8, 9)], [between(7, 10)]) == []
