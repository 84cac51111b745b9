"""The site's day, live: who comes, who is here, whose images are on their way (R110)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from diaphane.acquisition.links import get_valid_link_test
from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.queries import find_repeat_reason, list_board
from diaphane.acquisition.transitions import AT_THE_TABLE, BEFORE_START
from diaphane.acts.models import Act
from diaphane.imaging.alerts import list_alerts
from diaphane.imaging.judging import count_pending
from diaphane.imaging.queries import ImageCounts, count_images, list_gateways, list_reconciliations
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.scheduling.models import Appointment
from diaphane.scheduling.waiting import list_offers
from diaphane.web.acts.durations import spell_wait
from diaphane.web.acts.gateway_alerts import describe_alert
from diaphane.web.roles import needs

from .moments import EXPECTED, KEEPS_PATIENT, LANES, RELEASES_PATIENT, Lane, Section

_COUNTED = frozenset({ExamState.IN_PROGRESS}) | KEEPS_PATIENT
_RANK = {urgency: rank for rank, urgency in enumerate(Act.Urgency)}


@dataclass(frozen=True)
class Card:
    """One exam on the board."""

    exam: Exam
    slot: Appointment | None
    wait: str
    counts: ImageCounts | None
    repeat_reason: str | None
    to_see: int
    is_later: bool

    @property
    def keeps_patient(self) -> bool:
        """Say whether the patient stays on the table."""
        return self.exam.state in KEEPS_PATIENT

    @property
    def releases_patient(self) -> bool:
        """Say whether the imageur has accepted the images."""
        return self.exam.state in RELEASES_PATIENT

    @property
    def is_suspended(self) -> bool:
        """Say whether a new fact suspends the protocol of an exam that has not started (R85)."""
        return self.exam.act.request.is_suspended and self.exam.state in BEFORE_START

    @property
    def lacks_supervisor(self) -> bool:
        """Say whether nobody supervises yet an exam that is near (R82)."""
        return self.exam.state in AT_THE_TABLE and self.exam.supervisor_id is None


@dataclass(frozen=True)
class Place:
    """One section of the board with its cards; those of another day are set apart."""

    section: Section
    cards: list[Card]
    later: list[Card]


@require_safe
@needs("exam.table")
def board(request: HttpRequest) -> HttpResponse:
    """Show the day."""
    return render(request, "technologist/board.html", _context(require_actor(request)))


@require_safe
@needs("exam.table")
def live(request: HttpRequest) -> HttpResponse:
    """Return what moves on the board."""
    return render(request, "technologist/_board.html", _context(require_actor(request)))


def _context(actor: Actor) -> dict[str, object]:
    at = now()
    exams = list(list_board(actor))
    found = count_pending(exam.act_id for exam in exams)
    cards = [_card(exam, found, at) for exam in exams]
    site = actor.structure_id
    return {
        "lanes": [(lane.label, _places(lane, cards)) for lane in LANES],
        "is_empty": not cards,
        "link_test": get_valid_link_test(site) if site else None,
        "alerts": [describe_alert(each) for each in list_alerts(actor)],
        "gateways": list_gateways(site_ids=[site]),
        "waiting_images": list_reconciliations(actor).count(),
        "offers": list_offers(site, at=at) if site else [],
    }


def _places(lane: Lane, cards: list[Card]) -> list[Place]:
    places = []
    for section in lane.sections:
        found = sorted((card for card in cards if card.exam.state in section.states), key=_order)
        today = [card for card in found if not card.is_later]
        places.append(Place(section, today, [card for card in found if card.is_later]))
    return places


def _order(card: Card) -> tuple[int, datetime]:
    """Put the most urgent first, then the one who has waited longest, then the next slot."""
    exam = card.exam
    since = exam.arrived_at or (card.slot.starts_at if card.slot else exam.created_at)
    return _RANK[exam.act.urgency], since


def _card(exam: Exam, found: Mapping[UUID, int], at: datetime) -> Card:
    slot = next((each for each in exam.act.appointments.all() if each.cancelled_at is None), None)
    is_waiting = exam.state in AT_THE_TABLE and exam.arrived_at is not None
    return Card(
        exam=exam,
        slot=slot,
        wait=spell_wait(exam.arrived_at, at) if is_waiting and exam.arrived_at else "",
        counts=count_images(exam.act) if exam.state in _COUNTED else None,
        repeat_reason=find_repeat_reason(exam),
        to_see=found.get(exam.act_id, 0) if exam.state in _COUNTED else 0,
        is_later=bool(
            slot
            and exam.state in EXPECTED.states
            and timezone.localdate(slot.starts_at) > timezone.localdate(at)
        ),
    )
