"""Read one arrival that waits for a person: what it holds, whatever was decided about it since."""

from typing import NamedTuple
from uuid import UUID

from diaphane.kernel.actors import Actor

from .models import Instance, Reconciliation, Series, Study
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


class NumberedImage(NamedTuple):
    """One image as a person names it: its series and its number there."""

    series_uid: str
    number: int | None
    sop_uid: str


def list_numbered(study: Study) -> list[NumberedImage]:
    """List the images of a study by series and number."""
    found = Instance.objects.filter(series__study=study).order_by("series__number", "number", "pk")
    names = ("series__series_instance_uid", "number", "sop_instance_uid")
    return [NumberedImage(*each) for each in found.values_list(*names)]
