"""What happened to an act, line after line, in the past tense: a button's words say what to do."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from diaphane.acts.models import Step
from diaphane.acts.queries import list_steps
from diaphane.requests.models import ExamRequest

from .history_line import HistoryLine
from .opened_in_emergency import list_opened_in_emergency
from .shown_outside import list_shown_outside

HAPPENED = {
    ("request", "submit"): gettext_lazy("Request sent"),
    ("request", "discard"): gettext_lazy("Draft discarded"),
    ("request", "take"): gettext_lazy("Taken by a radiologist"),
    ("request", "release"): gettext_lazy("Back on the reading list"),
    ("request", "ask"): gettext_lazy("Precision asked for"),
    ("request", "answer"): gettext_lazy("Answer given"),
    ("request", "propose"): gettext_lazy("Another exam proposed"),
    ("request", "agree"): gettext_lazy("Exam proposed agreed upon"),
    ("request", "dispute"): gettext_lazy("Exam proposed not agreed upon"),
    ("request", "decide_alone"): gettext_lazy("The performer goes on without an agreement"),
    ("request", "validate"): gettext_lazy("Request validated"),
    ("request", "refuse"): gettext_lazy("Request refused"),
    ("request", "reopen"): gettext_lazy("Request reopened, protocol suspended"),
    ("request", "cancel"): gettext_lazy("Request cancelled"),
    ("request", "enter_in_error"): gettext_lazy("Entered in error: begun again in the right record"),
    ("exam", "schedule"): gettext_lazy("Slot booked"),
    ("exam", "miss"): gettext_lazy("Absent: the slot was freed"),
    ("exam", "arrive"): gettext_lazy("Patient arrived"),
    ("exam", "get_ready"): gettext_lazy("Checked at the table, ready"),
    ("exam", "check_again"): gettext_lazy("Back to the checks"),
    ("exam", "start"): gettext_lazy("Exam started"),
    ("exam", "finish"): gettext_lazy("Acquisition finished"),
    ("exam", "check"): gettext_lazy("Check of the images begun"),
    ("exam", "repeat"): gettext_lazy("More images asked for"),
    ("exam", "accept"): gettext_lazy("Images accepted"),
    ("exam", "accept_with_reserve"): gettext_lazy("Images accepted with a reserve"),
    ("exam", "declare_not_interpretable"): gettext_lazy("Exam declared not interpretable"),
    ("exam", "read"): gettext_lazy("Reading begun"),
    ("exam", "close"): gettext_lazy("Act closed"),
    ("exam", "cancel"): gettext_lazy("Exam cancelled"),
    ("request", "withdraw"): gettext_lazy("Stopped: the patient does not want it"),
    ("exam", "withdraw"): gettext_lazy("Stopped: the patient does not want it"),
    ("exam", "interrupt"): gettext_lazy("Exam interrupted"),
    ("report", "sign"): gettext_lazy("Report signed"),
}
ECHOES = frozenset({("exam", "report")})
"""Moves of one part that another part's own line already tells."""
_REASONS = {
    "lease_expired": gettext_lazy("The time to examine it ran out."),
    "request_ended": gettext_lazy("The request was refused, or cancelled."),
    "exam_cancelled": gettext_lazy("The exam is cancelled."),
}
_TURNED_DOWN = frozenset({"refused", "cancelled", "discarded", "entered_in_error", "not_interpretable"})


def list_history(request: ExamRequest) -> list[HistoryLine]:
    """List what happened to an act, from its draft on."""
    steps = [step for step in list_steps(request.act) if (step.machine, step.transition) not in ECHOES]
    first = HistoryLine(_("Draft opened"), "done", request.created_at, request.author_label)
    lines = [first, *(_tell(step, is_last=step is steps[-1]) for step in steps)]
    for line in (*list_shown_outside(request.act), *list_opened_in_emergency(request.act)):
        lines.insert(_place_of(line, lines), line)
    return lines


def _place_of(line: HistoryLine, lines: list[HistoryLine]) -> int:
    """Return where a line goes among others whose own order stays: after the last that is not later."""
    before = [place for place, each in enumerate(lines, start=1) if each.at <= line.at]
    return before[-1] if before else len(lines)


def _tell(step: Step, *, is_last: bool) -> HistoryLine:
    state = "current" if is_last else "done"
    if step.target in _TURNED_DOWN:
        state = "refused"
    return HistoryLine(
        HAPPENED[step.machine, step.transition],
        state,
        step.occurred_at,
        step.actor_label,
        _REASONS.get(step.reason, step.reason),
    )
