"""What only a radiologist decides at the table, and what never waits for an emergency (R68, R82–R85)."""

from datetime import date, timedelta

import pytest

from diaphane.acquisition.deciding import (
    decide_despite_pregnancy,
    prescribe_contrast,
    settle_implants_at_table,
)
from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.operations import (
    check_again,
    declare_ready,
    finish_acquisition,
    start_exam,
    supervise_exam,
)
from diaphane.acquisition.quality import accept_images, accept_with_reserve, ask_repeat, begin_check
from diaphane.acquisition.queries import weigh_step
from diaphane.acts.queries import list_open_duties
from diaphane.imaging.models import Gateway, GatewayReport
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.patients.models import Patient
from diaphane.requests.orders import ImplantFinding
from tests.factories import make_actor, put_out_of_order
from tests.scenes import Territory

from .table import (
    DOSE,
    IOMEPROL,
    arrived,
    fill_table,
    finished,
    probe_link,
    ready,
    receive,
    requirements,
    started,
)

MRI = {"exam_code": "MR-STROKE"}
INJECTION: dict[str, object] = {
    "contrast_product": "Ioméprol 400",
    "contrast_batch": "LOT-42",
    "contrast_volume": 60,
    "contrast_route": "veine cubitale droite",
}


def waits_for(territory: Territory, exam: Exam) -> set[str]:
    fresh = Exam.objects.get(pk=exam.pk)
    return requirements(weigh_step(fresh, "get_ready", actor=territory.technologist).blocking)


def make_woman(territory: Territory) -> None:
    Patient.objects.filter(pk=territory.patient.pk).update(sex="F", birth_date=date(1994, 3, 8))
    territory.patient.refresh_from_db()


@pytest.mark.parametrize("urgency", ["scheduled", "vital"])
@pytest.mark.parametrize("answer", ["", "as_accepted", "unknown_or_new"])
def test_an_mri_waits_while_the_table_does_not_find_what_was_accepted(
    territory: Territory, urgency: str, answer: str
) -> None:
    exam = arrived(territory, urgency=urgency, **MRI)
    fill_table(territory, exam, implants_answer=answer)
    assert "R85" in waits_for(territory, exam)


def test_an_mri_without_implants_asked_again_passes_and_a_scanner_does_not_ask(territory: Territory) -> None:
    exam = arrived(territory, **MRI)
    fill_table(territory, exam)
    assert "R85" not in waits_for(territory, exam)
    scanner = arrived(territory)
    fill_table(territory, scanner, implants_answer="")
    assert "R85" not in waits_for(territory, scanner)


def test_a_new_implant_is_settled_by_the_radiologist_and_the_table_answers_again(
    territory: Territory,
) -> None:
    exam = arrived(territory, **MRI)
    fill_table(territory, exam, implants_answer="unknown_or_new")
    finding = ImplantFinding("listed", "Dr Marchal, carte du porteur", "Clip compatible 3 T")
    with pytest.raises(NotAllowedError):
        settle_implants_at_table(exam=exam, finding=finding, by=territory.technologist, at=now())
    settle_implants_at_table(exam=exam, finding=finding, by=territory.imageur, at=now())
    assert "R85" in waits_for(territory, exam)
    fill_table(territory, Exam.objects.get(pk=exam.pk), implants_answer="as_accepted")
    assert "R85" not in waits_for(territory, exam)


def test_implants_are_not_settled_where_no_mri_waits(territory: Territory) -> None:
    with pytest.raises(ConflictError):
        settle_implants_at_table(
            exam=arrived(territory), finding=ImplantFinding("none", "Moi"), by=territory.imageur, at=now()
        )


def test_only_a_radiologist_decides_despite_a_pregnancy_and_says_why(territory: Territory) -> None:
    make_woman(territory)
    exam = arrived(territory)
    fill_table(territory, exam, pregnancy_answer="pregnant")
    with pytest.raises(NotAllowedError):
        decide_despite_pregnancy(exam=exam, reason="Vital", by=territory.technologist, at=now())
    with pytest.raises(GuardError):
        decide_despite_pregnancy(exam=exam, reason="  ", by=territory.imageur, at=now())
    decide_despite_pregnancy(exam=exam, reason="Hors champ, dose réduite", by=territory.imageur, at=now())
    assert "R68" not in waits_for(territory, exam)
    with pytest.raises(ConflictError):
        decide_despite_pregnancy(exam=exam, reason="Encore", by=territory.imageur, at=now())


def test_another_answer_takes_the_decision_away(territory: Territory) -> None:
    make_woman(territory)
    exam = arrived(territory)
    fill_table(territory, exam, pregnancy_answer="possible")
    decide_despite_pregnancy(exam=exam, reason="Hors champ", by=territory.imageur, at=now())
    fill_table(territory, Exam.objects.get(pk=exam.pk), pregnancy_answer="pregnant")
    assert "R68" in waits_for(territory, exam)


