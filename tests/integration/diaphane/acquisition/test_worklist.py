"""What the modalities of a site ask for again and again costs the same, whatever the day's length."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diaphane.acquisition.queries import list_worklist
from tests.scenes import Territory

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
