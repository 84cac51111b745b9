"""The table of a report's version: the part of states.md that this version plays."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.rights import roles_of
from diaphane.kernel.transitions import Transition, TransitionTable

from . import guards
from .models import ReportState

REPORT_TABLE = TransitionTable(
    machine="report",
    label=_("Report"),
    states=ReportState,
    transitions=(
        Transition(
            "sign",
            _("Sign the report"),
            frozenset({ReportState.DRAFT}),
            ReportState.FINAL,
            roles_of("report.sign"),
            (
                guards.AUTHOR,
                guards.SECOND_FACTOR,
                *guards.IN_ORDER,
                guards.IMAGES,
                guards.NO_DOUBT,
                guards.DOSE,
                guards.RESULTS,
                guards.CONCLUSION,
                guards.NEXT_STEP,
                guards.CRITICALITY,
                guards.CRITICAL_TOLD,
                guards.ANNOUNCEMENT,
                guards.PLAIN_WORDS,
            ),
        ),
    ),
)
