"""What the end of the acquisition and the check of the images wait for."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.operations import close_exam, finish_acquisition, record_dose_afterwards
from diaphane.acquisition.quality import (
    accept_images,
    accept_with_reserve,
    ask_repeat,
    begin_check,
    declare_not_interpretable,
)
from diaphane.acquisition.queries import find_repeat_reason
from diaphane.acts.queries import list_open_duties
from diaphane.imaging.models import Gateway, GatewayReport, Instance
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError
from tests.scenes import Territory

from .table import DOSE, IOMEPROL, finished, receive, requirements, started

INJECTION: dict[str, object] = {
    "contrast_product": "Ioméprol 400",
    "contrast_batch": "LOT-42",
    "contrast_volume": Decimal(60),
    "contrast_route": "veine cubitale droite, 18 G",
}


def blocked_by(territory: Territory, exam: Exam, **facts: object) -> set[str]:
    with pytest.raises(GuardError) as refusal:
        finish_acquisition(exam=exam, facts=facts, by=territory.technologist, at=now())
    return {each.field or each.requirement for each in refusal.value.missing}


def test_an_acquisition_without_any_image_does_not_end(territory: Territory) -> None:
    exam = started(territory, urgency="vital")
    assert blocked_by(territory, exam, **DOSE) == {"R83"}
    assert Exam.objects.get(pk=exam.pk).state == ExamState.IN_PROGRESS


def test_a_refused_end_keeps_nothing_of_what_was_typed(territory: Territory) -> None:
    exam = started(territory)
    blocked_by(territory, exam, device="Scanner", **DOSE)
    assert Exam.objects.get(pk=exam.pk).device == ""


def test_an_ionising_exam_needs_its_dose_or_why_not(territory: Territory) -> None:
    exam = started(territory)
    receive(territory, exam)
    assert blocked_by(territory, exam) == {"dlp"}
    assert blocked_by(territory, exam, dose_missing_reason="  ") == {"dlp"}
    facts = {"dose_missing_reason": "Panne de l’affichage"}
    moved = finish_acquisition(exam=exam, facts=facts, by=territory.technologist, at=now())
    assert moved.state == ExamState.ACQUIRED


def test_an_mri_has_no_dose(territory: Territory) -> None:
    assert finished(territory, exam_code="MR-STROKE").state == ExamState.ACQUIRED


def test_a_vital_emergency_lets_the_dose_wait_and_it_is_recorded_afterwards(territory: Territory) -> None:
    exam = started(territory, urgency="vital")
    receive(territory, exam)
    exam = finish_acquisition(exam=exam, facts={}, by=territory.technologist, at=now())
    assert [duty.requirement for duty in list_open_duties(exam.act)] == ["R93"]
    with pytest.raises(GuardError):
        record_dose_afterwards(exam=exam, facts={}, by=territory.technologist, at=now())
    record_dose_afterwards(exam=exam, facts=DOSE, by=territory.technologist, at=now())
    assert not list_open_duties(exam.act).exists()
    with pytest.raises(ConflictError):
        record_dose_afterwards(exam=exam, facts=DOSE, by=territory.technologist, at=now())


def test_contrast_that_nobody_prescribed_is_refused(territory: Territory) -> None:
    exam = started(territory)
    receive(territory, exam)
    assert blocked_by(territory, exam, **DOSE, **INJECTION, contrast_at=now()) == {"contrast_product"}


@pytest.mark.parametrize("part", [*INJECTION, "contrast_at"])
def test_an_injection_is_recorded_whole(territory: Territory, part: str) -> None:
    exam = started(territory, contrast=IOMEPROL)
    receive(territory, exam)
    whole = INJECTION | {"contrast_at": now()}
    facts = DOSE | {name: value for name, value in whole.items() if name != part}
    assert blocked_by(territory, exam, **facts) == {part}
    moved = finish_acquisition(exam=exam, facts=DOSE | whole, by=territory.technologist, at=now())
    assert moved.contrast_batch == "LOT-42"


def test_contrast_prescribed_but_not_injected_leaves_nothing_to_write(territory: Territory) -> None:
    exam = started(territory, contrast=IOMEPROL)
    receive(territory, exam)
    moved = finish_acquisition(exam=exam, facts=DOSE, by=territory.technologist, at=now())
    assert moved.contrast_product == ""


@pytest.mark.parametrize(
    "absurd",
    [
        {"dlp": Decimal(-1)},
        {"dlp": Decimal(30_001)},
        {"ctdi_vol": Decimal(0)},
        {"contrast_volume": Decimal(401)},
    ],
)
def test_the_database_itself_refuses_an_absurd_measure(
    territory: Territory, absurd: dict[str, object]
) -> None:
    exam = started(territory)
    with pytest.raises(IntegrityError), transaction.atomic():
        Exam.objects.filter(pk=exam.pk).update(**absurd)


def announce(territory: Territory, exam: Exam, count: int) -> None:
    gateway = Gateway.objects.create(site=territory.site, ae_title="LISIERE", reported_at=now())
    GatewayReport.objects.create(
        gateway=gateway,
        study_instance_uid=exam.act.study_instance_uid,
        announced=count,
        waiting=count,
        reported_at=now(),
    )


def test_images_are_checked_only_once_all_announced_ones_are_there(territory: Territory) -> None:
    exam = finished(territory)
    announce(territory, exam, 2)
    with pytest.raises(GuardError) as refusal:
        begin_check(exam=exam, by=territory.imageur, at=now())
    assert requirements(refusal.value.missing) == {"R88"}
    receive(territory, exam, count=1)
    GatewayReport.objects.update(waiting=0)
    assert begin_check(exam=exam, by=territory.imageur, at=now()).state == ExamState.CHECKING


def test_images_are_accepted_only_once_verified(territory: Territory) -> None:
    exam = begin_check(exam=finished(territory), by=territory.imageur, at=now())
    Instance.objects.update(verified_at=None)
    with pytest.raises(GuardError) as refusal:
        accept_images(exam=exam, by=territory.imageur, at=now())
    assert requirements(refusal.value.missing) == {"R88"}
    Instance.objects.update(verified_at=now())
    assert accept_images(exam=exam, by=territory.imageur, at=now()).state == ExamState.ACCEPTED


def test_a_reserve_is_explained(territory: Territory) -> None:
    exam = begin_check(exam=finished(territory), by=territory.imageur, at=now())
    with pytest.raises(GuardError) as refusal:
        accept_with_reserve(exam=exam, comment="  ", by=territory.imageur, at=now())
    assert requirements(refusal.value.missing) == {"R88"}
    moved = accept_with_reserve(exam=exam, comment="Mouvements", by=territory.imageur, at=now())
    assert moved.state == ExamState.ACCEPTED_WITH_RESERVE


@pytest.mark.parametrize(("comment", "next_step"), [("", "Refaire"), ("Artefacts", "")])
def test_a_refusal_to_conclude_says_why_and_what_comes_next(
    territory: Territory, comment: str, next_step: str
) -> None:
    exam = begin_check(exam=finished(territory), by=territory.imageur, at=now())
    with pytest.raises(GuardError) as refusal:
        declare_not_interpretable(
            exam=exam, comment=comment, next_step=next_step, by=territory.imageur, at=now()
        )
    assert requirements(refusal.value.missing) == {"R95"}


def test_a_repeat_brings_the_exam_back_with_its_reason_until_the_next_end(territory: Territory) -> None:
    exam = begin_check(exam=finished(territory), by=territory.imageur, at=now())
    again = ask_repeat(exam=exam, reason="Refaire la base", by=territory.imageur, at=now())
    assert find_repeat_reason(again) == "Refaire la base"
    done = finish_acquisition(exam=again, facts=DOSE, by=territory.technologist, at=now())
    assert find_repeat_reason(done) is None


def test_an_act_closes_only_when_nothing_is_owed(territory: Territory) -> None:
    exam = started(territory, urgency="vital")
    receive(territory, exam)
    exam = finish_acquisition(exam=exam, facts={}, by=territory.technologist, at=now())
    Exam.objects.filter(pk=exam.pk).update(state=ExamState.REPORTED)
    with pytest.raises(GuardError) as refusal:
        close_exam(exam=exam, at=now())
    assert requirements(refusal.value.missing) == {"R93"}
    record_dose_afterwards(exam=exam, facts=DOSE, by=territory.technologist, at=now())
    assert close_exam(exam=exam, at=now() + timedelta(seconds=1)).state == ExamState.CLOSED
