"""The table of an exam: the part of states.md that this version plays."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.rights import roles_of
from diaphane.kernel.transitions import Transition, TransitionTable

from . import guards, image_guards, safety_guards
from .models import ExamState

PLANNED = frozenset({ExamState.TO_SCHEDULE, ExamState.SCHEDULED})
AT_THE_TABLE = frozenset({ExamState.ARRIVED, ExamState.READY})
BEFORE_START = PLANNED | AT_THE_TABLE
_ACCEPTED = frozenset({ExamState.ACCEPTED, ExamState.ACCEPTED_WITH_RESERVE})

EXAM_TABLE = TransitionTable(
    machine="exam",
    label=_("Exam"),
    states=ExamState,
    transitions=(
        Transition(
            "schedule",
            _("Schedule the exam"),
            PLANNED,
            ExamState.SCHEDULED,
            roles_of("exam.schedule"),
            (guards.SLOT,),
        ),
        Transition(
            "miss",
            _("The patient did not come"),
            frozenset({ExamState.SCHEDULED}),
            ExamState.TO_SCHEDULE,
            roles_of("exam.miss"),
        ),
        Transition(
            "arrive",
            _("The patient has arrived"),
            frozenset({ExamState.SCHEDULED}),
            ExamState.ARRIVED,
            roles_of("exam.arrive"),
        ),
        Transition(
            "get_ready",
            _("Ready for the exam"),
            frozenset({ExamState.ARRIVED}),
            ExamState.READY,
            roles_of("exam.get_ready"),
            (
                guards.IDENTITY,
                guards.CERTAIN_IDENTITY,
                guards.CONSENT_ACT,
                guards.CONSENT_DISTANCE,
                guards.CONSENT_TRACES,
                guards.PREGNANCY,
                guards.IMPLANTS,
                *safety_guards.SAFETY,
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
            roles_of("exam.check_again"),
        ),
        Transition(
            "start",
            _("Start the exam"),
            frozenset({ExamState.READY}),
            ExamState.IN_PROGRESS,
            roles_of("exam.start"),
            (
                guards.CERTAIN_IDENTITY,
                guards.CONSENT_HOLDS,
                *safety_guards.SAFETY,
                guards.SUPERVISION,
                guards.PHYSICIAN_ON_SITE,
            ),
        ),
        Transition(
            "finish",
            _("Finish the acquisition"),
            frozenset({ExamState.IN_PROGRESS}),
            ExamState.ACQUIRED,
            roles_of("exam.finish"),
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
            roles_of("exam.check"),
            (*guards.IN_ORDER, image_guards.ALL_VERIFIED),
        ),
        Transition(
            "repeat",
            _("Ask for more images"),
            frozenset({ExamState.CHECKING}),
            ExamState.IN_PROGRESS,
            roles_of("exam.repeat"),
            guards.IN_ORDER,
        ),
        Transition(
            "accept",
            _("Accept the images"),
            frozenset({ExamState.CHECKING}),
            ExamState.ACCEPTED,
            roles_of("exam.accept"),
            (
                *guards.IN_ORDER,
                image_guards.ALL_VERIFIED,
                image_guards.IMAGES_OF_PATIENT,
                image_guards.FINDINGS,
            ),
        ),
        Transition(
            "accept_with_reserve",
            _("Accept the images with a reserve"),
            # Also before the check: a gateway that fell silent does not keep a patient on the table for ever.
            frozenset({ExamState.ACQUIRED, ExamState.CHECKING}),
            ExamState.ACCEPTED_WITH_RESERVE,
            roles_of("exam.accept_with_reserve"),
            (
                *guards.IN_ORDER,
                image_guards.RECEIVED_VERIFIED,
                image_guards.IMAGES_OF_PATIENT,
                image_guards.RESERVE,
            ),
        ),
        Transition(
            "declare_not_interpretable",
            _("Declare the exam not interpretable"),
            frozenset({ExamState.CHECKING}),
            ExamState.NOT_INTERPRETABLE,
            roles_of("exam.declare_not_interpretable"),
            (*guards.IN_ORDER, image_guards.QUALITY_MOTIVE),
        ),
        Transition(
            "read",
            _("Start reading"),
            _ACCEPTED,
            ExamState.BEING_READ,
            roles_of("exam.read"),
            (*guards.IN_ORDER, guards.CONSENT_HOLDS),
        ),
        Transition(
            "report",
            _("Report signed"),
            frozenset({ExamState.BEING_READ}),
            ExamState.REPORTED,
            roles_of("exam.report"),
        ),
        Transition(
            "close",
            _("Close the act"),
            frozenset({ExamState.REPORTED}),
            ExamState.CLOSED,
            roles_of("exam.close"),
            (guards.NOTHING_OWED,),
        ),
        Transition(
            "cancel",
            _("Cancel the exam"),
            BEFORE_START,
            ExamState.CANCELLED,
            roles_of("exam.cancel"),
        ),
        Transition(
            "withdraw",
            _("The patient no longer wants the exam"),
            BEFORE_START,
            ExamState.CANCELLED,
            roles_of("exam.withdraw"),
        ),
        Transition(
            "interrupt",
            _("Interrupt the exam"),
            frozenset({ExamState.IN_PROGRESS}),
            ExamState.CANCELLED,
            roles_of("exam.interrupt"),
            (guards.NO_IMAGE,),
        ),
    ),
)
