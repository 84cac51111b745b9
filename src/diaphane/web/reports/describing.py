"""What the pages of an exam's images and of its report's draft need."""

from dataclasses import dataclass

from django.utils import timezone

from diaphane.acquisition.deciding import (
    are_implants_to_settle,
    is_pregnancy_to_decide,
    may_prescribe_contrast,
)
from diaphane.acquisition.late_images import IMAGES_AFTER_SIGNATURE
from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.queries import are_images_complete, find_exam, find_repeat_reason
from diaphane.acquisition.transitions import BEFORE_START, EXAM_TABLE
from diaphane.imaging.queries import count_images, list_series
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import Missing
from diaphane.reporting.models import Report, ReportState
from diaphane.reporting.queries import find_report, list_missing
from diaphane.web.acts.dose import describe_dose
from diaphane.web.acts.findings import describe_findings
from diaphane.web.acts.gateway_alerts import find_delay
from diaphane.web.acts.panels import Look, describe_act, is_owed

from .forms import ReportForm

_LOOKS = {
    ExamState.TO_SCHEDULE: ("plain", "calendar-event"),
    ExamState.SCHEDULED: ("plain", "calendar-event"),
    ExamState.ARRIVED: ("note", "door"),
    ExamState.READY: ("note", "user-check"),
    ExamState.IN_PROGRESS: ("glass", "activity"),
    ExamState.ACQUIRED: ("note", "photo-scan"),
    ExamState.CHECKING: ("care", "checklist"),
    ExamState.ACCEPTED: ("good", "circle-check"),
    ExamState.ACCEPTED_WITH_RESERVE: ("good", "circle-check"),
    ExamState.NOT_INTERPRETABLE: ("stop", "ban"),
    ExamState.BEING_READ: ("glass", "pencil"),
    ExamState.REPORTED: ("good", "signature"),
    ExamState.CLOSED: ("good", "circle-check"),
    ExamState.CANCELLED: ("plain", "ban"),
}
_ACCEPTED = frozenset({ExamState.ACCEPTED, ExamState.ACCEPTED_WITH_RESERVE})


@dataclass(frozen=True)
class MissingLine:
    """One thing that a signature waits for, with the field of the page that holds it."""

    missing: Missing
    anchor: str


def look_of_exam(exam: Exam) -> Look:
    """Return how an exam's state is shown."""
    state = ExamState(exam.state)
    return Look(*_LOOKS[state], state.label)


def describe_pane(exam: Exam) -> dict[str, object]:
    """Return what the images' half needs: while they arrive, a first look that follows them."""
    return {"images": count_images(exam.act), "is_first_look": not are_images_complete(exam)}


def describe_check(exam: Exam, *, actor: Actor) -> dict[str, object]:
    """Return what the page of an exam's images needs."""
    may = {step.name for step in EXAM_TABLE.list_open(exam, role=actor.role)}
    report = find_report(exam.act)
    images, series = count_images(exam.act), list_series(exam.act)
    is_over = are_images_complete(exam)
    found = describe_findings(exam, series=series)
    return (
        describe_act(exam.act.request, actor=actor)
        | found
        | describe_dose(exam)
        | {
            "exam": exam,
            "exam_look": look_of_exam(exam),
            "images": images,
            "shown": images.received,
            "series": series,
            "report": report,
            "is_ahead": exam.state in BEFORE_START,
            "repeat_reason": find_repeat_reason(exam),
            "may_check": "check" in may,
            "may_judge": "accept" in may,
            "may_open": exam.state in _ACCEPTED,
            "may_write": exam.state == ExamState.BEING_READ
            and report is not None
            and report.author_id == actor.id,
            "may_supervise": exam.finished_at is None
            and (exam.supervisor_id != actor.id or exam.supervised_at is None),
            "is_over": is_over,
            "is_first_look": not is_over,
            "follows": not is_over,
            "delay": find_delay(exam),
            "decides_pregnancy": is_pregnancy_to_decide(exam, by=actor),
            "settles_implants": are_implants_to_settle(exam),
            "prescribes_contrast": may_prescribe_contrast(exam),
            "has_late_images": is_owed(exam.act, IMAGES_AFTER_SIGNATURE),
            "waits_for": EXAM_TABLE.list_missing(exam, "check", by=actor) if "check" in may else [],
        }
    )


def describe_draft(report: Report, form: ReportForm, *, actor: Actor) -> dict[str, object]:
    """Return what the editor needs: the draft, its exam, and what a signature still waits for."""
    exam = find_exam(report.act)
    return {
        "report": report,
        "form": form,
        "exam": exam,
        "dose_confirmed": describe_dose(exam)["dose_confirmed"] if exam else [],
        "gaps": [MissingLine(each, _anchor_of(each)) for each in _list_gaps(report, actor)],
        "is_signed": report.state == ReportState.FINAL,
        "kept_at": timezone.localtime(report.saved_at),
    }


def _list_gaps(report: Report, actor: Actor) -> list[Missing]:
    return [] if report.state == ReportState.FINAL else list_missing(report, by=actor)


def _anchor_of(missing: Missing) -> str:
    if missing.field == "results":
        return "id_section-0"
    return f"id_{missing.field}" if missing.field else ""
