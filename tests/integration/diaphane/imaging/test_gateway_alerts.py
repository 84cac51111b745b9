"""When a gateway needs a person, the platform says so, once, until it is over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError

from diaphane.audit.models import Entry
from diaphane.events.models import Event
from diaphane.imaging.alerts import get_alert, list_alerts
from diaphane.imaging.gateway_alerts import AlertState
from diaphane.imaging.gateways import BacklogTally, GatewayStatus, LaneTally, record_gateway_status
from diaphane.imaging.jobs import watch
from diaphane.imaging.models import Gateway, GatewayAlert
from diaphane.imaging.watching import (
    COMMITMENTS_LATE_AFTER,
    LATE_AFTER,
    SILENT_AFTER,
    STEPS_LATE_AFTER,
    acknowledge_alert,
    watch_gateways,
)
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, NotAllowedError
from tests.factories import make_actor
from tests.scenes import Territory

Kind = GatewayAlert.Kind
SECOND = timedelta(seconds=1)
WELL = GatewayStatus("LISIERE", waiting=0, set_aside=0, oldest_seconds=0, last_error="", studies=())
GIB = 1 << 30


def late(lane: str, seconds: float, *, waiting: int = 4) -> GatewayStatus:
    return replace(WELL, waiting=waiting, lanes=(LaneTally(lane, waiting, int(seconds)),))


def pending() -> dict[str, GatewayAlert]:
    return {alert.kind: alert for alert in GatewayAlert.objects.pending()}


def count_events(kind: str) -> int:
    return Event.objects.filter(kind=f"gateway.alert_{kind}").count()


@pytest.fixture
def report(edge: Actor, at: datetime) -> Callable[..., None]:
    """Return what has the site's gateway say how it is, after a while."""

    def say(status: GatewayStatus = WELL, *, after: timedelta = timedelta()) -> None:
        record_gateway_status(status=status, by=edge, at=at + after)

    return say


@pytest.fixture
def alert(report: Callable[..., None]) -> GatewayAlert:
    """Return an alert that nobody has seen."""
    report(replace(WELL, set_aside=1))
    return GatewayAlert.objects.get()


@pytest.mark.parametrize("role", [Role.IMAGEUR, Role.REQUESTING_PHYSICIAN, Role.ADMINISTRATOR])
def test_another_role_neither_sees_nor_takes_an_alert(
    alert: GatewayAlert, territory: Territory, at: datetime, role: Role
) -> None:
    actor = make_actor(role, territory.site)
    assert list_alerts(actor) == []
    with pytest.raises(NotAllowedError):
        acknowledge_alert(alert=alert, by=actor, at=at)


def test_another_site_neither_sees_nor_takes_an_alert(
    alert: GatewayAlert, territory: Territory, at: datetime
) -> None:
    stranger = replace(territory.technologist, structure_id=territory.reader.pk)
    assert list_alerts(stranger) == []
    with pytest.raises(GatewayAlert.DoesNotExist):
        get_alert(alert.pk, actor=stranger)
    with pytest.raises(NotAllowedError):
        acknowledge_alert(alert=alert, by=stranger, at=at)


def test_an_alert_is_taken_once_and_its_trail_says_by_whom(
    alert: GatewayAlert, territory: Territory, at: datetime
) -> None:
    [seen] = list_alerts(territory.technologist)
    acknowledge_alert(alert=seen, by=territory.technologist, at=at)
    with pytest.raises(ConflictError):
        acknowledge_alert(alert=seen, by=territory.technologist, at=at)
    taken = GatewayAlert.objects.get()
    assert (taken.state, taken.acknowledged_by_label) == (
        AlertState.ACKNOWLEDGED,
        territory.technologist.label,
    )
    assert Entry.objects.filter(action="gateway.alert_acknowledged", subject_id=alert.pk).count() == 1
    assert count_events("acknowledged") == 1


def test_an_alert_that_is_over_is_taken_by_nobody(
    alert: GatewayAlert, territory: Territory, report: Callable[..., None], at: datetime
) -> None:
    report(WELL)
    with pytest.raises(ConflictError):
        acknowledge_alert(alert=alert, by=territory.technologist, at=at)


def test_a_gateway_in_order_raises_nothing(report: Callable[..., None], at: datetime) -> None:
    report(late("vital", 5))
    watch_gateways(at=at + SILENT_AFTER - SECOND)
    assert not GatewayAlert.objects.exists()


def test_a_silent_gateway_is_told_of_once_and_settled_when_it_speaks(
    report: Callable[..., None], at: datetime
) -> None:
    report(replace(WELL, waiting=7))
    for _again in range(3):
        watch_gateways(at=at + SILENT_AFTER)
    [alert] = GatewayAlert.objects.all()
    assert (alert.kind, alert.since, alert.number) == (Kind.SILENT, at, 7)
    assert count_events("opened") == 1
    report(WELL, after=SILENT_AFTER + SECOND)
    alert.refresh_from_db()
    assert (alert.state, alert.settled_at) == (AlertState.SETTLED, at + SILENT_AFTER + SECOND)
    assert count_events("settled") == 1


