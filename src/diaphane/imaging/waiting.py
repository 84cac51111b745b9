"""Read one arrival that waits for a person: what it holds, whatever was decided about it since."""

from uuid import UUID

from diaphane.kernel.actors import Actor

from .models import Reconciliation, Series, Study
from .queries import SeriesSummary, summarise_series


def get_reconciliation(reconciliation_id: UUID, *, actor: Actor) -> Reconciliation:
    """Return one arrival of the technologist's own site, settled or not.

    Raises:
        Reconciliation.DoesNotExist: unknown, or another site's.
    """
    return Reconciliation.objects.visible_to(actor).get(pk=reconciliation_id)


def list_series_of(study: Study) -> list[SeriesSummary]:
    """List the series of one study with their counts, in the order of their numbers."""
    return summarise_series(Series.objects.filter(study=study).order_by("number", "received_at"))
