"""What every page of an act shows beside its own work: state, thread, ledger, history."""

from dataclasses import dataclass
from functools import partial

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from diaphane.acquisition.cancelling import ALTERNATIVE_ORGANISED
from diaphane.acquisition.checking import DOSE_JUSTIFIED
from diaphane.acquisition.late_images import IMAGES_AFTER_SIGNATURE, IMAGES_DOUBTED, IMAGES_OUT_OF_TIME
from diaphane.acquisition.quality import NEXT_STEP_DONE
from diaphane.acts.models import Act, Duty
from diaphane.acts.queries import LedgerLine, list_ledger, list_open_duties
from diaphane.conversations.models import Message
from diaphane.conversations.queries import list_messages
from diaphane.delivery.models import Dispatch
from diaphane.delivery.operations import guard_of
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.reporting.operations import PATIENT_TOLD
from diaphane.requests.flash import IDENTITY_KNOWN
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import INFORMED_AFTERWARDS, REFUSAL_ACKNOWLEDGED
from diaphane.requests.telling import DECISION_READ, TREATING_TOLD
from diaphane.sharing.operations import PATIENT_TOLD_OF_LINK
from diaphane.web.related import describe_standing

from .doubts import find_doubts, list_identity_history
from .earlier import describe_earlier
from .gateway_asides import describe_asides
from .held import find_held
from .history import list_history
from .reopened import find_reopening
from .safety import describe_safety_lazily

_DUTIES = {
    IDENTITY_KNOWN: gettext_lazy("Say who the patient is"),
    REFUSAL_ACKNOWLEDGED: gettext_lazy("Read the refusal and say so"),
    DECISION_READ: gettext_lazy("Read the radiologist’s decision, which differs from the request"),
    TREATING_TOLD: gettext_lazy("Tell the treating physician what is done instead"),
    INFORMED_AFTERWARDS: gettext_lazy("Inform the patient afterwards"),
    PATIENT_TOLD: gettext_lazy("Tell the patient the result"),
    NEXT_STEP_DONE: gettext_lazy("Organise the next step"),
    ALTERNATIVE_ORGANISED: gettext_lazy("Organise another way to make this exam"),
    DOSE_JUSTIFIED: gettext_lazy("Say why the dose exceeds its reference level"),
    PATIENT_TOLD_OF_LINK: gettext_lazy("Tell the patient to whom their images were shown"),
    IMAGES_OUT_OF_TIME: gettext_lazy("Images came outside the exam: say whose they are"),
    IMAGES_AFTER_SIGNATURE: gettext_lazy("Images came after the signature: is an addendum needed?"),
    IMAGES_DOUBTED: gettext_lazy(
        "Images of this signed report were doubted or moved: call whoever received it if it is no longer true"
    ),
    guard_of(Dispatch.Recipient.REQUESTER): gettext_lazy("Say that the report was received"),
    guard_of(Dispatch.Recipient.TREATING): gettext_lazy("Say that the report was received"),
}


@dataclass(frozen=True)
class Look:
    """How a state is shown: a tone, an icon, its words."""

    tone: str
    icon: str
    label: str | Promise


@dataclass(frozen=True)
class ThreadLine:
    """One message as a reader sees it."""

    message: Message
    role: str
    is_mine: bool


@dataclass(frozen=True)
class DutyLine:
    """One thing still owed."""

    duty: Duty
    title: str | Promise
    owner: Promise
    is_late: bool


_LOOKS = {
    RequestState.DRAFT: ("plain", "pencil"),
    RequestState.SUBMITTED: ("note", "hourglass"),
    RequestState.UNDER_REVIEW: ("glass", "eye"),
    RequestState.AWAITING_ANSWER: ("care", "help-circle"),
    RequestState.SUBSTITUTION_PROPOSED: ("care", "route"),
    RequestState.VALIDATED: ("good", "circle-check"),
    RequestState.REFUSED: ("stop", "circle-x"),
    RequestState.CANCELLED: ("plain", "ban"),
    RequestState.DISCARDED: ("plain", "trash"),
    RequestState.ENTERED_IN_ERROR: ("stop", "ban"),
}


def look_of(request: ExamRequest) -> Look:
    """Return how a request's state is shown."""
    if request.is_suspended and request.state == RequestState.SUBMITTED:
        return Look("stop", "hand-stop", gettext_lazy("Reopened: a new fact suspends the protocol"))
    state = RequestState(request.state)
    return Look(*_LOOKS[state], state.label)


def list_thread(act: Act, *, actor: Actor) -> list[ThreadLine]:
    """List an act's messages as the actor reads them; a question and an answer say so."""
    return [
        ThreadLine(message, _spell_author(message), message.actor_id == actor.id)
        for message in list_messages(act)
    ]


def is_owed(act: Act, guard: str) -> bool:
    """Say whether something named by its guard is still owed."""
    return any(duty.guard == guard for duty in list_open_duties(act))


def describe_act(request: ExamRequest, *, actor: Actor) -> dict[str, object]:
    """Return what the shared fragments of an act's page need."""
    ledger = list_ledger(request.act)
    return {
        "exam_request": request,
        "act": request.act,
        "patient": request.act.patient,
        "look": look_of(request),
        "thread": list_thread(request.act, actor=actor),
        "history": sorted(
            [*list_history(request), *list_identity_history(request.act, actor=actor)],
            key=lambda line: line.at,
        ),
        "doubts": find_doubts(request.act, actor=actor),
        "safety": describe_safety_lazily(request),
        "standing": partial(describe_standing, request.act.patient_id, on=localdate(now())),
        "reopening": find_reopening(request),
        "earlier": describe_earlier(request, actor=actor),
        "held": find_held(request.act, actor=actor),
        "asides": describe_asides(request.act),
        "satisfied": _of_status(ledger, "satisfied"),
        "ahead": _of_status(ledger, "ahead"),
        "duties": _list_duties(request.act, ledger),
    }


def _of_status(ledger: list[LedgerLine], status: str) -> list[LedgerLine]:
    return [line for line in ledger if line.status == status]


def _list_duties(act: Act, ledger: list[LedgerLine]) -> list[DutyLine]:
    titles: dict[str, str | Promise] = {line.duty.guard: line.title for line in ledger if line.duty}
    titles |= _DUTIES
    at = now()
    return [
        DutyLine(
            duty, duty.reason or titles.get(duty.guard, ""), Role(duty.owner_role).label, duty.due_at < at
        )
        for duty in list_open_duties(act)
    ]


def _spell_author(message: Message) -> str:
    role = str(Role(message.actor_role).label)
    if message.kind == Message.Kind.REMARK:
        return role
    return f"{role} · {Message.Kind(message.kind).label}"
