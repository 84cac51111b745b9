"""Hear what a gateway says of its queue and of the objects it took for each study."""

import json
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from diaphane.imaging.gateways import GatewayStatus, LaneTally, StudyTally, record_gateway_status
from diaphane.imaging.watching import LATE_AFTER
from diaphane.interop.authentication import interface, refusal
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane_dicom.identifiers import is_valid_uid

from .worklist import EDGE_ONLY

LONGEST_ERROR = 300
_LARGEST = 2**31 - 1
_LARGEST_SIZE = 2**63 - 1


class MalformedStatusError(ValueError):
    """What the gateway says is not of the agreed form (400)."""


@interface("POST", roles=EDGE_ONLY)
def status(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep one report; nothing is answered (204)."""
    try:
        report = read_status(json.loads(request.body))
    except (MalformedStatusError, ValueError):
        return refusal(_("This status is malformed."), 400)
    record_gateway_status(status=report, by=actor, at=now())
    return HttpResponse(status=204)


def read_status(content: object) -> GatewayStatus:
    """Read the agreed JSON form.

    Raises:
        MalformedStatusError
    """
    report = _object(content)
    queue = _object(report.get("queue"))
    disk = _object(report.get("disk", {}))
    studies, lanes = report.get("studies"), report.get("lanes", [])
    if not isinstance(studies, list) or not isinstance(lanes, list):
        raise MalformedStatusError
    return GatewayStatus(
        ae_title=_text(report.get("ae_title"), longest=16),
        waiting=_count(queue.get("waiting")),
        set_aside=_count(queue.get("set_aside")),
        oldest_seconds=_count(queue.get("oldest_seconds")),
        last_error=str(report.get("last_error") or "").replace("\0", "")[:LONGEST_ERROR],
        studies=tuple(_read_tally(_object(each)) for each in studies),
        lanes=tuple(_read_lane(_object(each)) for each in lanes[: len(LATE_AFTER)]),
        disk_free_bytes=_size(disk.get("free_bytes")),
        disk_total_bytes=_size(disk.get("total_bytes")),
    )


def _read_tally(study: Mapping[str, object]) -> StudyTally:
    uid = _text(study.get("study_instance_uid"), longest=64)
    if not is_valid_uid(uid):
        raise MalformedStatusError
    return StudyTally(uid, _count(study.get("received")), _count(study.get("acknowledged")))


def _read_lane(lane: Mapping[str, object]) -> LaneTally:
    name = _text(lane.get("lane"), longest=10)
    if name not in LATE_AFTER:
        raise MalformedStatusError
    return LaneTally(name, _count(lane.get("waiting")), _count(lane.get("oldest_seconds")))


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise MalformedStatusError
    return value


def _text(value: object, *, longest: int) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= longest or "\0" in value:
        raise MalformedStatusError
    return value


def _count(value: object, *, largest: int = _LARGEST) -> int:
    if value is None:
        return 0
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= largest:  # type: ignore[operator]
        raise MalformedStatusError
    return int(value)  # type: ignore[call-overload, no-any-return]


def _size(value: object) -> int | None:
    return None if value is None else _count(value, largest=_LARGEST_SIZE)
