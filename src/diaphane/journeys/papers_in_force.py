"""The papers of a site are in force again: what vital emergencies left owing there is done (R17)."""

from django.utils import timezone

from diaphane.acts.operations import settle_duty
from diaphane.acts.queries import list_open_duties_at
from diaphane.events.models import Event
from diaphane.kernel.actors import SYSTEM
from diaphane.organisations.papers.force import find_lacking
from diaphane.organisations.papers.kinds import Activity
from diaphane.organisations.papers.queries import find_paper
from diaphane.requests.guards import PAPERS


def settle_paper_duties(event: Event) -> None:
    """Settle what a site owes for want of papers, once none is lacking; nothing owed is no error."""
    paper = find_paper(event.subject_id)
    if paper is None or find_lacking(
        paper.site_id, Activity.TELEDIAGNOSIS, on=timezone.localdate(event.occurred_at)
    ):
        return
    for duty in list_open_duties_at(paper.site_id, guard=PAPERS.code):
        settle_duty(duty=duty, by=SYSTEM, at=event.occurred_at)
