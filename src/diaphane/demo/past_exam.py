"""One finished exam, played by the real operations: a newcomer reads a patient's page at once."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.db import transaction

from diaphane.acquisition.asking import confirm_at_table
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
from diaphane.acts.models import Act
from diaphane.acts.operations import subject_of
from diaphane.audit.operations import record_view
from diaphane.imaging.gateways import GatewayStatus, StudyTally, record_gateway_status
from diaphane.imaging.judging import answer_finding, list_serious
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.organisations.queries import list_rooms
from diaphane.reporting.models import Report
from diaphane.reporting.operations import open_report, record_patient_told, save_draft, sign_report
from diaphane.requests.answering import answer_safety
from diaphane.requests.models import ExamRequest
from diaphane.requests.operations import (
    draft_request,
    submit_request,
    take_request,
    validate_request,
)
from diaphane.requests.operations import (
    save_draft as save_request,
)
from diaphane_dicom.htj2k import transcode_to_htj2k

from .credentials import wait_for_code
from .people import PATIENTS, PEOPLE
from .slices import stamp_slices
from .stories import BRAIN_ANSWERS, BRAIN_REPORT, BRAIN_REQUEST, BRAIN_RESULTS
from .territory import EDGE_AE_TITLE, get_patient, get_person_actor, get_structure

PATIENT, REQUESTER, IMAGEUR, TECHNOLOGIST = "odette.garnier", "camille.verdier", "ines.marchal", "leo.bastien"
MOST_SLICES = 40
ONE_SERIES = "Images de démonstration : le modèle ne contient que la série T1."
_GIVEN = ConsentAnswer(outcome="given", source="patient")


def play_past_exam(*, images: Path) -> bool:
    """Play the whole journey of a brain MR, from request to told patient; return False if it is there.

    The request dates from two hours ago and the rest follows; the signature is of now, for a second factor
    is only good while it is fresh.
    """
    if is_past_exam_there():
        return False
    with transaction.atomic():
        act = _ask(now() - timedelta(hours=2))
        _make(act, images, now() - timedelta(hours=1))
        _report(act)
    return True


def is_past_exam_there() -> bool:
    """Say whether the finished exam was played; with images of one's own, it is not."""
    return find_past_act_id() is not None


def find_past_act_id() -> UUID | None:
    """Return the act of the finished exam, once it was played."""
    wanted = next(each for each in PATIENTS if each.key == PATIENT)
    exams = ExamRequest.objects.filter(act__patient__ins=wanted.ins, exam_code=BRAIN_REQUEST["exam_code"])
    return exams.values_list("act_id", flat=True).first()


def _ask(at: datetime) -> Act:
    requester, imageur = get_person_actor(REQUESTER), get_person_actor(IMAGEUR)
    request = draft_request(
        patient=get_patient(PATIENT), site=get_structure("saint_aubin"), by=requester, at=at
    )
    save_request(request=request, values=BRAIN_REQUEST, urgency=Act.Urgency.URGENT, by=requester, at=at)
    answer_safety(request=request, answers=BRAIN_ANSWERS, informant="patient", by=requester, at=at)
    sent = submit_request(request=request, by=requester, at=at + timedelta(minutes=3))
    taken = take_request(request=sent, by=imageur, at=at + timedelta(minutes=8))
    validated = validate_request(
        request=taken,
        protocol="Diffusion, FLAIR, T2*, 3D T1 sans injection.",
        contrast_prescription="",
        granted_urgency=Act.Urgency.URGENT,
        review_reason="",
        by=imageur,
        at=at + timedelta(minutes=12),
    )
    return validated.act


def _make(act: Act, images: Path, at: datetime) -> None:
    imageur, technologist = get_person_actor(IMAGEUR), get_person_actor(TECHNOLOGIST)
    site = get_structure("saint_aubin")
    exam = open_exam(act=act, at=at)
    supervise_exam(exam=exam, by=imageur, at=at)
    record_link_test(
        structure_id=site.pk,
        down_mbps=Decimal(84),
        up_mbps=Decimal(41),
        latency_ms=Decimal(18),
        by=technologist,
        at=now() - timedelta(hours=11, minutes=50),  # it counts for ten minutes more: the tour tests it again
    )
    room = list_rooms(structure_id=site.pk, modality="MR")[0]
    exam = schedule_exam(exam=exam, room=room, starts_at=at, by=technologist, at=at)
    exam = _prepare(record_arrival(exam=exam, by=technologist, at=at), technologist, at)
    exam = start_exam(exam=exam, by=technologist, at=at)
    gateway = Actor(
        id=site.pk, role=Role.EDGE, label="Passerelle", structure_id=site.pk, structure_label=site.name
    )
    slices = list(stamp_slices(images, act=act, most=MOST_SLICES, taken_at=at))
    for content in slices:
        store_instance(content=transcode_to_htj2k(content).content, by=gateway, at=at)
    facts = {"device": room.device, "acquisitions": "3D T1 axial 1 mm, sans injection"}
    exam = finish_acquisition(exam=exam, facts=facts, by=technologist, at=at + timedelta(minutes=22))
    sent = StudyTally(act.study_instance_uid, received=len(slices), waiting=0)
    status = GatewayStatus(
        EDGE_AE_TITLE, waiting=0, set_aside=0, oldest_seconds=0, last_error="", studies=(sent,)
    )
    record_gateway_status(status=status, by=gateway, at=at + timedelta(minutes=23))
    checking = begin_check(exam=exam, by=imageur, at=at + timedelta(minutes=23))
    for finding in list_serious(act):
        answer_finding(finding=finding, reason=ONE_SERIES, by=imageur, at=at + timedelta(minutes=24))
    accept_images(exam=checking, by=imageur, at=at + timedelta(minutes=25))


def _prepare(exam: Exam, technologist: Actor, at: datetime) -> Exam:
    prepare_exam(
        exam=exam,
        identity_read_back=Exam.ReadBack.WRISTBAND,
        consents={"act": _GIVEN, "distance": _GIVEN},
        pregnancy_answer=Exam.PregnancyAnswer.NOT_CONCERNED,
        on_site_physician="Dr Camille Verdier",
        implants_answer=Exam.ImplantsAnswer.NONE,
        by=technologist,
        at=at,
    )
    asked = [each.question.id for each in list_table_questions(exam, at=at)]
    confirm_at_table(exam=exam, question_ids=asked, by=technologist, at=at)
    return declare_ready(exam=exam, by=technologist, at=at)


def _report(act: Act) -> None:
    imageur = get_person_actor(IMAGEUR)
    report = open_report(act=act, by=imageur, at=now() - timedelta(minutes=20))
    save_draft(report=report, values=BRAIN_REPORT, results=BRAIN_RESULTS, by=imageur, at=now())
    email = next(person.email for person in PEOPLE if person.key == IMAGEUR)
    signed = sign_report(report=report, code=wait_for_code(email), by=imageur, at=now())
    for key in (IMAGEUR, REQUESTER, TECHNOLOGIST):
        record_view("act", by=get_person_actor(key), at=now(), subject=subject_of(act))
    record_view("images", by=imageur, at=now(), subject=subject_of(act))
    record_patient_told(
        report=signed,
        how=Report.ToldHow.VIDEO,
        companion="Sa fille",
        by=imageur,
        at=now(),
    )
