"""Read the copies of a person's data, starting from who asks."""

from uuid import UUID

from django.db.models import QuerySet

from diaphane.kernel.actors import Actor

from .export_models import DataExport


def list_exports(actor: Actor, *, patient_id: UUID) -> QuerySet[DataExport]:
    """List the copies of one patient that the actor may have, latest first."""
    return DataExport.objects.visible_to(actor).filter(patient_id=patient_id).order_by("-asked_at")


def get_export(export_id: UUID, *, actor: Actor) -> DataExport:
    """Return one copy.

    Raises:
        DataExport.DoesNotExist: unknown, or somebody else's.
    """
    return DataExport.objects.visible_to(actor).get(pk=export_id)
