"""How much of the link images may take, by hour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaphane_edge.ceilings import Ceiling, find_ceiling, read_ceilings
from diaphane_edge.settings import ConfigError, Section

DAY = {"from": "08:00", "until": "18:30", "megabits": 5}
NIGHT = {"from": "22:00", "until": "06:00", "megabits": 50}


def read(value: object) -> tuple[Ceiling, ...]:
    return read_ceilings(Section({"bandwidth": value}))


@pytest.mark.parametrize(
    "wrong",
    [
        "5",
        5,
        {"megabits": 5},
        [5],
        [{"megabits": 5}],
        [DAY | {"days": "weekend"}],
        [DAY | {"from": "8:00"}],
        [DAY | {"from": "08:60"}],
        [DAY | {"from": 8}],
        [DAY | {"until": "24:01"}],
        [DAY | {"until": "08:00"}],
        [DAY | {"megabits": 0}],
        [DAY | {"megabits": -5}],
        [DAY | {"megabits": 0.05}],
        [DAY | {"megabits": 10**400}],
        [DAY | {"megabits": float("nan")}],
        [DAY | {"megabits": float("inf")}],
        [DAY | {"megabits": "5"}],
        [DAY | {"megabits": True}],
        [DAY, DAY | {"from": "18:00", "until": "19:00"}],
        [NIGHT, DAY | {"from": "05:00"}],
    ],
    ids=str,
)
def test_an_absurd_value_is_refused_in_one_line(wrong: object) -> None:
    with pytest.raises(ConfigError, match=r"^« bandwidth[^\n]+ ; écrivez [^\n]+\.$"):
        read(wrong)


@pytest.mark.parametrize(
    ("hour", "megabits"), [(7, None), (8, 5), (18, 5), (19, None), (22, 50), (23, 50), (0, 50), (6, None)]
)
def test_a_ceiling_holds_from_its_hour_until_the_other_over_midnight_too(
    hour: int, megabits: float | None
) -> None:
    found = find_ceiling(read([DAY, NIGHT]), hour * 60)
    assert found == (None if megabits is None else megabits * 1e6 / 8)


def test_a_whole_day_can_be_asked() -> None:
    ceilings = read([{"from": "00:00", "until": "24:00", "megabits": 0.5}])
    assert {find_ceiling(ceilings, minute) for minute in range(1440)} == {62_500.0}


@given(st.integers(0, 1439), st.integers(0, 1439))
def test_a_period_and_its_complement_share_the_day(start: int, end: int) -> None:
    if start != end:
        period, complement = Ceiling(start, end, 1), Ceiling(end, start, 1)
        assert all(period.holds_at(minute) != complement.holds_at(minute) for minute in range(1440))
