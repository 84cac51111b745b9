"""What must hold before a version of a paper counts, or is withdrawn (R17)."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import Missing
from diaphane.kernel.transitions import Guard
from diaphane.organisations.models import Paper, PaperKind, PaperState

from .kinds import KINDS, name_roles


def _another(paper: Paper, by: Actor) -> Missing | None:
    if paper.written_by_id != by.id:
        return None
    return Missing("R17", _("Nobody approves the paper that they wrote"), _approvers(paper))


def _entitled(paper: Paper, by: Actor) -> Missing | None:
    if by.role in KINDS[PaperKind(paper.kind)].approvers:
        return None
    return Missing("R17", _("The approval of a role that answers for this paper"), _approvers(paper))


def _latest(paper: Paper, by: Actor) -> Missing | None:
    later = Paper.objects.filter(site_id=paper.site_id, kind=paper.kind, version__gt=paper.version)
    if not later.exclude(state=PaperState.WITHDRAWN).exists():
        return None
    return Missing("R17", _("The latest version: a later one was written"), _approvers(paper))


def _explained(paper: Paper, by: Actor) -> Missing | None:
    if paper.withdrawn_reason.strip():
        return None
    return Missing("R17", _("Why this version is withdrawn"), _("You"), field="reason")


def _approvers(paper: Paper) -> str:
    return name_roles(KINDS[PaperKind(paper.kind)].approvers)


ANOTHER = Guard("R17", "paper.another", _("Approved by another person than its author"), _another)
ENTITLED = Guard("R17", "paper.entitled", _("Approved by a role that answers for it"), _entitled)
LATEST = Guard("R17", "paper.latest", _("No later version was written"), _latest)
EXPLAINED = Guard("R17", "paper.explained", _("A withdrawal is explained"), _explained)
