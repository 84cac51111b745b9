"""Gaps, spacing and doubles: what is missing is found, what is made so on purpose is not."""

from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaphane.imaging.checks import Code, Found, Image, Level
from diaphane.imaging.checks.slices import check_slices

from .volumes import SAGITTAL, even, make_series, make_slice, make_volume


def codes(found: list[Found]) -> list[Code]:
    return [each.code for each in found]


def test_one_lost_slice_is_a_serious_gap_after_its_neighbour() -> None:
    images = make_volume(even(30))
    del images[11]
    [found] = check_slices(make_series(images))
    assert (found.code, found.level, found.about) == (Code.SLICE_GAP, Level.SERIOUS, "1.2.3")
    assert found.facts == {"count": 1, "places": 1, "after": 11}


@given(
    count=st.integers(12, 60),
    spacing=st.floats(0.3, 10),
    tilt=st.floats(-30, 30),
    start=st.floats(-500, 500),
    data=st.data(),
)
def test_whatever_is_cut_out_of_a_volume_is_counted_and_an_intact_one_is_silent(
    count: int, spacing: float, tilt: float, start: float, data: st.DataObject
) -> None:
    images = make_volume(even(count, spacing, start), tilt=tilt)
    assert list(check_slices(make_series(images))) == []
    first = data.draw(st.integers(3, count - 5))
    lost = data.draw(st.integers(1, count - first - 4))
    kept = data.draw(st.permutations(images[:first] + images[first + lost :]))
    [found] = check_slices(make_series(kept))
    assert (found.code, found.facts["count"], found.facts["after"]) == (Code.SLICE_GAP, lost, first)


def test_several_gaps_are_added_up() -> None:
    images = make_volume(even(40))
    for index in (30, 12, 11):
        del images[index]
    [found] = check_slices(make_series(images))
    assert found.facts == {"count": 3, "places": 2, "after": 11}


def test_two_parts_of_one_head_with_their_own_spacing_are_no_gap() -> None:
    below = [index * 2.5 for index in range(12)]
    above = [below[-1] + (index + 1) * 5.0 for index in range(14)]
    assert list(check_slices(make_series(make_volume(below + above)))) == []


def test_a_gap_within_either_part_is_still_found() -> None:
    below = [index * 2.5 for index in range(12)]
    above = [below[-1] + (index + 1) * 5.0 for index in range(14)]
    images = make_volume(below + above)
    del images[20]
    [found] = check_slices(make_series(images))
    assert found.facts["after"] == 20


def test_slices_that_wander_are_uneven_not_missing() -> None:
    levels = [index * 5.0 + (0.8 if index % 3 else 0.0) for index in range(20)]
    assert codes(list(check_slices(make_series(make_volume(levels))))) == [Code.UNEVEN_SPACING]


def test_a_localizer_and_three_planes_of_a_few_slices_are_left_alone() -> None:
    scout = make_volume([0.0, 30.0, 31.0, 95.0], ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    assert list(check_slices(make_series(scout))) == []
    planes = make_volume([0.0, 10.0, 50.0])
    planes += [
        Image(index, {"ImagePositionPatient": [at, 0.0, 0.0], "ImageOrientationPatient": SAGITTAL})
        for index, at in enumerate((0.0, 10.0, 70.0), start=4)
    ]
    assert list(check_slices(make_series(planes, modality="MR"))) == []


@pytest.mark.parametrize("keyword", ["TemporalPositionIdentifier", "AcquisitionNumber", "TriggerTime"])
def test_phases_of_one_volume_are_judged_each_by_itself(keyword: str) -> None:
    phases = [make_volume(even(12, 5), first=1 + 12 * phase, **{keyword: phase}) for phase in range(3)]
    assert list(check_slices(make_series(chain(*phases)))) == []
    del phases[1][5]
    [found] = check_slices(make_series(chain(*phases)))
    assert (found.code, found.facts) == (Code.SLICE_GAP, {"count": 1, "places": 1, "after": 17})


def test_phases_that_nothing_names_are_counted_by_place() -> None:
    images = [make_slice(1 + level + 12 * phase, level * 5.0) for phase in range(4) for level in range(12)]
    assert list(check_slices(make_series(images, modality="MR"))) == []
    del images[30]
    [found] = check_slices(make_series(images, modality="MR"))
    assert (found.code, found.level, found.facts["count"]) == (Code.SLICE_GAP, Level.TO_SEE, 1)


def test_a_sequential_scan_with_a_number_for_each_acquisition_is_one_stack() -> None:
    images = [make_slice(index, index * 5.0, AcquisitionNumber=index) for index in range(1, 20)]
    assert list(check_slices(make_series(images))) == []
    del images[8]
    assert codes(list(check_slices(make_series(images)))) == [Code.SLICE_GAP]


def test_a_slice_made_twice_is_doubled() -> None:
    images = make_volume(even(20))
    images += [replace(images[4], number=21), replace(images[5], number=22)]
    [found] = check_slices(make_series(images))
    assert (found.code, found.level, found.facts) == (Code.DUPLICATE_POSITION, Level.TO_SEE, {"count": 2})


def test_slabs_of_an_mr_that_lie_apart_are_only_to_be_looked_at() -> None:
    slabs = [start + index * 4.0 for start in (0.0, 35.0, 70.0) for index in range(5)]
    found = list(check_slices(make_series(make_volume(slabs), modality="MR")))
    assert {each.level for each in found} <= {Level.TO_SEE}


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"ImagePositionPatient": [1.0, 2.0]},
        {"ImagePositionPatient": ["a", "b", "c"], "ImageOrientationPatient": [1.0] * 6},
        {"ImagePositionPatient": [1.0, 2.0, 3.0], "ImageOrientationPatient": "1\\0\\0"},
    ],
)
def test_images_without_a_place_are_not_judged(facts: dict[str, object]) -> None:
    assert list(check_slices(make_series([Image(number, facts) for number in range(9)]))) == []
