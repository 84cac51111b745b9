"""What « ready » waits for at the table: each guard blocks with its requirement, then lets through."""

from datetime import date, timedelta

import pytest

from diaphane.acquisition.guards import must_ask_pregnancy
from diaphane.acquisition.links import LINK_TEST_LASTS
from diaphane.acquisition.models import Exam, ExamState, LinkTest
from diaphane.acquisition.operations import declare_ready, prepare_exam, supervise_exam
from diaphane.acquisition.queries import weigh_step
from diaphane.acquisition.transitions import EXAM_TABLE
from diaphane.acts.models import Duty
from diaphane.acts.queries import list_ledger, list_open_duties
from diaphane.events.models import Event
from diaphane.journeys.identities import settle_identity_duties
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.patients.identities import doubt_identity, see_document
from diaphane.patients.models import Patient
from tests.scenes import Territory

from .table import (
    BOTH_GIVEN,
    GIVEN,
    IMPOSSIBLE,
    IOMEPROL,
    REFUSED,
    arrived,
    fill_table,
    opened,
    planned,
    probe_link,
    ready,
    requirements,
)


def waits_for(territory: Territory, exam: Exam) -> set[str]:
    fresh = Exam.objects.get(pk=exam.pk)
    return requirements(weigh_step(fresh, "get_ready", actor=territory.technologist).blocking)


def make_woman(territory: Territory, *, born: date = date(1994, 3, 8)) -> None:
    Patient.objects.filter(pk=territory.patient.pk).update(sex="F", birth_date=born)
    territory.patient.refresh_from_db()


def test_an_exam_without_a_slot_is_not_planned(territory: Territory) -> None:
    exam = opened(territory)
    assert requirements(EXAM_TABLE.list_missing(exam, "schedule", by=territory.technologist)) == {"R73"}


def test_everything_missing_is_said_at_once_and_nothing_moves(territory: Territory) -> None:
    exam = arrived(territory, contrast=IOMEPROL)
    with pytest.raises(GuardError) as refusal:
        declare_ready(exam=exam, by=territory.technologist, at=now())
    assert requirements(refusal.value.missing) == {"R40", "R57", "R81", "R82", "R84", "R85"}
    assert Exam.objects.get(pk=exam.pk).state == ExamState.ARRIVED


def test_the_identity_must_be_read_back(territory: Territory) -> None:
    exam = arrived(territory)
    fill_table(territory, exam, identity_read_back="")
    assert "R40" in waits_for(territory, exam)
    fill_table(territory, exam)
    assert "R40" not in waits_for(territory, exam)


def test_a_doubtful_identity_waits_with_a_way_out_until_a_document_is_seen(territory: Territory) -> None:
    exam, patient = arrived(territory), territory.patient
    fill_table(territory, exam)
    doubt_identity(patient_id=patient.pk, reason="Autre photo", by=territory.technologist, at=now())
    fresh = Exam.objects.get(pk=exam.pk)
    (found,) = [
        each
        for each in weigh_step(fresh, "get_ready", actor=territory.technologist).blocking
        if each.requirement == "R40"
    ]
    assert "douteuse" in str(found.what)
    assert "Identités" in str(found.who)
    see_document(patient_id=patient.pk, kind="passport", by=territory.requester, at=now())
    assert "R40" not in waits_for(territory, exam)


def test_in_a_vital_emergency_a_doubt_becomes_a_duty_that_a_document_settles(territory: Territory) -> None:
    patient = territory.patient
    doubt_identity(patient_id=patient.pk, reason="Autre photo", by=territory.technologist, at=now())
    exam = ready(territory, urgency="vital")
    assert "exam.certain_identity" in {each.guard for each in list_open_duties(exam.act)}
    see_document(patient_id=patient.pk, kind="passport", by=territory.requester, at=now())
    settle_identity_duties(Event.objects.get(kind="patient.certain"))
    assert "exam.certain_identity" not in {each.guard for each in list_open_duties(exam.act)}


@pytest.mark.parametrize("subject", ["act", "distance"])
def test_each_of_the_two_agreements_is_needed(territory: Territory, subject: str) -> None:
    exam = arrived(territory)
    fill_table(territory, exam, consents={other: GIVEN for other in BOTH_GIVEN if other != subject})
    missing = weigh_step(exam, "get_ready", actor=territory.technologist).blocking
    assert [each.field for each in missing if each.requirement == "R57"] == [f"consent_{subject}"]


@pytest.mark.parametrize("subject", ["act", "distance"])
def test_a_refusal_stops_the_exam_even_in_a_vital_emergency(territory: Territory, subject: str) -> None:
    exam = arrived(territory, urgency="vital")
    fill_table(territory, exam, consents=BOTH_GIVEN | {subject: REFUSED})
    assert "R57" in waits_for(territory, exam)


def test_an_agreement_impossible_to_collect_lets_through_and_leaves_a_duty(territory: Territory) -> None:
    exam = arrived(territory)
    fill_table(territory, exam, consents={"act": IMPOSSIBLE, "distance": IMPOSSIBLE})
    assert "R57" not in waits_for(territory, exam)
    assert [duty.requirement for duty in list_open_duties(exam.act)] == ["R59"]


def test_pregnancy_is_asked_again_alone_at_the_table(territory: Territory) -> None:
    make_woman(territory)
    exam = arrived(territory)
    fill_table(territory, exam, pregnancy_answer="")
    assert "R68" in waits_for(territory, exam)
    fill_table(territory, exam, pregnancy_answer="no")
    assert "R68" not in waits_for(territory, exam)


