"""Numbers of images: a hole is said, a way of numbering is not."""

import pytest

from diaphane.imaging.checks import Code, Image, judge_images
from diaphane.imaging.checks.numbers import check_numbers

from .volumes import even, make_exam, make_series, make_volume


def of(*numbers: int | None) -> list[Image]:
    return [Image(number) for number in numbers]


def test_a_hole_is_said_with_the_number_before_it() -> None:
    [found] = check_numbers(make_series(of(1, 2, 3, 6, 7)))
    assert (found.code, found.facts) == (Code.MISSING_NUMBERS, {"count": 2, "after": 3})


def test_images_without_a_number_are_counted() -> None:
    [found] = check_numbers(make_series(of(1, 2, None, 3, 4)))
    assert (found.code, found.facts) == (Code.NO_NUMBER, {"count": 1})


@pytest.mark.parametrize(
    "numbers",
    [(1, 2, 3), (2, 4, 6, 8), (101, 102, 103, 104), (1, 2, 3, 4, 1001, 1002, 1003, 1004), (5, 5, 6, 7, 8)],
)
def test_a_way_of_numbering_is_no_hole(numbers: tuple[int, ...]) -> None:
    assert list(check_numbers(make_series(of(*numbers)))) == []


def test_a_gap_already_found_is_not_said_twice() -> None:
    images = make_volume(even(20))
    del images[9]
    assert [each.code for each in judge_images(make_exam(make_series(images)))] == [Code.SLICE_GAP]
