"""Where an exam stands for the person beside the patient: the day's lanes, the course, the release."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from diaphane.acquisition.models import ExamState

_ACCEPTED = frozenset({ExamState.ACCEPTED, ExamState.ACCEPTED_WITH_RESERVE})
_AFTER = _ACCEPTED | {ExamState.BEING_READ, ExamState.REPORTED, ExamState.CLOSED}
KEEPS_PATIENT = frozenset({ExamState.ACQUIRED, ExamState.CHECKING})
RELEASES_PATIENT = _AFTER


@dataclass(frozen=True)
class Section:
    """One state of the board: its name on screen, its icon and tone, the states that it gathers."""

    key: str
    label: Promise
    icon: str
    tone: str
    states: frozenset[ExamState]


@dataclass(frozen=True)
class Lane:
    """A group of sections: what comes, who is here, what was sent."""

    label: Promise
    sections: tuple[Section, ...]


TO_PLAN = Section("to_plan", _("To be planned"), "calendar-time", "care", frozenset({ExamState.TO_SCHEDULE}))
EXPECTED = Section(
    "expected", _("Expected patients"), "calendar-event", "plain", frozenset({ExamState.SCHEDULED})
)
ARRIVED = Section(
    "arrived", pgettext_lazy("patients", "Arrived"), "door", "note", frozenset({ExamState.ARRIVED})
)
READY = Section(
    "ready", pgettext_lazy("patients", "Ready"), "checklist", "glass", frozenset({ExamState.READY})
)
UNDER_WAY = Section(
    "under_way", pgettext_lazy("patients", "Under way"), "scan", "glass", frozenset({ExamState.IN_PROGRESS})
)
LEAVING = Section(
    "leaving", _("Images on their way"), "cloud-upload", "note", frozenset({ExamState.ACQUIRED})
)
CHECKED = Section("checked", _("Images being checked"), "eye", "note", frozenset({ExamState.CHECKING}))
DONE = Section(
    "done", pgettext_lazy("patients", "Done"), "circle-check", "good", _AFTER | {ExamState.NOT_INTERPRETABLE}
)

LANES = (
    Lane(pgettext_lazy("patients", "To come"), (TO_PLAN, EXPECTED)),
    Lane(pgettext_lazy("patients", "Here"), (ARRIVED, READY, UNDER_WAY)),
    Lane(_("Images"), (LEAVING, CHECKED, DONE)),
)

_COURSE: tuple[tuple[Promise, Section], ...] = (
    (pgettext_lazy("patient", "To be planned"), TO_PLAN),
    (pgettext_lazy("patient", "Expected"), EXPECTED),
    (pgettext_lazy("patient", "Arrived"), ARRIVED),
    (pgettext_lazy("patient", "Ready"), READY),
    (pgettext_lazy("patient", "Under way"), UNDER_WAY),
    (pgettext_lazy("patient", "Images leave"), LEAVING),
    (pgettext_lazy("patient", "Check"), CHECKED),
)


@dataclass(frozen=True)
class CourseStep:
    """One step of an exam's course: done, the one where it stands, or ahead."""

    label: Promise
    status: str


def list_course(state: str) -> list[CourseStep]:
    """List the steps of an exam; all are done once the images were judged, none when it was cancelled."""
    if state == ExamState.CANCELLED:
        return []
    current = next((rank for rank, (_label, at) in enumerate(_COURSE) if state in at.states), len(_COURSE))
    return [
        CourseStep(label, "done" if rank < current else "current" if rank == current else "ahead")
        for rank, (label, _section) in enumerate(_COURSE)
    ]
