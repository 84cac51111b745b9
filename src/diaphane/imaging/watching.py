"""See when a gateway needs a person: silent, late, with something set aside, or its disk full."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.events.operations import record_event
from diaphane.kernel.actors import SYSTEM, Actor
from diaphane.kernel.errors import NotAllowedError

from .gateway_alerts import AlertState, GatewayAlert
from .models import Gateway
from .transitions import GATEWAY_ALERT

SILENT_AFTER = timedelta(minutes=5)
"""A gateway says how it is every fifteen seconds at least."""
LATE_AFTER = {
    "vital": timedelta(minutes=2),
    "urgent": timedelta(minutes=5),
    "unknown": timedelta(minutes=10),
    "delayed": timedelta(minutes=20),
    "scheduled": timedelta(minutes=30),
    "prior": timedelta(hours=12),
}
"""How long the oldest image of a lane may wait, the most urgent lane first."""
STEPS_LATE_AFTER = timedelta(minutes=10)
COMMITMENTS_LATE_AFTER = timedelta(hours=1)
"""A modality that is off takes no answer: the gateway tries for a day."""
LOW_DISK_BYTES = 5 << 30
LOW_DISK_SHARE = 0.05
Kind = GatewayAlert.Kind
NEWS_KINDS = frozenset({Kind.SET_ASIDE, Kind.REFUSED})
"""What a person must hear of again when there is more of it."""


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong now."""

    kind: GatewayAlert.Kind
    since: datetime
    number: int = 0
    lane: str = ""


def watch_gateways(*, at: datetime) -> None:
    """Review every gateway, each in a transaction of its own."""
    for gateway_id in Gateway.objects.order_by("id").values_list("pk", flat=True):
        review_gateway(gateway_id=gateway_id, at=at)


def review_gateway(*, gateway_id: UUID, at: datetime) -> None:
    """Open an alert for what has become wrong, settle those whose matter is over."""
    with transaction.atomic():
        gateway = Gateway.objects.select_for_update().get(pk=gateway_id)
        pending = {str(alert.kind): alert for alert in gateway.alerts.pending()}
        found = {str(trouble.kind): trouble for trouble in find_troubles(gateway, at=at)}
        for kind, trouble in found.items():
            if kind in pending and _is_news(pending[kind], trouble):
                _move(pending.pop(kind), "settle", by=SYSTEM, at=at)
            if kind in pending:
                _follow(pending[kind], trouble)
            else:
                _open(gateway, trouble, at)
        is_silent = Kind.SILENT in found
        for kind, alert in pending.items():
            # What a silent gateway said last may still be true: nobody knows.
            if kind not in found and not is_silent:
                _move(alert, "settle", by=SYSTEM, at=at)


def find_troubles(gateway: Gateway, *, at: datetime) -> Iterator[Trouble]:
    """Say what is wrong with a gateway; of one that is silent, nothing else is known."""
    if at - gateway.reported_at >= SILENT_AFTER:
        yield Trouble(Kind.SILENT, gateway.reported_at, gateway.waiting)
        return
    late = _find_late_lane(gateway)
    if late is not None:
        name, waiting, oldest_seconds = late
        yield Trouble(Kind.LATE, gateway.reported_at - timedelta(seconds=oldest_seconds), waiting, name)
    if gateway.set_aside:
        yield Trouble(Kind.SET_ASIDE, at, gateway.set_aside)
    yield from _find_troubles_beside_images(gateway, at)
    if is_disk_low(gateway):
        yield Trouble(Kind.DISK, at)


def _find_troubles_beside_images(gateway: Gateway, at: datetime) -> Iterator[Trouble]:
    steps, commitments = (
        timedelta(seconds=gateway.steps_oldest_seconds),
        timedelta(seconds=gateway.commitments_oldest_seconds),
    )
    if gateway.steps_waiting and steps >= STEPS_LATE_AFTER:
        yield Trouble(Kind.STEPS, gateway.reported_at - steps, gateway.steps_waiting)
    if gateway.steps_refused:
        yield Trouble(Kind.REFUSED, at, gateway.steps_refused)
    if gateway.commitments_waiting and commitments >= COMMITMENTS_LATE_AFTER:
        yield Trouble(Kind.COMMITMENT, gateway.reported_at - commitments, gateway.commitments_waiting)


def is_disk_low(gateway: Gateway) -> bool:
    """Say whether little room is left: under 5 GiB and under a twentieth of the disk."""
    free, total = gateway.disk_free_bytes, gateway.disk_total_bytes
    if free is None or total is None:
        return False
    return free < LOW_DISK_BYTES and free < total * LOW_DISK_SHARE


def acknowledge_alert(*, alert: GatewayAlert, by: Actor, at: datetime) -> None:
    """Record that a technologist of the site sees to it.

    Raises:
        NotAllowedError: another role, or another site's gateway.
        ConflictError: somebody sees to it already, or it is over.
    """
    with transaction.atomic():
        locked = (
            GatewayAlert.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=alert.pk).first()
        )
        if locked is None:
            raise NotAllowedError(_("This gateway belongs to another site."))
        _move(locked, "acknowledge", by=by, at=at)


def _find_late_lane(gateway: Gateway) -> tuple[str, int, int] | None:
    """Return the most urgent lane whose oldest image has waited too long, how many wait in it, how long."""
    lanes = {lane["lane"]: lane for lane in gateway.lanes}
    for name, limit in LATE_AFTER.items():
        lane = lanes.get(name)
        if lane and lane["oldest_seconds"] >= limit.total_seconds():
            return name, lane["waiting"], lane["oldest_seconds"]
    return None


def _open(gateway: Gateway, trouble: Trouble, at: datetime) -> None:
    alert = GatewayAlert.objects.create(
        gateway=gateway,
        kind=trouble.kind,
        since=trouble.since,
        number=trouble.number,
        lane=trouble.lane,
        opened_at=at,
    )
    _tell(alert, "gateway.alert_opened", by=SYSTEM, at=at)


def _is_news(alert: GatewayAlert, trouble: Trouble) -> bool:
    """Say whether more was set aside or refused since someone took note: they must hear of that too."""
    is_noted = alert.state == AlertState.ACKNOWLEDGED
    return alert.kind in NEWS_KINDS and is_noted and trouble.number > alert.number


def _follow(alert: GatewayAlert, trouble: Trouble) -> None:
    """Keep the figures of a pending alert true; that they move is no news."""
    if (alert.number, alert.lane) != (trouble.number, trouble.lane):
        alert.number, alert.lane = trouble.number, trouble.lane
        alert.save(update_fields=["number", "lane"])


def _move(alert: GatewayAlert, name: str, *, by: Actor, at: datetime) -> None:
    outcome = GATEWAY_ALERT.check(alert, name, by=by)
    alert.state = outcome.transition.target
    if alert.state == AlertState.ACKNOWLEDGED:
        alert.acknowledged_at, alert.acknowledged_by_id, alert.acknowledged_by_label = at, by.id, by.label
    else:
        alert.settled_at = at
    alert.save()
    _tell(alert, f"gateway.alert_{alert.state}", by=by, at=at)


def _tell(alert: GatewayAlert, kind: str, *, by: Actor, at: datetime) -> None:
    """Write the trail, and the event that the people of the site hear."""
    record(kind, by=by, at=at, subject=Subject("gateway_alert", alert.pk), detail={"kind": alert.kind})
    record_event(kind=kind, subject_type="structure", subject_id=alert.gateway.site_id, act_id=None, at=at)
