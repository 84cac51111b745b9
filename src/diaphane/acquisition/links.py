"""Whether the link between a site and the platform carries images: measured, kept, valid for a while."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Duty
from diaphane.acts.operations import settle_duty
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.organisations.queries import get_structure

from .models import LinkTest

LINK_TEST_LASTS = timedelta(hours=12)
LINK_GUARD = "exam.link"
GOOD_DOWN_MBPS = Decimal(4)
GOOD_UP_MBPS = Decimal(2)
GOOD_LATENCY_MS = Decimal(300)

_FASTEST_MBPS = Decimal(100_000)
_SLOWEST_MBPS = Decimal("0.01")
_LONGEST_LATENCY_MS = Decimal(60_000)
_SAME_TEST = timedelta(minutes=1)


def get_last_link_test(structure_id: UUID) -> LinkTest | None:
    """Return the last test of a site's link, good or not, however old."""
    return LinkTest.objects.filter(structure_id=structure_id).order_by("-tested_at").first()


def get_valid_link_test(structure_id: UUID) -> LinkTest | None:
    """Return the last test of a site's link if it was good and still counts.

    A bad test made since then takes the good one's place: what was true this morning is not true now.
    """
    last = get_last_link_test(structure_id)
    return last if last and last.is_good and last.tested_at >= now() - LINK_TEST_LASTS else None


def record_link_test(
    *, structure_id: UUID, down_mbps: Decimal, up_mbps: Decimal, latency_ms: Decimal, by: Actor, at: datetime
) -> LinkTest:
    """Keep what the browser measured between the site and the platform (R81).

    A good one settles what a vital emergency had let wait.

    Raises:
        NotAllowedError: another role, or another site's link.
        GuardError: values that no link has.
        ConflictError: this test was already recorded.
    """
    if not may(by, "link.test") or by.structure_id != structure_id:
        raise NotAllowedError(_("Only a technologist of the site tests its link."))
    _check_plausible(down_mbps, up_mbps, latency_ms)
    is_good = down_mbps >= GOOD_DOWN_MBPS and up_mbps >= GOOD_UP_MBPS and latency_ms <= GOOD_LATENCY_MS
    measured = {
        "down_mbps": round(down_mbps, 2),
        "up_mbps": round(up_mbps, 2),
        "latency_ms": round(latency_ms, 1),
    }
    with transaction.atomic():
        structure = get_structure(structure_id)
        if LinkTest.objects.filter(
            structure=structure, actor_id=by.id, tested_at__gte=at - _SAME_TEST, **measured
        ).exists():
            raise ConflictError(_("This test was already recorded."))
        kept = LinkTest.objects.create(
            structure=structure,
            actor_id=by.id,
            actor_label=by.label,
            tested_at=at,
            is_good=is_good,
            **measured,
        )
        if is_good:
            _settle_what_waited(structure_id, by, at)
    return kept


def _check_plausible(down_mbps: Decimal, up_mbps: Decimal, latency_ms: Decimal) -> None:
    speeds = (("down_mbps", down_mbps), ("up_mbps", up_mbps))
    absurd = [name for name, value in speeds if not _SLOWEST_MBPS <= value <= _FASTEST_MBPS]
    if not 0 < latency_ms <= _LONGEST_LATENCY_MS:
        absurd.append("latency_ms")
    if absurd:
        raise GuardError(
            _("These measures are not plausible: nothing was recorded."),
            [Missing("R81", _("A new link test"), _("You"), field=absurd[0])],
        )


def _settle_what_waited(structure_id: UUID, by: Actor, at: datetime) -> None:
    owed = Duty.objects.filter(
        guard=LINK_GUARD, state=Duty.State.OPEN, act__requesting_site_id=structure_id
    ).order_by("due_at")
    for duty in owed:
        settle_duty(duty=duty, by=by, at=at)
