"""Everything that the card of an exam shows, in one place: the page and its live parts agree."""

from django.urls import reverse

from diaphane.acquisition.cancelling import ALTERNATIVE_ORGANISED
from diaphane.acquisition.confirming import is_dose_to_record
from diaphane.acquisition.guards import must_ask_implants, must_ask_pregnancy
from diaphane.acquisition.late_images import IMAGES_OUT_OF_TIME
from diaphane.acquisition.links import get_last_link_test, get_valid_link_test
from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.queries import are_images_complete, find_repeat_reason, weigh_step
from diaphane.acquisition.transitions import AT_THE_TABLE, BEFORE_START, EXAM_TABLE, PLANNED
from diaphane.consents.models import Consent
from diaphane.consents.queries import get_consent
from diaphane.imaging.announcing import list_performed_steps
from diaphane.imaging.prior_fetching import find_search
from diaphane.imaging.queries import count_images, list_series
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.requests.operations import INFORMED_AFTERWARDS
from diaphane.scheduling.models import Appointment
from diaphane.scheduling.queries import get_appointment
from diaphane.web.acts.dose import describe_dose
from diaphane.web.acts.durations import spell_wait
from diaphane.web.acts.findings import describe_findings
from diaphane.web.acts.forms import MessageForm
from diaphane.web.acts.panels import describe_act, is_owed
from diaphane.web.acts.prior_lines import list_prior_lines

from .finish_form import DoseForm, FinishForm
from .forms import CancelForm
from .moments import KEEPS_PATIENT, RELEASES_PATIENT, list_course
from .planning_form import list_openings
from .preparation_form import PreparationForm
from .slot_lines import describe_slot
from .table_questions import describe_table

_ENDS = frozenset({"cancel", "interrupt"})
_WITH_IMAGES = frozenset({ExamState.IN_PROGRESS}) | KEEPS_PATIENT | RELEASES_PATIENT


def describe_exam(exam: Exam, *, actor: Actor) -> dict[str, object]:
    """Return what the card of an exam needs, whatever its state."""
    request = exam.act.request
    slot = get_appointment(exam.act)
    return (
        describe_act(request, actor=actor)
        | _describe_state(exam, actor)
        | _describe_images(exam)
        | _describe_work(exam)
        | describe_table(exam, actor=actor)
        | describe_slot(exam, slot)
        | {
            "exam": exam,
            "slot": slot,
            "seen": _stamp(exam, slot),
            "board_url": reverse("technologist:board"),
            "priors": list_prior_lines(exam.act),
            "prior_search": find_search(exam.act),
            "message_form": MessageForm(),
            "cancel_form": CancelForm(),
            "can_cancel": any(step.name in _ENDS for step in EXAM_TABLE.list_open(exam, role=actor.role)),
        }
    )


def _stamp(exam: Exam, slot: Appointment | None) -> str:
    """Name what the form of the card stands on: when it changes, the form is drawn again.

    At the table, every answer is kept at once: the form may follow what the radiologist decides.
    """
    request = exam.act.request
    parts = [exam.state, str(slot.pk if slot else "")]
    if exam.state in AT_THE_TABLE:
        parts += [request.state, str(request.safety_answers.count())]
    if exam.state == ExamState.ARRIVED:
        parts += ["injected" if request.contrast_prescription.strip() else "", request.implants_settled]
    return " ".join(part for part in parts if part)


def _describe_state(exam: Exam, actor: Actor) -> dict[str, object]:
    site = exam.act.requesting_site_id
    is_waiting = exam.state in AT_THE_TABLE
    return {
        "course": list_course(exam.state),
        "weighed": weigh_step(exam, "get_ready", actor=actor) if exam.state == ExamState.ARRIVED else None,
        "link_test": get_valid_link_test(site),
        "last_link_test": get_last_link_test(site),
        "wait": spell_wait(exam.arrived_at, now()) if is_waiting and exam.arrived_at else "",
        "performed": list(list_performed_steps(exam.act)),
        "keeps_patient": exam.state in KEEPS_PATIENT,
        "releases_patient": exam.state in RELEASES_PATIENT,
        "shows_checks": exam.state in BEFORE_START,
        "shows_orders": exam.state in BEFORE_START or exam.state == ExamState.IN_PROGRESS,
        "is_over": are_images_complete(exam),
        "has_stray_images": is_owed(exam.act, IMAGES_OUT_OF_TIME),
        "repeat_reason": find_repeat_reason(exam),
        "owes_dose": is_dose_to_record(exam),
        "owes_information": is_owed(exam.act, INFORMED_AFTERWARDS),
        "owes_alternative": is_owed(exam.act, ALTERNATIVE_ORGANISED),
    }


def _describe_images(exam: Exam) -> dict[str, object]:
    """Return the counts, the series and what the checks found, once there may be images."""
    if exam.state not in _WITH_IMAGES:
        return {"counts": None, "findings": [], "dose_lines": [], "dose_confirmed": []}
    series = list_series(exam.act)
    found = describe_findings(exam, series=series)
    return {"counts": count_images(exam.act), "series": series} | found | describe_dose(exam)


def _describe_work(exam: Exam) -> dict[str, object]:
    """Return the form of the exam's state, and only that one."""
    is_at_table = exam.state == ExamState.ARRIVED
    consents = [get_consent(exam.act, subject) for subject in (Consent.Subject.ACT, Consent.Subject.DISTANCE)]
    return {
        "openings": list_openings(exam) if exam.state in PLANNED else [],
        "preparation_form": PreparationForm(exam) if is_at_table else None,
        "asks_pregnancy": must_ask_pregnancy(exam),
        "asks_implants": must_ask_implants(exam),
        "finish_form": FinishForm(exam) if exam.state == ExamState.IN_PROGRESS else None,
        "dose_form": DoseForm(exam) if exam.finished_at is not None else None,
        "consent_act": consents[0],
        "consent_distance": consents[1],
        "is_refused": any(each and each.is_no for each in consents),
    }
