"""Keep what a site's gateway says of itself: its queue, and how many objects it took for each study."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Sum

from diaphane.acts.models import Act
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor, Role

from .gateway_asides import AsideTally, GatewayAside, keep_asides
from .models import Gateway, GatewayReport, Instance
from .watching import review_gateway


@dataclass(frozen=True)
class StudyTally:
    """One study as a gateway counts it: objects taken from modalities, and on their way."""

    study_instance_uid: str
    received: int
    waiting: int


@dataclass(frozen=True)
class LaneTally:
    """What waits in one lane of the gateway: how many objects, and how long the oldest has waited."""

    lane: str
    waiting: int
    oldest_seconds: int


@dataclass(frozen=True)
class HeldBack:
    """Objects of an act that a gateway has and the platform has not; some of them wait for a person."""

    objects: int
    set_aside: int


@dataclass(frozen=True)
class BacklogTally:
    """What waits beside images: performed steps (MPPS) with their studies, storage commitments."""

    steps_waiting: int = 0
    steps_refused: int = 0
    steps_oldest_seconds: int = 0
    steps_studies: tuple[str, ...] = ()
    commitments_waiting: int = 0
    commitments_oldest_seconds: int = 0


NOTHING_ELSE = BacklogTally()


@dataclass(frozen=True)
class GatewayStatus:
    """One report of a gateway."""

    ae_title: str
    waiting: int
    set_aside: int
    oldest_seconds: int
    last_error: str
    studies: tuple[StudyTally, ...]
    lanes: tuple[LaneTally, ...] = ()
    disk_free_bytes: int | None = None
    disk_total_bytes: int | None = None
    backlog: BacklogTally = NOTHING_ELSE
    asides: tuple[AsideTally, ...] = ()


def record_gateway_status(*, status: GatewayStatus, by: Actor, at: datetime) -> None:
    """Keep a report of the gateway of the actor's site; tell the acts whose counts moved, and no other."""
    with transaction.atomic():
        gateway, _new = Gateway.objects.update_or_create(
            site_id=by.structure_id,
            ae_title=status.ae_title,
            defaults={
                "waiting": status.waiting,
                "set_aside": status.set_aside,
                "oldest_seconds": status.oldest_seconds,
                "lanes": [asdict(each) for each in status.lanes],
                **asdict(status.backlog),
                "disk_free_bytes": status.disk_free_bytes,
                "disk_total_bytes": status.disk_total_bytes,
                "last_error": status.last_error,
                "reported_at": at,
            },
        )
        review_gateway(gateway_id=gateway.pk, at=at)
        moved = {each.study_instance_uid for each in status.studies if _tally(gateway, each, at)}
        _tell_acts(moved | keep_asides(gateway, status.asides), gateway.site_id, at)


def is_sending_over(act: Act, *, since: datetime) -> bool:
    """Say whether the gateways that hold images of an act reported after an instant, nothing left to send.

    What came otherwise than by a gateway has nobody to confirm it: nothing is waited for then.
    """
    if has_more_to_send(act):
        return False
    gateways, reports = Gateway.objects.filter(site=act.requesting_site_id), _list_reports(act)
    concerned = gateways.filter(reports__in=reports).distinct()
    if not concerned.exists():
        came = Instance.objects.filter(series__study__act=act, received_from=Role.EDGE.value)
        concerned = gateways if came.exists() else gateways.none()
    return not concerned.filter(reported_at__lt=since).exists()


def has_more_to_send(act: Act) -> bool:
    """Say whether a gateway of the site last reported objects of an act that are on their way.

    What it has set aside for a person is not: it may never leave.
    """
    return _list_reports(act).filter(waiting__gt=0).exists()


def count_held_back(act: Act) -> HeldBack:
    """Count the objects of an act that its site's gateways have and the platform has not.

    What came under its studies since the last report is taken off, whosever these images are.
    """
    told = _list_reports(act).aggregate(
        announced=Sum("announced", default=0), waiting=Sum("waiting", default=0)
    )
    set_aside = list_asides(act).aggregate(images=Sum("images", default=0))["images"]
    came = Instance.objects.filter(
        series__study__site=act.requesting_site_id,
        series__study__study_instance_uid__in=_list_uids(act),
        received_from=Role.EDGE.value,
    )
    missing = max(0, told["announced"] - came.count())
    return HeldBack(min(told["waiting"] + set_aside, missing), min(set_aside, missing))


def list_asides(act: Act) -> QuerySet[GatewayAside]:
    """List what the gateways of an act's site hold back of its studies, and why."""
    found = GatewayAside.objects.filter(
        gateway__site=act.requesting_site_id, study_instance_uid__in=_list_uids(act)
    )
    return found.select_related("gateway").order_by("pk")


def _list_uids(act: Act) -> set[str]:
    return {act.study_instance_uid, *act.studies.values_list("study_instance_uid", flat=True)}


def _list_reports(act: Act) -> QuerySet[GatewayReport]:
    """List what the gateways of an act's site say of its studies."""
    return GatewayReport.objects.filter(
        gateway__site=act.requesting_site_id, study_instance_uid__in=_list_uids(act)
    )


def _tally(gateway: Gateway, tally: StudyTally, at: datetime) -> bool:
    """Write one study's counts and say whether they moved.

    What was taken once stays so: a gateway forgets after a time what the platform has verified.
    """
    report, is_new = GatewayReport.objects.get_or_create(
        gateway=gateway,
        study_instance_uid=tally.study_instance_uid,
        defaults={
            "announced": tally.received,
            "waiting": tally.waiting,
            "reported_at": at,
        },
    )
    if is_new:
        return True
    counts = (max(report.announced, tally.received), tally.waiting)
    if counts == (report.announced, report.waiting):
        return False
    report.announced, report.waiting, report.reported_at = *counts, at
    report.save()
    return True


def _tell_acts(study_instance_uids: Collection[str], site_id: UUID, at: datetime) -> None:
    acts = Act.objects.filter(requesting_site=site_id, study_instance_uid__in=study_instance_uids)
    for act_id in acts.order_by("created_at").values_list("pk", flat=True):
        record_event(kind="images.announced", subject_type="act", subject_id=act_id, act_id=act_id, at=at)