@pytest.mark.parametrize("answer", ["possible", "pregnant", "cannot_answer"])
def test_an_open_pregnancy_waits_for_the_radiologist(territory: Territory, answer: str) -> None:
    make_woman(territory)
    exam = arrived(territory)
    fill_table(territory, exam, pregnancy_answer=answer)
    fresh = Exam.objects.get(pk=exam.pk)
    missing = weigh_step(fresh, "get_ready", actor=territory.technologist).blocking
    assert [str(each.who) for each in missing if each.requirement == "R68"] == ["Le radiologue"]


@pytest.mark.parametrize(
    ("sex", "born", "exam_code", "is_asked"),
    [
        ("F", date(1994, 3, 8), "CT-HEAD", True),
        ("U", date(1994, 3, 8), "CT-HEAD", True),
        ("M", date(1994, 3, 8), "CT-HEAD", False),
        ("F", date(1950, 3, 8), "CT-HEAD", False),
        ("F", date(2020, 3, 8), "CT-HEAD", False),
        ("F", date(1994, 3, 8), "MR-STROKE", False),
    ],
)
def test_pregnancy_concerns_ionising_exams_at_child_bearing_age(
    territory: Territory, sex: str, born: date, exam_code: str, is_asked: bool
) -> None:
    Patient.objects.filter(pk=territory.patient.pk).update(sex=sex, birth_date=born)
    territory.patient.refresh_from_db()
    assert must_ask_pregnancy(planned(territory, exam_code=exam_code)) is is_asked


def test_the_link_must_have_been_tested(territory: Territory) -> None:
    exam = arrived(territory)
    assert "R81" in waits_for(territory, exam)
    probe_link(territory)
    assert "R81" not in waits_for(territory, exam)


@pytest.mark.parametrize(
    "weak", [{"down": "3.99"}, {"up": "1.99"}, {"latency": "300.1"}], ids=["down", "up", "latency"]
)
def test_a_weak_link_does_not_count_and_replaces_an_earlier_good_one(
    territory: Territory, weak: dict[str, str]
) -> None:
    exam = arrived(territory)
    probe_link(territory, at=now() - timedelta(hours=1))
    probe_link(territory, **weak)
    assert "R81" in waits_for(territory, exam)


def test_a_link_test_counts_for_twelve_hours_only(territory: Territory) -> None:
    exam = arrived(territory)
    probe_link(territory, at=now() - LINK_TEST_LASTS - timedelta(minutes=1))
    assert "R81" in waits_for(territory, exam)


def test_a_vital_emergency_does_not_wait_for_the_link_and_a_later_test_settles_it(
    territory: Territory,
) -> None:
    exam = arrived(territory, urgency="vital")
    supervise_exam(exam=exam, by=territory.imageur, at=now())
    fill_table(territory, exam)
    assert declare_ready(exam=exam, by=territory.technologist, at=now()).state == ExamState.READY
    assert [duty.requirement for duty in list_open_duties(exam.act)] == ["R81"]
    probe_link(territory, down="1")
    assert list_open_duties(exam.act).exists()
    probe_link(territory)
    assert Duty.objects.get(act=exam.act).state == Duty.State.DONE
    assert LinkTest.objects.count() == 2


@pytest.mark.parametrize("urgency", ["scheduled", "vital"])
def test_a_named_radiologist_supervises_or_nothing_starts(territory: Territory, urgency: str) -> None:
    exam = arrived(territory, urgency=urgency)
    assert "R82" in waits_for(territory, exam)
    supervise_exam(exam=exam, by=territory.imageur, at=now())
    assert "R82" not in waits_for(territory, exam)


@pytest.mark.parametrize("urgency", ["scheduled", "vital"])
def test_contrast_needs_a_physician_in_the_building_by_name(territory: Territory, urgency: str) -> None:
    exam = arrived(territory, urgency=urgency, contrast=IOMEPROL)
    fill_table(territory, exam, on_site_physician="   ")
    assert "R84" in waits_for(territory, exam)
    fill_table(territory, exam, on_site_physician="Dr Paul Tissot")
    assert "R84" not in waits_for(territory, exam)


def test_a_physician_who_has_left_is_no_longer_there(territory: Territory) -> None:
    exam = arrived(territory, contrast=IOMEPROL)
    fill_table(territory, exam)
    fill_table(territory, exam, on_site_physician="")
    assert "R84" in waits_for(territory, exam)


def test_without_contrast_no_physician_is_asked_for(territory: Territory) -> None:
    exam = arrived(territory)
    fill_table(territory, exam, on_site_physician="")
    assert "R84" not in waits_for(territory, exam)


def test_what_was_checked_stands_in_the_ledger_with_its_author(territory: Territory) -> None:
    exam = arrived(territory)
    supervise_exam(exam=exam, by=territory.imageur, at=now())
    probe_link(territory)
    fill_table(territory, exam)
    declare_ready(exam=exam, by=territory.technologist, at=now())
    entries = {line.requirement: line.entry for line in list_ledger(exam.act) if line.entry}
    assert {"R40", "R57", "R68", "R81", "R82", "R84"} <= set(entries)
    assert entries["R40"].actor_label == territory.technologist.label


def test_half_a_check_is_kept_and_what_is_not_answered_erases_nothing(territory: Territory) -> None:
    exam = arrived(territory)
    fill_table(territory, exam, consents={"act": GIVEN}, identity_read_back="document")
    prepare_exam(
        exam=exam,
        identity_read_back="",
        consents={},
        pregnancy_answer="",
        on_site_physician="",
        by=territory.technologist,
        at=now(),
    )
    assert Exam.objects.get(pk=exam.pk).identity_read_back == "document"
