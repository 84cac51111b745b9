"""Say of a reopened request which fact suspends its protocol, since when and by whom (R85)."""

from diaphane.acts.models import Step
from diaphane.acts.queries import list_steps
from diaphane.requests.models import ExamRequest
from diaphane.requests.transitions import REVIEWED


def find_reopening(request: ExamRequest) -> Step | None:
    """Return the step that suspended the protocol, while the imageur has not decided again."""
    if not request.is_suspended or request.state not in REVIEWED:
        return None
    return list_steps(request.act).filter(machine="request", transition="reopen").last()
