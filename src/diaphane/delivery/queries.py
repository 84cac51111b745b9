"""Read who received what."""

from django.db.models import QuerySet

from diaphane.kernel.actors import Actor
from diaphane.reporting.models import Report

from .models import Dispatch


def list_dispatches(report: Report) -> QuerySet[Dispatch]:
    """List the recipients of a report."""
    return Dispatch.objects.filter(report=report).order_by("created_at")


def list_received(actor: Actor) -> QuerySet[Dispatch]:
    """List the reports addressed to a person, latest first."""
    return Dispatch.objects.visible_to(actor).filter(account_id=actor.id).order_by("-created_at")


def list_not_received(actor: Actor) -> QuerySet[Dispatch]:
    """List the dispatches that nobody has received yet, oldest first: no queue is hidden."""
    return (
        Dispatch.objects.visible_to(actor).exclude(status=Dispatch.Status.ACKNOWLEDGED).order_by("created_at")
    )


def get_paper_dispatch(report: Report, dispatch_id: str) -> Dispatch:
    """Return a recipient of a report who waits for it on paper.

    Raises:
        Dispatch.DoesNotExist: unknown, or not on paper.
    """
    waiting = Dispatch.objects.filter(report=report, status=Dispatch.Status.ON_PAPER)
    found = next((each for each in waiting if str(each.pk) == dispatch_id), None)
    if found is None:
        raise Dispatch.DoesNotExist
    return found
