"""What must hold before a report is signed, and before the patient reads it."""

from dataclasses import replace
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.acquisition.guards import weigh_dose
from diaphane.acquisition.models import ExamState
from diaphane.acquisition.queries import find_exam
from diaphane.imaging.quarantining import list_quarantines
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import Missing
from diaphane.kernel.transitions import Guard
from diaphane.organisations.guards import make_order_guards

from .models import Report

SECOND_FACTOR_LASTS = timedelta(minutes=2)
_SIGNATORY = _("The signatory")


def _blank(report: Report, requirement: str, *fields: tuple[str, Promise]) -> Missing | None:
    missing = [
        Missing(requirement, what, _SIGNATORY, field=field)
        for field, what in fields
        if not str(getattr(report, field)).strip()
    ]
    return replace(missing[0], others=tuple(missing[1:])) if missing else None


def _author(report: Report, by: Actor) -> Missing | None:
    if report.author_id == by.id:
        return None
    return Missing("R92", _("Only the author of the draft signs it"), _SIGNATORY)


def _second_factor(report: Report, by: Actor) -> Missing | None:
    given = report.second_factor_at
    if given is not None and now() - given <= SECOND_FACTOR_LASTS:
        return None
    return Missing("R39", _("A fresh second factor"), _SIGNATORY, field="code")


def _images_accepted(report: Report, by: Actor) -> Missing | None:
    exam = find_exam(report.act)
    if exam is not None and exam.state == ExamState.BEING_READ:
        return None
    return Missing("R88", _("Images accepted and taken for reading"), _SIGNATORY)


def _no_doubt(report: Report, by: Actor) -> Missing | None:
    """Keep a report from being signed on images that may be somebody else's."""
    if not list_quarantines(report.act).exists():
        return None
    return Missing(
        "R40",
        _("Images of this exam are in quarantine: lift it with a reason, or take them away"),
        _("A radiologist of the exam, or a technologist of the site"),
    )


def _results(report: Report, by: Actor) -> Missing | None:
    if any(str(text).strip() for text in report.results.values()):
        return None
    return Missing("R91", _("At least one section of the results"), _SIGNATORY, field="results")


def _conclusion(report: Report, by: Actor) -> Missing | None:
    return _blank(report, "R91", ("conclusion", _("The conclusion")))


def _next_step(report: Report, by: Actor) -> Missing | None:
    return _blank(report, "R98", ("next_step", _("The next step (or “none needed”)")))


def _dose(report: Report, by: Actor) -> Missing | None:
    exam = find_exam(report.act)
    if exam is not None and weigh_dose(exam) is None:
        return None
    return Missing("R93", _("The dose, or why it is not known"), _("The technologist"))


def _criticality(report: Report, by: Actor) -> Missing | None:
    return _blank(report, "R91", ("criticality", _("Whether the result is critical")))


def _critical_told(report: Report, by: Actor) -> Missing | None:
    """Ask who was told, at which function, when, and whether it was read back: all of it at once."""
    if report.criticality not in {Report.Criticality.MINUTES, Report.Criticality.HOURS}:
        return None
    facts = (
        ("communicated_to", _("Critical result: who was told"), report.communicated_to.strip()),
        (
            "communicated_function",
            _("Critical result: the function on duty"),
            report.communicated_function.strip(),
        ),
        ("communicated_at", _("Critical result: when"), report.communicated_at),
        ("communicated_read_back", _("Critical result: read back"), report.communicated_read_back),
    )
    missing = [
        Missing("R91", what, _SIGNATORY, field=field) for field, what, is_there in facts if not is_there
    ]
    return replace(missing[0], others=tuple(missing[1:])) if missing else None


def _announcement(report: Report, by: Actor) -> Missing | None:
    return _blank(report, "R90", ("announcement", _("Whether a person must announce the result first")))


def _plain_words(report: Report, by: Actor) -> Missing | None:
    return _blank(
        report,
        "R100",
        ("patient_searched", _("For the patient: what we were looking for")),
        ("patient_found", _("For the patient: what we found")),
        ("patient_next", _("For the patient: what comes next")),
    )


AUTHOR = Guard("R92", "report.author", _("Signed by its author"), _author)
SECOND_FACTOR = Guard("R39", "report.second_factor", _("A fresh second factor"), _second_factor)
IN_ORDER = make_order_guards("report")
IMAGES = Guard("R88", "report.images", _("The images were checked and accepted"), _images_accepted)
NO_DOUBT = Guard("R40", "report.no_doubt", _("No image is in quarantine"), _no_doubt)
RESULTS = Guard("R91", "report.results", _("Results are written"), _results)
CONCLUSION = Guard("R91", "report.conclusion", _("A conclusion is written"), _conclusion)
NEXT_STEP = Guard("R98", "report.next_step", _("The next step is written"), _next_step)
DOSE = Guard(
    "R93", "report.dose", _("Ionising act: the dose is in the report, or why it is not known"), _dose
)
CRITICALITY = Guard("R91", "report.criticality", _("Criticality is answered"), _criticality)
CRITICAL_TOLD = Guard(
    "R91", "report.critical_told", _("A critical result is told and read back"), _critical_told
)
ANNOUNCEMENT = Guard("R90", "report.announcement", _("The announcement is decided"), _announcement)
PLAIN_WORDS = Guard("R100", "report.plain_words", _("Plain words for the patient"), _plain_words)
