"""Holes: when a convention is open and nobody of the first line is on duty (R10, R14)."""

from datetime import date, datetime, time, timedelta

import pytest

from diaphane.kernel.actors import Role
from diaphane.organisations.models import Convention, ConventionSpan, ConventionState, Day
from diaphane.rosters.coverage import check_coverage, list_holes
from diaphane.rosters.models import Shift
from tests.factories import make_actor
from tests.scenes import Territory

MONDAY = datetime.fromisoformat("2027-03-01T00:00:00+01:00")


def hour(number: float) -> datetime:
    return MONDAY + timedelta(hours=number)


def on_duty(territory: Territory, start: float, end: float, *, kind: str = "on_call") -> Shift:
    return Shift.objects.create(
        user_id=make_actor(Role.IMAGEUR, territory.reader).id,
        structure=territory.reader,
        kind=kind,
        starts_at=hour(start),
        ends_at=hour(end),
        phone="01 99 00 00 09",
        languages=["fr"],
        made_by_label="Direction",
    )


@pytest.fixture
def nights(territory: Territory) -> Convention:
    convention = territory.convention
    convention.valid_from, convention.valid_until = date(2027, 1, 1), date(2027, 12, 31)
    convention.save()
    for day in Day.values:
        ConventionSpan.objects.create(convention=convention, day=day, opens=time(18), closes=time(8))
    return convention


def test_without_any_shift_every_open_hour_is_a_hole(nights: Convention) -> None:
    found = list_holes(nights, since=hour(0), until=hour(48))
    assert found == [(hour(0), hour(8)), (hour(18), hour(32)), (hour(42), hour(48))]


def test_a_shift_fills_its_hours_and_no_more(territory: Territory, nights: Convention) -> None:
    on_duty(territory, 17, 24)
    on_duty(territory, 25, 40)
    assert list_holes(nights, since=hour(8), until=hour(40)) == [(hour(24), hour(25))]


def test_the_second_line_and_a_cancelled_shift_fill_nothing(territory: Territory, nights: Convention) -> None:
    on_duty(territory, 17, 33, kind="second_line")
    Shift.objects.filter(pk=on_duty(territory, 17, 33).pk).update(cancelled_at=MONDAY)
    assert list_holes(nights, since=hour(8), until=hour(40)) == [(hour(18), hour(32))]


def test_nothing_is_owed_before_or_after_the_convention(nights: Convention) -> None:
    nights.valid_from = nights.valid_until = date(2027, 3, 2)
    assert list_holes(nights, since=hour(0), until=hour(72)) == [(hour(24), hour(32)), (hour(42), hour(48))]


def test_both_sides_see_the_holes_of_conventions_that_run(territory: Territory, nights: Convention) -> None:
    for structure in (territory.site, territory.reader):
        found = check_coverage(make_actor(Role.ADMINISTRATOR, structure), at=MONDAY)
        assert [each.convention.pk for each in found] == [nights.pk]
        assert found[0].hours == 30 * 14
    Convention.objects.update(state=ConventionState.PROPOSED)
    assert check_coverage(make_actor(Role.ADMINISTRATOR, territory.site), at=MONDAY) == []


def test_the_hour_that_comes_twice_is_counted(territory: Territory, nights: Convention) -> None:
    """On 31 October 2027 the night from 18:00 to 8:00 lasts fifteen hours."""
    eve = datetime.fromisoformat("2027-10-30T12:00:00+02:00")
    holes = list_holes(nights, since=eve, until=eve + timedelta(hours=24))
    assert [end - start for start, end in holes] == [timedelta(hours=15)]
