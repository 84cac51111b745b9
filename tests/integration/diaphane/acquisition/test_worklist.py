"""The worklist follows what the modalities say they make, and costs the same whatever the day's length."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diaphane.acquisition.models import Exam
from diaphane.acquisition.quality import ask_repeat, begin_check
from diaphane.acquisition.queries import list_worklist
from diaphane.imaging.performing import record_performed_step
from diaphane.imaging.step_reading import read_step
from tests import reading_scenes
from tests.scenes import Territory
from tests.steps import make_step

from .table import planned

pytestmark = pytest.mark.django_db


def count_queries(territory: Territory) -> tuple[int, int]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        steps = list_worklist(site_id=territory.site.pk)
    return len(steps), len(captured)


def test_two_exams_cost_no_more_queries_than_one(territory: Territory) -> None:
    planned(territory)
    one = count_queries(territory)
    planned(territory, exam_code="MR-STROKE")
    two = count_queries(territory)
    assert (one[0], two[0]) == (1, 2)
    assert one[1] == two[1]


def list_statuses(territory: Territory) -> list[str]:
    return [each.status for each in list_worklist(site_id=territory.site.pk)]


def perform(territory: Territory, exam: Exam, status: str, *, at: datetime) -> None:
    said = read_step("1.2.500", 1, make_step(exam.act, status=status))
    record_performed_step(said=said, by=reading_scenes.make_edge(territory), at=at)


def test_a_step_under_way_at_the_modality_is_started(territory: Territory, at: datetime) -> None:
    exam = reading_scenes.scheduled(territory, at=at)
    assert list_statuses(territory) == ["SCHEDULED"]
    perform(territory, exam, "IN PROGRESS", at=at)
    assert list_statuses(territory) == ["STARTED"]


def test_a_completed_step_is_no_longer_to_be_made(territory: Territory, at: datetime) -> None:
    exam = reading_scenes.in_progress(territory, at=at)
    assert list_statuses(territory) == ["STARTED"]
    perform(territory, exam, "COMPLETED", at=at + timedelta(minutes=1))
    assert list_statuses(territory) == []


def test_an_interrupted_step_is_still_to_be_made(territory: Territory, at: datetime) -> None:
    exam = reading_scenes.in_progress(territory, at=at)
    perform(territory, exam, "DISCONTINUED", at=at)
    assert list_statuses(territory) == ["STARTED"]


def test_a_completed_step_is_to_be_made_again_when_more_images_are_asked_for(
    territory: Territory, at: datetime
) -> None:
    exam = reading_scenes.acquired(territory, at=at)
    perform(territory, exam, "COMPLETED", at=at + timedelta(minutes=1))
    checking = begin_check(exam=exam, by=territory.imageur, at=at + timedelta(minutes=2))
    ask_repeat(exam=checking, reason="Bougé", by=territory.imageur, at=at + timedelta(minutes=3))
    assert list_statuses(territory) == ["STARTED"]
