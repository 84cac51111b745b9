"""An act closes by itself after its last duty, in whatever order the news arrive (R98–R101)."""

from collections.abc import Callable
from datetime import datetime

from diaphane.acquisition.models import Exam
from diaphane.delivery.operations import acknowledge
from diaphane.events.models import Delivery
from diaphane.events.operations import deliver
from diaphane.journeys.closing import close_when_nothing_is_owed
from diaphane.reporting.operations import record_patient_told
from tests.reading_scenes import signed
from tests.scenes import Territory

RunJobs = Callable[[], int]


def _state(act_id: object) -> str:
    return Exam.objects.get(act_id=act_id).state


def test_an_act_stays_open_while_a_receipt_is_owed(
    territory: Territory, run_jobs: RunJobs, at: datetime
) -> None:
    report = signed(territory)
    record_patient_told(report=report, how="video", companion="", by=territory.imageur, at=at)
    run_jobs()
    assert _state(report.act_id) == "reported"
    acknowledge(report=report, by=territory.requester, at=at)
    run_jobs()
    assert _state(report.act_id) == "closed"


def test_news_that_come_in_the_wrong_order_close_nothing_too_early(
    territory: Territory, run_jobs: RunJobs, at: datetime
) -> None:
    report = signed(territory)
    record_patient_told(report=report, how="video", companion="", by=territory.imageur, at=at)
    told = Delivery.objects.get(consumer="close_act", event__act_id=report.act_id)
    deliver(told.pk, at=at)  # before the signature itself was delivered: nothing is owed to anyone yet
    assert _state(report.act_id) == "reported"
    run_jobs()
    assert _state(report.act_id) == "reported"
    acknowledge(report=report, by=territory.requester, at=at)
    run_jobs()
    assert _state(report.act_id) == "closed"


def test_a_second_delivery_finds_it_closed(territory: Territory, run_jobs: RunJobs, at: datetime) -> None:
    report = signed(territory)
    run_jobs()
    record_patient_told(report=report, how="video", companion="", by=territory.imageur, at=at)
    acknowledge(report=report, by=territory.requester, at=at)
    run_jobs()
    last = Delivery.objects.filter(consumer="close_act", event__act_id=report.act_id).latest("pk")
    close_when_nothing_is_owed(last.event)
    assert _state(report.act_id) == "closed"
