"""Real images are judged beside what was asked; what is serious needs a word before they are accepted."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from diaphane.acquisition.checking import check_exam_images
from diaphane.acquisition.jobs import check_images_of
from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.operations import finish_acquisition
from diaphane.acquisition.quality import accept_images, accept_with_reserve, begin_check
from diaphane.events.models import Event
from diaphane.imaging.checked import QUIET
from diaphane.imaging.checks import Code
from diaphane.imaging.gateways import GatewayStatus, StudyTally, record_gateway_status
from diaphane.imaging.judging import answer_finding, list_findings
from diaphane.imaging.models import Reconciliation
from diaphane.imaging.operations import set_study_aside, store_instance
from diaphane.imaging.performed import PerformedProcedureStep
from diaphane.journeys.subscriptions import CHANGES_IMAGES
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane_dicom.identifiers import new_uid
from tests.images import make_ct
from tests.joins import join
from tests.reading_scenes import make_edge
from tests.scenes import Territory

from .table import DOSE, started

SCOUT = {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"], "SeriesDescription": "Repérage"}


def bring(territory: Territory, exam: Exam, *numbers: int, **elements: object) -> None:
    """Bring in slices of one series by the gateway's own door."""
    for number in numbers:
        image = make_ct(exam.act, number=number, **elements)
        store_instance(content=image, by=make_edge(territory), at=now())


def codes(exam: Exam) -> list[str]:
    return sorted(list_findings(exam.act).values_list("code", flat=True))


def settled() -> datetime:
    """Return an instant at which the scanner has fallen silent."""
    return now() + QUIET


@pytest.fixture
def exam(territory: Territory) -> Exam:
    return started(territory)


@pytest.fixture
def gapped(territory: Territory, exam: Exam) -> Exam:
    """Return a finished exam whose fifth slice is missing."""
    bring(territory, exam, 1, 2, 3, 4, 6, 7, 8, SeriesInstanceUID="2.25.77")
    bring(territory, exam, 1, SeriesInstanceUID=new_uid(), **SCOUT)
    return finish_acquisition(exam=exam, facts=DOSE, by=territory.technologist, at=now())


def test_nothing_is_missing_while_slices_still_come(territory: Territory, exam: Exam) -> None:
    bring(territory, exam, 1, 2, 3, 4, 6, 7, 8, SeriesInstanceUID="2.25.77")
    check_exam_images(act=exam.act, at=now())
    assert codes(exam) == []
    check_exam_images(act=exam.act, at=settled())
    assert codes(exam) == [Code.SLICE_GAP]


def test_the_slice_that_comes_late_takes_its_finding_away(territory: Territory, gapped: Exam) -> None:
    check_exam_images(act=gapped.act, at=settled())
    assert codes(gapped) == [Code.SLICE_GAP]
    bring(territory, gapped, 5, SeriesInstanceUID="2.25.77")
    check_exam_images(act=gapped.act, at=settled())
    assert codes(gapped) == []


def test_a_knee_sent_as_a_head_is_noticed_at_once(territory: Territory, exam: Exam) -> None:
    bring(territory, exam, 1, BodyPartExamined="KNEE")
    check_exam_images(act=exam.act, at=now())
    assert codes(exam) == [Code.OTHER_REGION]


def test_a_dose_that_is_not_known_is_said_until_it_is_recorded(territory: Territory) -> None:
    vital = started(territory, urgency="vital")
    bring(territory, vital, 1, 2)
    finished = finish_acquisition(exam=vital, facts={}, by=territory.technologist, at=now())
    check_exam_images(act=finished.act, at=settled())
    assert Code.NO_DOSE in codes(finished)
    Exam.objects.filter(pk=finished.pk).update(dlp="700")
    check_exam_images(act=finished.act, at=settled())
    assert Code.NO_DOSE not in codes(finished)


def test_a_part_of_the_series_under_another_name_is_looked_for(territory: Territory, exam: Exam) -> None:
    bring(territory, exam, 1, 2, SeriesInstanceUID="2.25.77")
    bring(territory, exam, 3, SeriesInstanceUID="2.25.77", PatientID="AUTRE", PatientName="AUTRE^ANNE")
    check_exam_images(act=exam.act, at=now())
    assert codes(exam) == [Code.IMAGES_ELSEWHERE]
    waiting = Reconciliation.objects.get()
    join(waiting.study, exam.act, territory, at=now(), reason="Nom corrigé")
    check_exam_images(act=exam.act, at=now())
    assert codes(exam) == []


