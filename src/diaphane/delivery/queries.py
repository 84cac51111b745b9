"""Read who received what."""

from django.db.models import Q, QuerySet

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor, Role
from diaphane.reporting.models import Report
from diaphane.scheduling.models import Appointment

from .models import AppointmentNotice, Dispatch


def list_dispatches(report: Report) -> QuerySet[Dispatch]:
    """List the recipients of a report."""
    return Dispatch.objects.filter(report=report).order_by("created_at")


def list_received(actor: Actor) -> QuerySet[Dispatch]:
    """List the reports addressed to a person, latest first."""
    return Dispatch.objects.visible_to(actor).filter(account_id=actor.id).order_by("-created_at")


def list_not_received(actor: Actor) -> QuerySet[Dispatch]:
    """List the dispatches that nobody has received yet, oldest first: no queue is hidden.

    A patient whom a person has told, and whose mail has left, owes no receipt.
    """
    settled = (Dispatch.Status.ACKNOWLEDGED, Dispatch.Status.OBJECTED)
    is_settled = Q(status__in=settled) | Q(
        recipient=Dispatch.Recipient.PATIENT, status=Dispatch.Status.ANNOUNCED
    )
    return Dispatch.objects.visible_to(actor).exclude(is_settled).order_by("created_at")


def list_awaited_from(actor: Actor, *, report: Report) -> QuerySet[Dispatch]:
    """List the dispatches of a report that this person may acknowledge: their own, or their site's."""
    mine = Q(account_id=actor.id)
    if actor.role is Role.REQUESTING_PHYSICIAN and actor.structure_id == report.act.requesting_site_id:
        mine |= Q(recipient=Dispatch.Recipient.REQUESTER)
    waiting = Dispatch.objects.filter(mine, report=report, acknowledged_at=None)
    still = waiting.exclude(status=Dispatch.Status.OBJECTED)
    return still.select_related("report__act").order_by("created_at")


def is_dispatched(act: Act) -> bool:
    """Say whether an act's report was brought to its recipients, received or not."""
    return Dispatch.objects.filter(report__act=act, recipient=Dispatch.Recipient.REQUESTER).exists()


def get_dispatch(report: Report, dispatch_id: str, *, status: Dispatch.Status) -> Dispatch:
    """Return one recipient of a report, who stands at this status.

    Raises:
        Dispatch.DoesNotExist: unknown, or not there any more.
    """
    waiting = Dispatch.objects.filter(report=report, status=status)
    found = next((each for each in waiting if str(each.pk) == dispatch_id), None)
    if found is None:
        raise Dispatch.DoesNotExist
    return found


def list_notices(appointment: Appointment) -> QuerySet[AppointmentNotice]:
    """List what a patient was told of a slot, and will be, in its order; once the page has opened the act."""
    return AppointmentNotice.objects.filter(appointment=appointment, dropped_at=None).order_by("due_at", "id")
