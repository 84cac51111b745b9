"""The earlier exams of a patient, shown by themselves on a request: how each stands, and its report."""

from dataclasses import dataclass

from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.queries import map_exams
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.rights import may
from diaphane.requests.earlier import EarlierExam, list_earlier
from diaphane.requests.models import ExamRequest

_REPORTED = {ExamState.REPORTED, ExamState.CLOSED}


@dataclass(frozen=True)
class EarlierLine:
    """One earlier exam; ``has_report`` where its report may be opened, ``is_done`` where it was made."""

    earlier: EarlierExam
    is_done: bool
    has_report: bool


def describe_earlier(request: ExamRequest, *, actor: Actor) -> list[EarlierLine]:
    """List the earlier exams, those that were cancelled after all left out."""
    found = list_earlier(request, actor=actor, at=now())
    exams = map_exams([each.request.act_id for each in found])
    lines = []
    for each in found:
        exam = exams.get(each.request.act_id)
        if exam is None or exam.state != ExamState.CANCELLED:
            lines.append(_describe(each, exam, opens_reports=may(actor, "report.read")))
    return lines


def _describe(earlier: EarlierExam, exam: Exam | None, *, opens_reports: bool) -> EarlierLine:
    is_reported = exam is not None and exam.state in _REPORTED
    is_done = exam is not None and exam.finished_at is not None
    return EarlierLine(earlier, is_done, is_reported and opens_reports)