def test_a_second_silence_is_another_alert(report: Callable[..., None], at: datetime) -> None:
    report()
    watch_gateways(at=at + SILENT_AFTER)
    report(after=SILENT_AFTER)
    watch_gateways(at=at + 2 * SILENT_AFTER)
    assert GatewayAlert.objects.count() == 2
    assert pending().keys() == {Kind.SILENT}


@pytest.mark.parametrize("lane", LATE_AFTER)
def test_each_lane_has_its_own_patience(report: Callable[..., None], lane: str) -> None:
    limit = LATE_AFTER[lane].total_seconds()
    report(late(lane, limit - 1))
    assert pending() == {}
    report(late(lane, limit, waiting=9))
    assert (pending()[Kind.LATE].lane, pending()[Kind.LATE].number) == (lane, 9)
    report(late(lane, 1))
    assert pending() == {}


def test_the_most_urgent_lane_that_is_late_is_the_one_told(report: Callable[..., None]) -> None:
    lanes = (LaneTally("scheduled", 300, 4000), LaneTally("vital", 2, 130))
    report(replace(WELL, waiting=302, lanes=lanes))
    assert (pending()[Kind.LATE].lane, pending()[Kind.LATE].number) == ("vital", 2)


def test_the_figures_of_an_alert_follow_without_telling_again(report: Callable[..., None]) -> None:
    for number in (1, 2, 3):
        report(replace(WELL, set_aside=number))
    assert pending()[Kind.SET_ASIDE].number == 3
    assert count_events("opened") == 1


@pytest.mark.parametrize(
    ("free", "total", "is_low"),
    [
        (1 * GIB, 100 * GIB, True),
        (6 * GIB, 1000 * GIB, False),
        (2 * GIB, 20 * GIB, False),
        (None, None, False),
    ],
)
def test_a_disk_is_low_by_size_and_by_share(
    report: Callable[..., None], free: int | None, total: int | None, is_low: bool
) -> None:
    report(replace(WELL, disk_free_bytes=free, disk_total_bytes=total))
    assert (Kind.DISK in pending()) is is_low


def test_silence_hides_nothing_of_what_was_wrong_before(report: Callable[..., None], at: datetime) -> None:
    report(replace(WELL, set_aside=2))
    watch_gateways(at=at + SILENT_AFTER)
    assert pending().keys() == {Kind.SET_ASIDE, Kind.SILENT}


def test_the_database_holds_one_pending_alert_of_a_kind(alert: GatewayAlert, at: datetime) -> None:
    with pytest.raises(IntegrityError):
        GatewayAlert.objects.create(gateway=alert.gateway, kind=alert.kind, since=at, opened_at=at)


def test_the_watch_runs_by_itself(report: Callable[..., None]) -> None:
    report()
    Gateway.objects.update(reported_at=Gateway.objects.get().reported_at - SILENT_AFTER)
    watch(timestamp=0)
    assert pending().keys() == {Kind.SILENT}


def test_images_set_aside_after_someone_took_note_are_told_anew(
    alert: GatewayAlert, report: Callable[..., None], territory: Territory, at: datetime
) -> None:
    acknowledge_alert(alert=alert, by=territory.technologist, at=at)
    report(replace(WELL, set_aside=1), after=SECOND)
    assert count_events("opened") == 1
    report(replace(WELL, set_aside=2), after=2 * SECOND)
    assert count_events("opened") == 2
    assert pending()[Kind.SET_ASIDE].state == AlertState.OPEN


@pytest.mark.parametrize(
    ("kind", "limit", "of"),
    [
        (
            Kind.STEPS,
            STEPS_LATE_AFTER,
            lambda seconds: BacklogTally(steps_waiting=2, steps_oldest_seconds=seconds),
        ),
        (
            Kind.COMMITMENT,
            COMMITMENTS_LATE_AFTER,
            lambda seconds: BacklogTally(commitments_waiting=2, commitments_oldest_seconds=seconds),
        ),
    ],
)
def test_steps_and_commitments_that_wait_too_long_are_told_until_they_have_left(
    report: Callable[..., None],
    at: datetime,
    kind: Kind,
    limit: timedelta,
    of: Callable[[int], BacklogTally],
) -> None:
    seconds = int(limit.total_seconds())
    report(replace(WELL, backlog=of(seconds - 1)))
    assert pending() == {}
    report(replace(WELL, backlog=of(seconds)))
    assert (pending()[kind].number, pending()[kind].since) == (2, at - limit)
    report(WELL)
    assert pending() == {}


def test_steps_refused_are_told_and_told_anew_when_there_are_more(
    report: Callable[..., None], territory: Territory, at: datetime
) -> None:
    report(replace(WELL, backlog=BacklogTally(steps_refused=1)))
    acknowledge_alert(alert=pending()[Kind.REFUSED], by=territory.technologist, at=at)
    report(replace(WELL, backlog=BacklogTally(steps_refused=2)), after=SECOND)
    assert pending()[Kind.REFUSED].state == AlertState.OPEN
    assert pending()[Kind.REFUSED].number == 2
