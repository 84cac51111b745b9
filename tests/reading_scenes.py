"""Acts brought further by the real operations: made, checked, read, signed, told."""

from datetime import datetime, timedelta
from decimal import Decimal

from allauth.mfa.models import Authenticator
from django.core.cache import cache

from diaphane.accounts.models import User
from diaphane.accounts.operations import activate_totp
from diaphane.acquisition.asking import Told, answer_at_table
from diaphane.acquisition.models import Exam
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
from diaphane.acquisition.quality import accept_images, begin_check
from diaphane.acquisition.safety_guards import list_table_questions
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.reporting.models import Report
from diaphane.reporting.operations import open_report, save_draft, sign_report
from diaphane.reporting.queries import find_report
from diaphane_dicom.identifiers import new_uid

from .browsing import TOTP_SECRET, show_code
from .factories import RoomFactory
from .images import make_ct
from .scenes import SAFE_ANSWERS, Territory, validated

GIVEN = ConsentAnswer(outcome="given", source="patient")
COMPLETE_REPORT: dict[str, object] = {
    "comparison": "Aucun examen antérieur",
    "conclusion": "Pas d’hémorragie intracrânienne.",
    "next_step": "Surveillance clinique 24 heures",
    "criticality": Report.Criticality.NONE,
    "announcement": Report.Announcement.NOT_NEEDED,
    "patient_searched": "Un saignement dans la tête.",
    "patient_found": "Nous n’avons pas vu de saignement.",
    "patient_next": "Vous restez en observation jusqu’à demain.",
}
SAFE_AT_TABLE = SAFE_ANSWERS | {
    "pregnancy": "excluded",
    "breastfeeding": "no",
    "hours_since_injection": "unknown",
    "premature": "no",
}
"""Answers of the table that ask nothing more of anybody."""
RESULTS = {"Parenchyme et hémorragie": "Pas d’hémorragie. Différenciation conservée."}


def make_edge(territory: Territory) -> Actor:
    """Return the gateway of the site."""
    return Actor(
        id=territory.site.pk,
        role=Role.EDGE,
        label="Passerelle",
        structure_id=territory.site.pk,
        structure_label=territory.site.name,
    )


def scheduled(territory: Territory, *, at: datetime | None = None, **values: str) -> Exam:
    """Return an exam with its slot, supervised, its site's link tested."""
    at = at or now()
    exam = open_exam(act=validated(territory, at=at, **values).act, at=at)
    room = RoomFactory(structure=territory.site, modality="CT")
    supervise_exam(exam=exam, by=territory.imageur, at=at)
    record_link_test(
        structure_id=territory.site.pk,
        down_mbps=Decimal(20),
        up_mbps=Decimal(8),
        latency_ms=Decimal(30),
        by=territory.technologist,
        at=at,
    )
    return schedule_exam(
        exam=exam, room=room, starts_at=at + timedelta(minutes=5), by=territory.technologist, at=at
    )


def ask_again(territory: Territory, exam: Exam, *, at: datetime | None = None, **answers: str) -> None:
    """Ask the safety questions again at the table; the answers raise nothing unless told otherwise."""
    at = at or now()
    asked = [each.question.id for each in list_table_questions(exam, at=at)]
    given = {name: (SAFE_AT_TABLE | answers)[name] for name in asked}
    answer_at_table(exam=exam, told=Told(given, "patient"), by=territory.technologist, at=at)


def in_progress(territory: Territory, *, at: datetime | None = None, **values: str) -> Exam:
    """Return an exam under way, its table checks passed."""
    at, by = at or now(), territory.technologist
    exam = record_arrival(exam=scheduled(territory, at=at, **values), by=by, at=at)
    prepare_exam(
        exam=exam,
        identity_read_back=Exam.ReadBack.WRISTBAND,
        consents={"act": GIVEN, "distance": GIVEN},
        pregnancy_answer=Exam.PregnancyAnswer.NOT_CONCERNED,
        on_site_physician="",
        by=by,
        at=at,
    )
    ask_again(territory, exam, at=at)
    return start_exam(exam=declare_ready(exam=exam, by=by, at=at), by=by, at=at)


def acquired(territory: Territory, *, at: datetime | None = None, **values: str) -> Exam:
    """Return an exam whose two images are received and verified."""
    at = at or now()
    exam = in_progress(territory, at=at, **values)
    series = new_uid()
    for number in (1, 2):
        image = make_ct(exam.act, number=number, SeriesInstanceUID=series)
        store_instance(content=image, by=make_edge(territory), at=at)
    facts = {"device": "Scanner de test", "ctdi_vol": Decimal("42.10"), "dlp": Decimal("760.5")}
    return finish_acquisition(exam=exam, facts=facts, by=territory.technologist, at=at)


def accepted(territory: Territory, *, at: datetime | None = None, **values: str) -> Exam:
    """Return an exam whose images the imageur accepted."""
    at = at or now()
    checking = begin_check(exam=acquired(territory, at=at, **values), by=territory.imageur, at=at)
    return accept_images(exam=checking, by=territory.imageur, at=at)


def drafted(territory: Territory, *, at: datetime | None = None, **values: object) -> Report:
    """Return a complete report waiting for its signature, with some values changed."""
    at = at or now()
    report = open_report(act=accepted(territory, at=at).act, by=territory.imageur, at=at)
    save_draft(report=report, values=COMPLETE_REPORT | values, results=RESULTS, by=territory.imageur, at=at)
    found = find_report(report.act)
    assert found is not None
    return found


def signed(territory: Territory, *, at: datetime | None = None, **values: object) -> Report:
    """Return a signed report."""
    at = at or now()
    report = drafted(territory, at=at, **values)
    return sign_report(report=report, code=fresh_code(territory.imageur), by=territory.imageur, at=at)


def fresh_code(actor: Actor, *, lasting: float = 5.0) -> str:
    """Return the code that the actor's authenticator shows, as if none had been used yet."""
    cache.clear()
    user = User.objects.get(pk=actor.id)
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        activate_totp(user=user, secret=TOTP_SECRET)
    for each in Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP):
        each.data.pop("last_step", None)
        each.save(update_fields=["data"])
    return show_code(lasting=lasting)
