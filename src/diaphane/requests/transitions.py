"""The table of a request: the part of states.md that this version plays."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.rights import roles_of
from diaphane.kernel.transitions import Transition, TransitionTable

from . import authorship_guards, decision_guards, guards
from .models import RequestState

REVIEWED = frozenset(
    {
        RequestState.SUBMITTED,
        RequestState.UNDER_REVIEW,
        RequestState.AWAITING_ANSWER,
        RequestState.SUBSTITUTION_PROPOSED,
    }
)
"""States in which a request that was sent still takes answers, and may be stopped."""
REQUEST_TABLE = TransitionTable(
    machine="request",
    label=_("Request"),
    states=RequestState,
    transitions=(
        Transition(
            "submit",
            _("Send the request"),
            frozenset({RequestState.DRAFT}),
            RequestState.SUBMITTED,
            roles_of("request.submit"),
            (
                guards.MAMMOGRAPHY,
                guards.ULTRASOUND,
                guards.CONVENTION,
                guards.HOURS,
                guards.PAPERS,
                guards.DISTANCE,
                guards.CALLBACK,
                guards.CONTACT,
                guards.CLINICAL_CORE,
                guards.URGENCY_ASKED,
                guards.CLINICAL_CONTEXT,
                guards.SAFETY,
                guards.INFORMATION,
                guards.IONISING,
                guards.IMPLANTS_ASKED,
                guards.JUSTIFIED_BY_REQUESTER,
                authorship_guards.SUPERVISED,
                authorship_guards.PRESCRIBED,
            ),
        ),
        Transition(
            "discard",
            _("Discard the draft"),
            frozenset({RequestState.DRAFT}),
            RequestState.DISCARDED,
            roles_of("request.discard"),
        ),
        Transition(
            "take",
            _("Examine the request"),
            frozenset({RequestState.SUBMITTED}),
            RequestState.UNDER_REVIEW,
            roles_of("request.take"),
            (*guards.IN_ORDER, guards.CONVENTION_HOLDS),
        ),
        Transition(
            "release",
            _("Put back on the list"),
            frozenset(
                {
                    RequestState.UNDER_REVIEW,
                    RequestState.AWAITING_ANSWER,
                    RequestState.SUBSTITUTION_PROPOSED,
                }
            ),
            RequestState.SUBMITTED,
            roles_of("request.release"),
        ),
        Transition(
            "ask",
            _("Ask for a precision"),
            frozenset({RequestState.UNDER_REVIEW}),
            RequestState.AWAITING_ANSWER,
            roles_of("request.ask"),
            (guards.REVIEWER,),
        ),
        Transition(
            "answer",
            _("Answer the radiologist"),
            frozenset({RequestState.AWAITING_ANSWER}),
            RequestState.UNDER_REVIEW,
            roles_of("request.answer"),
        ),
        Transition(
            "propose",
            _("Propose another exam"),
            frozenset({RequestState.UNDER_REVIEW}),
            RequestState.SUBSTITUTION_PROPOSED,
            roles_of("request.propose"),
            (guards.REVIEWER, guards.CONVENTION_HOLDS),
        ),
        Transition(
            "agree",
            _("Agree to the exam proposed"),
            frozenset({RequestState.SUBSTITUTION_PROPOSED}),
            RequestState.UNDER_REVIEW,
            roles_of("request.agree"),
        ),
        Transition(
            "dispute",
            _("Disagree with the exam proposed"),
            frozenset({RequestState.SUBSTITUTION_PROPOSED}),
            RequestState.UNDER_REVIEW,
            roles_of("request.dispute"),
        ),
        Transition(
            "decide_alone",
            _("Go on without an agreement"),
            frozenset({RequestState.SUBSTITUTION_PROPOSED}),
            RequestState.UNDER_REVIEW,
            roles_of("request.decide_alone"),
            (guards.REVIEWER, decision_guards.PERFORMER_DECIDES),
        ),
        Transition(
            "validate",
            _("Validate the request"),
            frozenset({RequestState.UNDER_REVIEW}),
            RequestState.VALIDATED,
            roles_of("request.validate"),
            (
                guards.REVIEWER,
                *guards.IN_ORDER,
                guards.CONVENTION_HOLDS,
                guards.PROTOCOL,
                guards.URGENCY,
                decision_guards.URGENCY_EXPLAINED,
                decision_guards.PERFORMER_DECIDES,
                guards.PREGNANCY,
                guards.IMPLANTS,
                guards.NEVER_BYPASSED,
                guards.SAFETY_MOTIVE,
            ),
        ),
        Transition(
            "refuse",
            _("Refuse the request"),
            frozenset({RequestState.UNDER_REVIEW, RequestState.SUBSTITUTION_PROPOSED}),
            RequestState.REFUSED,
            roles_of("request.refuse"),
            (
                guards.REVIEWER,
                guards.REFUSAL_MOTIVE,
                guards.ALTERNATIVE,
                decision_guards.OTHER_WAY_OWNED,
            ),
        ),
        # Back on the list and not into one imageur's hands: whoever is there takes it (states.md, reopen).
        Transition(
            "reopen",
            _("Reopen the request for a new fact"),
            frozenset({RequestState.VALIDATED}),
            RequestState.SUBMITTED,
            roles_of("request.reopen"),
        ),
        Transition(
            "cancel",
            _("Cancel the request"),
            REVIEWED,
            RequestState.CANCELLED,
            roles_of("request.cancel"),
        ),
        Transition(
            "enter_in_error",
            _("Another patient’s request"),
            REVIEWED | {RequestState.DRAFT, RequestState.VALIDATED},
            RequestState.ENTERED_IN_ERROR,
            roles_of("request.enter_in_error"),
        ),
        Transition(
            "withdraw",
            _("The patient no longer wants the exam"),
            REVIEWED,
            RequestState.CANCELLED,
            roles_of("request.withdraw"),
        ),
    ),
)
