"""Read reports, always from the actor's rights."""

import hashlib
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.events.models import Event
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, Missing

from .models import Report, ReportState
from .storage import open_storage
from .transitions import REPORT_TABLE


class DamagedDocumentError(ConflictError):
    """The document's bytes no longer match the digest written at its signature."""


def find_report(act: Act) -> Report | None:
    """Return the latest version of an act's report, draft included; for those who write it."""
    return (
        Report.objects.filter(act=act)
        .select_related("act__patient", "act__request")
        .order_by("-version")
        .first()
    )


def find_signed_report(act: Act) -> Report | None:
    """Return the latest signed version of an act's report; for a page that has opened the act already."""
    signed = Report.objects.filter(act=act, state=ReportState.FINAL).select_related("act__request")
    return signed.order_by("-version").first()


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
    """List the signed reports open to an actor, latest first; to a patient, once told by a person (R100)."""
    signed = Report.objects.visible_to(actor).filter(state=ReportState.FINAL)
    if actor.role is Role.PATIENT:
        signed = signed.filter(patient_told_at__isnull=False)
    return signed.order_by("-signed_at")


def list_to_tell(actor: Actor) -> QuerySet[Report]:
    """List the signed reports whose patient nobody has told yet, oldest first (R100)."""
    return list_reports(actor).filter(patient_told_at=None).order_by("signed_at")


def read_pdf(report: Report) -> bytes:
    """Return the signed PDF/A of a report, as it was signed.

    Raises:
        DamagedDocumentError: the stored bytes are not those whose digest was signed.
    """
    with open_storage().open(report.pdf_key) as stored:
        content = bytes(stored.read())
    if hashlib.sha256(content).hexdigest() != report.pdf_sha256:
        raise DamagedDocumentError(
            _("The stored document is not the one that was signed: tell the technical service.")
        )
    return content
