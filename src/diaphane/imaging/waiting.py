"""Read one arrival that waits for a person: what it holds, whatever was decided about it since."""

from uuid import UUID

from django.db.models import Count, Q

from diaphane.kernel.actors import Actor

from .models import Reconciliation, Series, Study
from .queries import SeriesSummary


def get_reconciliation(reconciliation_id: UUID, *, actor: Actor) -> Reconciliation:
    """Return one arrival of the technologist's own site, settled or not.

    Raises:
        Reconciliation.DoesNotExist: unknown, or another site's.
    """
    return Reconciliation.objects.visible_to(actor).get(pk=reconciliation_id)


def list_series_of(study: Study) -> list[SeriesSummary]:
    """List the series of one study with their counts, in the order of their numbers."""
    found = (
        Series.objects.filter(study=study)
        .annotate(
            received=Count("instances"),
            verified=Count("instances", filter=Q(instances__verified_at__isnull=False)),
        )
        .order_by("number", "received_at")
    )
    return [
        SeriesSummary(each.modality, each.number, each.description, each.received, each.verified)
        for each in found
    ]
