"""The table of an exam: the part of states.md that this version plays."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role
from diaphane.kernel.transitions import Transition, TransitionTable

from . import guards
from .models import ExamState

_TECHNOLOGIST = frozenset({Role.TECHNOLOGIST})
_IMAGEUR = frozenset({Role.IMAGEUR})
_ACCEPTED = frozenset({ExamState.ACCEPTED, ExamState.ACCEPTED_WITH_RESERVE})

EXAM_TABLE = TransitionTable(
    machine="exam",
    label=_("Exam"),
    states=ExamState,
    transitions=(
        Transition(
            "schedule",
            _("Schedule the exam"),
            frozenset({ExamState.TO_SCHEDULE, ExamState.SCHEDULED}),
            ExamState.SCHEDULED,
            _TECHNOLOGIST,
            (guards.SLOT,),
        ),
        Transition(
            "arrive",
            _("The patient has arrived"),
            frozenset({ExamState.SCHEDULED}),
            ExamState.ARRIVED,
            _TECHNOLOGIST,
        ),
        Transition(
            "get_ready",
            _("Ready for the exam"),
            frozenset({ExamState.ARRIVED}),
            ExamState.READY,
            _TECHNOLOGIST,
            (
                guards.IDENTITY,
                guards.CERTAIN_IDENTITY,
                guards.CONSENT_ACT,
                guards.CONSENT_DISTANCE,
                guards.PREGNANCY,
                guards.IMPLANTS,
                guards.LINK,
                guards.SUPERVISION,
                guards.PHYSICIAN_ON_SITE,
            ),
        ),
        Transition(
            "check_again",
            _("Go back to the checks"),
            frozenset({ExamState.READY}),
            ExamState.ARRIVED,
            _TECHNOLOGIST,
        ),
        Transition(
            "start",
            _("Start the exam"),
            frozenset({ExamState.READY}),
            ExamState.IN_PROGRESS,
            _TECHNOLOGIST,
            (guards.CERTAIN_IDENTITY, guards.SUPERVISION, guards.PHYSICIAN_ON_SITE),
        ),
        Transition(
            "finish",
            _("Finish the acquisition"),
            frozenset({ExamState.IN_PROGRESS}),
            ExamState.ACQUIRED,
            _TECHNOLOGIST,
            (
                guards.IMAGES,
                guards.DOSE,
                guards.CONTRAST_PRESCRIBED,
                guards.CONTRAST,
                guards.PHYSICIAN_OF_INJECTION,
            ),
        ),
        Transition(
            "check",
            _("Check the images"),
            frozenset({ExamState.ACQUIRED}),
            ExamState.CHECKING,
            _IMAGEUR,
            (guards.REGISTERED, guards.INSURED, guards.ALL_VERIFIED),
        ),
        Transition(
            "repeat",
            _("Ask for more images"),
            frozenset({ExamState.CHECKING}),
            ExamState.IN_PROGRESS,
            _IMAGEUR,
        ),
        Transition(
            "accept",
            _("Accept the images"),
            frozenset({ExamState.CHECKING}),
            ExamState.ACCEPTED,
            _IMAGEUR,
            (
                guards.REGISTERED,
                guards.INSURED,
                guards.ALL_VERIFIED,
                guards.IMAGES_OF_PATIENT,
                guards.FINDINGS,
            ),
        ),
        Transition(
            "accept_with_reserve",
            _("Accept the images with a reserve"),
            # Also before the check: a gateway that fell silent does not keep a patient on the table for ever.
            frozenset({ExamState.ACQUIRED, ExamState.CHECKING}),
            ExamState.ACCEPTED_WITH_RESERVE,
            _IMAGEUR,
            (
                guards.REGISTERED,
                guards.INSURED,
                guards.RECEIVED_VERIFIED,
                guards.IMAGES_OF_PATIENT,
                guards.RESERVE,
            ),
        ),
        Transition(
            "declare_not_interpretable",
            _("Declare the exam not interpretable"),
            frozenset({ExamState.CHECKING}),
            ExamState.NOT_INTERPRETABLE,
            _IMAGEUR,
            (guards.REGISTERED, guards.INSURED, guards.QUALITY_MOTIVE),
        ),
        Transition("read", _("Start reading"), _ACCEPTED, ExamState.BEING_READ, _IMAGEUR),
        Transition(
            "report",
            _("Report signed"),
            frozenset({ExamState.BEING_READ}),
            ExamState.REPORTED,
            _IMAGEUR,
        ),
        Transition(
            "close",
            _("Close the act"),
            frozenset({ExamState.REPORTED}),
            ExamState.CLOSED,
            frozenset({Role.SYSTEM}),
            (guards.NOTHING_OWED,),
        ),
        Transition(
            "cancel",
            _("Cancel the exam"),
            frozenset({ExamState.TO_SCHEDULE, ExamState.SCHEDULED, ExamState.ARRIVED, ExamState.READY}),
            ExamState.CANCELLED,
            _TECHNOLOGIST | {Role.REQUESTING_PHYSICIAN},
        ),
        Transition(
            "interrupt",
            _("Interrupt the exam"),
            frozenset({ExamState.IN_PROGRESS}),
            ExamState.CANCELLED,
            _TECHNOLOGIST,
            (guards.NO_IMAGE,),
        ),
    ),
)
