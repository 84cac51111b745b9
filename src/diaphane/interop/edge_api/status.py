"""Hear what a gateway says of its queue and of the objects it took for each study."""

import re
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from diaphane.imaging.gateway_asides import AsideTally
from diaphane.imaging.gateways import (
    BacklogTally,
    GatewayStatus,
    LaneTally,
    StudyTally,
    record_gateway_status,
)
from diaphane.imaging.watching import LATE_AFTER
from diaphane.interop.authentication import interface, refusal
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane_dicom.identifiers import is_valid_uid

from .bodies import MalformedBodyError, read_body, read_count, read_list, read_object, read_text

LONGEST_ERROR = 300
MOST_STUDIES = 50
_REASON = re.compile(r"[a-z_]+( [0-9A-Z ]+)?", re.ASCII)
_LARGEST_SIZE = 2**63 - 1


@interface("POST", needs="gateway.status")
def status(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep one report; nothing is answered (204)."""
    try:
        report = read_status(read_body(request))
    except MalformedBodyError:
        return refusal(_("This status is malformed."), 400)
    record_gateway_status(status=report, by=actor, at=now())
    return HttpResponse(status=204)


def read_status(report: Mapping[str, object]) -> GatewayStatus:
    """Read the agreed JSON form.

    Raises:
        MalformedBodyError
    """
    queue = read_object(report.get("queue"))
    disk = read_object(report.get("disk", {}))
    studies, lanes = read_list(report.get("studies")), read_list(report.get("lanes", []))
    asides = read_list(report.get("asides", []))  # an older gateway says nothing of it
    return GatewayStatus(
        ae_title=_text(report.get("ae_title"), longest=16),
        waiting=read_count(queue.get("waiting")),
        set_aside=read_count(queue.get("set_aside")),
        oldest_seconds=read_count(queue.get("oldest_seconds")),
        last_error=str(report.get("last_error") or "").replace("\0", "")[:LONGEST_ERROR],
        studies=tuple(_read_tally(read_object(each)) for each in studies),
        lanes=tuple(_read_lane(read_object(each)) for each in lanes[: len(LATE_AFTER)]),
        backlog=_read_backlog(read_object(report.get("backlog", {}))),
        asides=tuple(_read_aside(read_object(each)) for each in asides),
        disk_free_bytes=_size(disk.get("free_bytes")),
        disk_total_bytes=_size(disk.get("total_bytes")),
    )


def _read_aside(aside: Mapping[str, object]) -> AsideTally:
    uid, reason = _text(aside.get("study_instance_uid"), longest=64), _text(aside.get("reason"), longest=40)
    if not is_valid_uid(uid) or not _REASON.fullmatch(reason):
        raise MalformedBodyError
    return AsideTally(uid, reason, read_count(aside.get("images")))


def _read_tally(study: Mapping[str, object]) -> StudyTally:
    uid = _text(study.get("study_instance_uid"), longest=64)
    if not is_valid_uid(uid):
        raise MalformedBodyError
    received = read_count(study.get("received"))
    left = max(0, received - read_count(study.get("acknowledged")))  # an older gateway says no more of it
    return StudyTally(uid, received, read_count(study.get("waiting", left)))


def _read_lane(lane: Mapping[str, object]) -> LaneTally:
    name = _text(lane.get("lane"), longest=10)
    if name not in LATE_AFTER:
        raise MalformedBodyError
    return LaneTally(name, read_count(lane.get("waiting")), read_count(lane.get("oldest_seconds")))


def _read_backlog(backlog: Mapping[str, object]) -> BacklogTally:
    """Read what waits beside images; an older gateway says less of it."""
    uids = [_text(each, longest=64) for each in read_list(backlog.get("studies", []))[:MOST_STUDIES]]
    if not all(map(is_valid_uid, uids)):
        raise MalformedBodyError
    return BacklogTally(
        steps_waiting=read_count(backlog.get("steps_waiting", 0)),
        steps_refused=read_count(backlog.get("steps_refused", 0)),
        steps_oldest_seconds=read_count(backlog.get("steps_oldest_seconds", 0)),
        steps_studies=tuple(uids),
        commitments_waiting=read_count(backlog.get("commitments_waiting", 0)),
        commitments_oldest_seconds=read_count(backlog.get("commitments_oldest_seconds", 0)),
    )


def _text(value: object, *, longest: int) -> str:
    text = read_text(value)
    if not 0 < len(text) <= longest or text != value:
        raise MalformedBodyError
    return text


def _size(value: object) -> int | None:
    return None if value is None else read_count(value, largest=_LARGEST_SIZE)