@pytest.mark.parametrize("named_by", ["series", "study", "accession number"])
def test_what_waited_under_the_exams_name_and_is_settled_is_looked_for_no_longer(
    territory: Territory, exam: Exam, named_by: str
) -> None:
    other = {} if named_by == "study" else {"StudyInstanceUID": new_uid()}
    bring(territory, exam, 1, 2, SeriesInstanceUID="2.25.77")
    stranger = {"PatientID": "AUTRE", "PatientName": "AUTRE^ANNE", **other}
    stranger |= {"SeriesInstanceUID": new_uid() if named_by != "series" else "2.25.77"}
    stranger |= {} if named_by == "accession number" else {"AccessionNumber": ""}
    bring(territory, exam, 3, **stranger)
    check_exam_images(act=exam.act, at=now())
    assert codes(exam) == [Code.IMAGES_ELSEWHERE]
    before = list(Event.objects.values_list("pk", flat=True))
    set_study_aside(
        study=Reconciliation.objects.get().study, reason="Essai", by=territory.technologist, at=now()
    )
    told = Event.objects.exclude(pk__in=before).filter(kind__in=CHANGES_IMAGES)
    assert {each.act_id for each in told} == {exam.act_id}
    check_exam_images(act=exam.act, at=now())
    assert codes(exam) == []


def test_a_cancelled_exam_is_left_alone(territory: Territory, exam: Exam) -> None:
    bring(territory, exam, 1, BodyPartExamined="KNEE")
    Exam.objects.filter(pk=exam.pk).update(state=ExamState.CANCELLED)
    assert not check_exam_images(act=exam.act, at=now())


def test_images_with_something_serious_are_not_simply_accepted(territory: Territory, gapped: Exam) -> None:
    checking = begin_check(exam=gapped, by=territory.imageur, at=now())
    with override("fr"), pytest.raises(GuardError) as refusal:
        accept_images(exam=checking, by=territory.imageur, at=now())
    [missing] = refusal.value.missing
    assert missing.requirement == "R88"
    assert str(missing.what) == "1 coupe manque, après l’image 4"
    assert Exam.objects.get().state == ExamState.CHECKING
    answer_finding(
        finding=list_findings(gapped.act).get(), reason="Coupe d’air", by=territory.imageur, at=now()
    )
    assert accept_images(exam=checking, by=territory.imageur, at=now()).state == ExamState.ACCEPTED


def test_what_came_since_the_check_began_is_judged_when_images_are_accepted(
    territory: Territory, gapped: Exam
) -> None:
    bring(territory, gapped, 5, SeriesInstanceUID="2.25.77")
    checking = begin_check(exam=gapped, by=territory.imageur, at=now())
    assert codes(gapped) == []
    bring(territory, gapped, 12, SeriesInstanceUID="2.25.77")
    with pytest.raises(GuardError):
        accept_images(exam=checking, by=territory.imageur, at=now())
    assert codes(gapped) == [Code.SLICE_GAP]


def test_a_reserve_is_a_word(territory: Territory, gapped: Exam) -> None:
    checking = begin_check(exam=gapped, by=territory.imageur, at=now())
    accepted = accept_with_reserve(
        exam=checking, comment="Une coupe manque au vertex", by=territory.imageur, at=now()
    )
    assert accepted.state == ExamState.ACCEPTED_WITH_RESERVE


def test_images_that_came_are_judged_by_one_job_however_many_came(
    territory: Territory, exam: Exam, run_jobs: Callable[[], int]
) -> None:
    bring(territory, exam, 1, 2, 3, 4, 6, 7, 8, SeriesInstanceUID="2.25.77")
    run_jobs()
    job = ProcrastinateJob.objects.get(task_name="acquisition.check_images", status="todo")
    assert job.args == {"act_id": str(exam.act_id)}
    assert job.scheduled_at > now()


def test_the_job_comes_back_while_images_are_still_coming(territory: Territory, exam: Exam) -> None:
    bring(territory, exam, 1, 2)
    waiting = ProcrastinateJob.objects.filter(task_name="acquisition.check_images", status="todo")
    check_images_of(act_id=str(exam.act_id))
    assert waiting.count() == 1


def test_images_that_the_scanner_announced_and_did_not_send_are_missed(
    territory: Territory, gapped: Exam
) -> None:
    PerformedProcedureStep.objects.create(
        site=territory.site,
        act=gapped.act,
        sop_instance_uid="2.25.991",
        study_instance_uid=gapped.act.study_instance_uid,
        state="COMPLETED",
        revision=1,
        announced=[{"series_instance_uid": "2.25.77", "images": 9}],
        images=9,
        attributes="{}",
        received_at=now(),
        changed_at=now(),
    )
    check_exam_images(act=gapped.act, at=settled())
    assert codes(gapped) == [Code.FEWER_IMAGES, Code.SLICE_GAP]


def test_nothing_is_missing_while_the_gateway_has_more_to_send(territory: Territory, gapped: Exam) -> None:
    tally = StudyTally(gapped.act.study_instance_uid, received=9, waiting=1)
    status = GatewayStatus(
        "LISIERE", waiting=1, set_aside=0, oldest_seconds=1, last_error="", studies=(tally,)
    )
    record_gateway_status(status=status, by=make_edge(territory), at=now())
    check_exam_images(act=gapped.act, at=settled())
    assert codes(gapped) == []