def test_a_vital_emergency_does_not_wait_for_it_and_the_decision_settles_the_duty(
    territory: Territory,
) -> None:
    make_woman(territory)
    exam = arrived(territory, urgency="vital")
    supervise_exam(exam=exam, by=territory.imageur, at=now())
    probe_link(territory)
    fill_table(territory, exam, pregnancy_answer="cannot_answer")
    exam = declare_ready(exam=exam, by=territory.technologist, at=now())
    assert [duty.guard for duty in list_open_duties(exam.act)] == ["exam.pregnancy"]
    exam = start_exam(exam=exam, by=territory.technologist, at=now())
    decide_despite_pregnancy(exam=exam, reason="Inconsciente, hors champ", by=territory.imageur, at=now())
    assert not list_open_duties(exam.act).exists()


@pytest.mark.parametrize(
    ("kind", "requirement"), [("registration", "R18"), ("insurance", "R20"), ("teleimaging", "R24")]
)
def test_a_radiologist_who_is_not_in_order_neither_supervises_nor_judges(
    territory: Territory, kind: str, requirement: str
) -> None:
    checking = begin_check(exam=finished(territory), by=territory.imageur, at=now())
    acquired = finished(territory, **MRI)
    put_out_of_order(territory.imageur, kind)
    tries = (
        lambda: supervise_exam(exam=acquired, by=territory.imageur, at=now()),
        lambda: begin_check(exam=acquired, by=territory.imageur, at=now()),
        lambda: accept_images(exam=checking, by=territory.imageur, at=now()),
        lambda: ask_repeat(exam=checking, reason="Mouvements", by=territory.imageur, at=now()),
        lambda: prescribe_contrast(exam=acquired, prescription="X", by=territory.imageur, at=now()),
        lambda: accept_with_reserve(exam=checking, comment="Mouvements", by=territory.imageur, at=now()),
    )
    for attempt in tries:
        with pytest.raises(GuardError) as refusal:
            attempt()
        assert requirements(refusal.value.missing) == {requirement}


@pytest.mark.parametrize("kind", ["registration", "insurance"])
def test_a_proof_that_ends_while_its_holder_supervises_stops_the_start_and_says_why(
    territory: Territory, kind: str
) -> None:
    exam = ready(territory, urgency="vital")
    put_out_of_order(territory.imageur, kind)
    with pytest.raises(GuardError) as refusal:
        start_exam(exam=exam, by=territory.technologist, at=now())
    assert requirements(refusal.value.missing) == {"R82"}
    said = f"{refusal.value.missing[0].what} {refusal.value.missing[0].who}"
    assert territory.imageur.label in said
    assert "expiré" in said
    assert "autre radiologue" in said
    other = make_actor(Role.IMAGEUR, territory.reader)
    supervise_exam(exam=exam, by=other, at=now())
    assert start_exam(exam=exam, by=territory.technologist, at=now()).supervisor_id == other.id


def test_a_training_that_ends_does_not_stop_a_vital_emergency(territory: Territory) -> None:
    exam = ready(territory, urgency="vital")
    put_out_of_order(territory.imageur, "teleimaging")
    assert start_exam(exam=exam, by=territory.technologist, at=now()).state == ExamState.IN_PROGRESS


def test_supervision_and_the_physician_on_site_hold_at_the_start(territory: Territory) -> None:
    exam = ready(territory, contrast=IOMEPROL, urgency="vital")
    Exam.objects.filter(pk=exam.pk).update(supervised_at=None, on_site_physician="")
    with pytest.raises(GuardError) as refusal:
        start_exam(exam=exam, by=territory.technologist, at=now())
    assert requirements(refusal.value.missing) == {"R82", "R84"}


def test_a_repeat_with_contrast_asks_again_who_is_in_the_building(territory: Territory) -> None:
    exam = finished(territory, contrast=IOMEPROL)
    checking = begin_check(exam=exam, by=territory.imageur, at=now())
    again = ask_repeat(exam=checking, reason="Temps veineux", by=territory.imageur, at=now())
    assert again.on_site_physician == ""
    facts = DOSE | INJECTION | {"contrast_at": now()}
    with pytest.raises(GuardError) as refusal:
        finish_acquisition(exam=again, facts=facts, by=territory.technologist, at=now())
    assert requirements(refusal.value.missing) == {"R84"}
    named = facts | {"on_site_physician": "Dr Tissot"}
    done = finish_acquisition(exam=again, facts=named, by=territory.technologist, at=now())
    assert done.state == ExamState.ACQUIRED


