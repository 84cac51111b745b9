"""Who is reading through a link now: rights are weighed at each request, nothing is remembered (R42, R43)."""

from datetime import datetime, timedelta
from uuid import UUID

from diaphane.audit.operations import Subject, record_view
from diaphane.kernel.actors import Actor, Role
from diaphane.reporting.models import Report
from diaphane.reporting.queries import find_signed_report

from .keys import digest_of
from .models import SharedLink, Visit

IDLE_AFTER = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=1)
"""How often a visit says that it goes on: hundreds of requests for pieces are one reading."""


def find_visit(*, link_id: UUID, key: str, at: datetime) -> Visit | None:
    """Return the visit that a browser's key continues, or None: over, idle, revoked, another link's."""
    going_on = Visit.objects.filter(
        link__in=SharedLink.objects.open_at(at).filter(pk=link_id).values("pk"),
        key_digest=digest_of(key),
        ended_at=None,
        last_seen_at__gt=at - IDLE_AFTER,
    )
    visit = going_on.select_related("link__act__patient", "link__study").first()
    if visit is not None and visit.last_seen_at < at - NOTED_EVERY:
        going_on.update(last_seen_at=at)
    return visit


def end_visit(*, visit: Visit, at: datetime) -> None:
    """Close a visit, because its reader is done; the link still opens with its code."""
    Visit.objects.filter(pk=visit.pk, ended_at=None).update(ended_at=at)


def actor_of(visit: Visit) -> Actor:
    """Return who reads, as the trail keeps them: the link stands for the person who has no account."""
    link = visit.link
    return Actor(
        id=link.pk,
        role=Role.OUTSIDE_PROFESSIONAL,
        label=link.recipient_name,
        structure_label=link.recipient_structure,
        session=visit.pk.hex,
    )


def find_granted_report(link: SharedLink) -> Report | None:
    """Return the signed report that a link shows; None where it is not granted, or not signed yet."""
    return find_signed_report(link.act) if link.with_report else None


def record_seen(what: str, *, visit: Visit, at: datetime) -> None:
    """Write in the trail what someone saw through a link, once per visit: ``images``, ``report_document``."""
    act = visit.link.act
    subject = Subject("study", visit.link.study_id, act.pk, act.patient_id)
    record_view(what, by=actor_of(visit), at=at, subject=subject)
