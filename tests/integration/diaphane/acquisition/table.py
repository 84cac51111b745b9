"""Exams at each moment of the technologist's work, brought there by the real operations."""

from datetime import datetime, timedelta
from decimal import Decimal

from diaphane.acquisition.models import Exam, LinkTest
from diaphane.acquisition.operations import (
    ConsentAnswer,
    declare_ready,
    finish_acquisition,
    open_exam,
    prepare_exam,
    record_arrival,
    record_link_test,
    schedule_exam,
    start_exam,
    supervise_exam,
)
from diaphane.consents.answers import Details
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import Missing
from diaphane.organisations.models import Room
from diaphane.requests.operations import validate_request
from tests.factories import RoomFactory
from tests.images import make_ct
from tests.reading_scenes import ask_again, make_edge
from tests.scenes import SAFE_ANSWERS, Territory, explain_safety, under_review

GIVEN = ConsentAnswer("given", "patient")
REFUSED = ConsentAnswer("refused", "patient")
IMPOSSIBLE = ConsentAnswer("impossible", "nobody", Details(motive="unconscious"))
BOTH_GIVEN = {"act": GIVEN, "distance": GIVEN}
IOMEPROL = "Ioméprol 400 mg/mL, 60 mL"
DOSE: dict[str, object] = {"dlp": Decimal("742.5"), "ctdi_vol": Decimal("48.2")}


def make_room(territory: Territory, *, modality: str = "CT", name: str = "Scanner 1") -> Room:
    """Create a room of the site."""
    return RoomFactory(structure=territory.site, modality=modality, name=name)


def probe_link(
    territory: Territory, *, down: str = "20", up: str = "8", latency: str = "30", at: datetime | None = None
) -> LinkTest:
    """Record a link test of the site."""
    return record_link_test(
        structure_id=territory.site.pk,
        down_mbps=Decimal(down),
        up_mbps=Decimal(up),
        latency_ms=Decimal(latency),
        by=territory.technologist,
        at=at or now(),
    )


def opened(
    territory: Territory,
    *,
    urgency: str = "urgent",
    contrast: str = "",
    exam_code: str = "CT-HEAD",
    pregnancy: str = "not_concerned",
    motive: str = "",
    **answers: str,
) -> Exam:
    """Return an exam to schedule; ``answers`` change those of the safety questions."""
    at, asked = now(), {"exam_code": exam_code, "pregnancy": pregnancy}
    request = validate_request(
        request=under_review(territory, urgency=urgency, at=at, answers=SAFE_ANSWERS | answers, **asked),
        protocol="Hélice sans injection",
        contrast_prescription=contrast,
        granted_urgency=urgency,
        review_reason=motive,
        safety_motive=motive or explain_safety(territory, at=at),
        by=territory.imageur,
        at=at,
    )
    return open_exam(act=request.act, at=at)


def planned(territory: Territory, **values: str) -> Exam:
    """Return an exam with a slot."""
    exam = opened(territory, **values)
    asked_for = exam.act.request.exam
    assert asked_for is not None
    room = Room.objects.filter(structure=territory.site, modality=asked_for.modality).first()
    room = room or make_room(territory, modality=asked_for.modality)
    return schedule_exam(exam=exam, room=room, starts_at=now(), by=territory.technologist, at=now())


def arrived(territory: Territory, **values: str) -> Exam:
    """Return an exam whose patient is there; nothing is checked yet."""
    return record_arrival(exam=planned(territory, **values), by=territory.technologist, at=now())


def fill_table(
    territory: Territory, exam: Exam, *, consents: dict[str, ConsentAnswer] | None = None, **facts: str
) -> None:
    """Answer the checks of the table, all of them unless said otherwise."""
    answers = {
        "identity_read_back": "wristband",
        "pregnancy_answer": "no",
        "implants_answer": "none",
        "on_site_physician": "Dr Tissot",
    }
    prepare_exam(
        exam=exam,
        consents=BOTH_GIVEN if consents is None else consents,
        **(answers | facts),
        by=territory.technologist,
        at=now(),
    )
    ask_again(territory, exam)


def ready(territory: Territory, **values: str) -> Exam:
    """Return an exam that may start."""
    exam = arrived(territory, **values)
    supervise_exam(exam=exam, by=territory.imageur, at=now())
    if not LinkTest.objects.exists():
        probe_link(territory)
    fill_table(territory, exam)
    return declare_ready(exam=exam, by=territory.technologist, at=now())


def started(territory: Territory, **values: str) -> Exam:
    """Return an exam under way, without any image."""
    return start_exam(exam=ready(territory, **values), by=territory.technologist, at=now())


def receive(territory: Territory, exam: Exam, *, count: int = 1) -> None:
    """Bring images in by the gateway's own door."""
    edge = make_edge(territory)
    assert edge.role is Role.EDGE
    for number in range(1, count + 1):
        store_instance(content=make_ct(exam.act, number=number), by=edge, at=now())


def finished(territory: Territory, **values: str) -> Exam:
    """Return an exam whose images are all verified, acquisition over."""
    exam = started(territory, **values)
    receive(territory, exam)
    facts = DOSE if exam.act.request.exam and exam.act.request.exam.is_ionising else {}
    return finish_acquisition(exam=exam, facts=facts, by=territory.technologist, at=now())


def requirements(missing: list[Missing] | tuple[Missing, ...]) -> set[str]:
    """Return the requirements that are still waited for."""
    return {each.requirement for each in missing}


def in_minutes(minutes: int) -> datetime:
    """Return an instant, a whole number of minutes from now."""
    return now().replace(second=0, microsecond=0) + timedelta(minutes=minutes)