def test_contrast_injected_before_it_was_prescribed_keeps_its_batch(territory: Territory) -> None:
    exam = started(territory)
    receive(territory, exam)
    facts = DOSE | INJECTION | {"contrast_at": now()}
    with pytest.raises(GuardError) as refusal:
        finish_acquisition(exam=exam, facts=facts, by=territory.technologist, at=now())
    assert {each.field for each in refusal.value.missing} == {"contrast_product"}
    prescribe_contrast(exam=exam, prescription="Ioméprol 60 mL", by=territory.imageur, at=now())
    done = finish_acquisition(exam=exam, facts=facts, by=territory.technologist, at=now())
    assert done.contrast_batch == "LOT-42"


def test_in_a_vital_emergency_the_prescription_follows_and_settles_the_duty(territory: Territory) -> None:
    exam = started(territory, urgency="vital")
    receive(territory, exam)
    facts = DOSE | INJECTION | {"contrast_at": now()}
    done = finish_acquisition(exam=exam, facts=facts, by=territory.technologist, at=now())
    assert [duty.guard for duty in list_open_duties(done.act)] == ["exam.contrast_prescribed"]
    prescribe_contrast(exam=done, prescription="Ioméprol 60 mL", by=territory.imageur, at=now())
    assert not list_open_duties(done.act).exists()
    with pytest.raises(ConflictError):
        prescribe_contrast(exam=done, prescription="Encore", by=territory.imageur, at=now())


def test_an_exam_that_is_over_gets_no_prescription(territory: Territory) -> None:
    with pytest.raises(ConflictError):
        prescribe_contrast(exam=finished(territory), prescription="Ioméprol", by=territory.imageur, at=now())


def report(territory: Territory, exam: Exam, *, minutes: int, waiting: int = 0, set_aside: int = 0) -> None:
    at = now() + timedelta(minutes=minutes)
    gateway, _new = Gateway.objects.update_or_create(
        site=territory.site, ae_title="LISIERE", defaults={"reported_at": at}
    )
    GatewayReport.objects.update_or_create(
        gateway=gateway,
        study_instance_uid=exam.act.study_instance_uid,
        defaults={
            "announced": 1 + waiting + set_aside,
            "waiting": waiting,
            "reported_at": at,
        },
    )
    gateway.asides.all().delete()
    if set_aside:
        uid = exam.act.study_instance_uid
        gateway.asides.create(study_instance_uid=uid, reason="refused 0110", images=set_aside)


def test_images_are_not_complete_before_the_gateway_has_spoken_after_the_end(territory: Territory) -> None:
    exam = finished(territory)
    report(territory, exam, minutes=-1)
    with pytest.raises(GuardError) as refusal:
        begin_check(exam=exam, by=territory.imageur, at=now())
    assert requirements(refusal.value.missing) == {"R88"}
    report(territory, exam, minutes=1, waiting=1)
    with pytest.raises(GuardError):
        begin_check(exam=exam, by=territory.imageur, at=now())
    report(territory, exam, minutes=1, set_aside=1)
    with pytest.raises(GuardError) as refusal:
        begin_check(exam=exam, by=territory.imageur, at=now())
    assert "mis de côté" in refusal.value.missing[0].what
    report(territory, exam, minutes=1)
    assert begin_check(exam=exam, by=territory.imageur, at=now()).state == ExamState.CHECKING


def test_a_gateway_that_never_speaks_of_the_study_is_waited_for(territory: Territory) -> None:
    Gateway.objects.create(site=territory.site, ae_title="LISIERE", reported_at=now() - timedelta(minutes=1))
    exam = finished(territory)
    with pytest.raises(GuardError):
        begin_check(exam=exam, by=territory.imageur, at=now())


def test_a_silent_gateway_does_not_keep_the_patient_for_ever(territory: Territory) -> None:
    exam = finished(territory)
    report(territory, exam, minutes=-1)
    with pytest.raises(GuardError) as refusal:
        accept_with_reserve(exam=exam, comment=" ", by=territory.imageur, at=now())
    assert requirements(refusal.value.missing) == {"R88"}
    words = "Passerelle muette ; le manipulateur confirme une seule série, reçue."
    moved = accept_with_reserve(exam=exam, comment=words, by=territory.imageur, at=now())
    assert moved.state == ExamState.ACCEPTED_WITH_RESERVE


def test_the_table_can_be_answered_again_after_going_back(territory: Territory) -> None:
    exam = check_again(exam=ready(territory, **MRI), by=territory.technologist, at=now())
    fill_table(territory, exam, implants_answer="unknown_or_new")
    assert "R85" in waits_for(territory, exam)
