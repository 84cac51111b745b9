"""Read reports, always from the actor's rights."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from diaphane.acts.models import Act
from diaphane.events.models import Event
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import Missing

from .models import Report, ReportState
from .storage import open_storage
from .transitions import REPORT_TABLE


def find_report(act: Act) -> Report | None:
    """Return the latest version of an act's report, draft included; for those who write it."""
    return (
        Report.objects.filter(act=act)
        .select_related("act__patient", "act__request")
        .order_by("-version")
        .first()
    )


def map_authors(act_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Map acts to who is writing their report: account and name."""
    drafts = Report.objects.filter(act_id__in=list(act_ids), state=ReportState.DRAFT)
    return {each.act_id: (each.author_id, each.author_label) for each in drafts.order_by("version")}


def list_missing(report: Report, *, by: Actor) -> list[Missing]:
    """List what still blocks a signature, the second factor aside: that is asked last."""
    missing = REPORT_TABLE.list_missing(report, "sign", by=by)
    return [each for each in missing if each.requirement != "R39"]


def get_report(act_id: UUID, *, actor: Actor) -> Report:
    """Return the latest signed version that the actor may see.

    Raises:
        Report.DoesNotExist: none, not signed, or not open to this actor.
    """
    return list_reports(actor).filter(act_id=act_id).latest("version")


def get_report_of_event(event: Event) -> Report:
    """Return the report that an event speaks of; for the system's own handlers."""
    return Report.objects.select_related("act__patient", "act__request").get(pk=event.subject_id)


def list_reports(actor: Actor) -> QuerySet[Report]:
    """List the signed reports open to an actor, latest first."""
    return Report.objects.visible_to(actor).filter(state=ReportState.FINAL).order_by("-signed_at")


def list_to_tell(actor: Actor) -> QuerySet[Report]:
    """List the signed reports whose patient nobody has told yet, oldest first (R100)."""
    return list_reports(actor).filter(patient_told_at=None).order_by("signed_at")


def read_pdf(report: Report) -> bytes:
    """Return the signed PDF/A of a report."""
    with open_storage().open(report.pdf_key) as stored:
        return bytes(stored.read())
