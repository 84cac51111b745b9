"""Who waits for images is told that they may be late, and when that is over."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from diaphane.events.models import Event
from diaphane.imaging.gateways import GatewayStatus, record_gateway_status
from diaphane.imaging.watching import SILENT_AFTER, watch_gateways
from tests.reading_scenes import accepted, in_progress, make_edge, scheduled
from tests.scenes import Territory

RunJobs = Callable[[], int]


def told() -> list[UUID]:
    events = Event.objects.filter(kind="images.delay_changed").order_by("sequence")
    return [each for each in events.values_list("act_id", flat=True) if each is not None]


def say(territory: Territory, at: datetime) -> None:
    status = GatewayStatus("LISIERE", waiting=0, set_aside=0, oldest_seconds=0, last_error="", studies=())
    record_gateway_status(status=status, by=make_edge(territory), at=at)


def test_an_exam_whose_images_still_come_is_told_at_the_beginning_and_at_the_end(
    territory: Territory, run_jobs: RunJobs, at: datetime
) -> None:
    act = in_progress(territory).act
    say(territory, at)
    watch_gateways(at=at + SILENT_AFTER)
    run_jobs()
    assert told() == [act.pk]
    say(territory, at + SILENT_AFTER)
    run_jobs()
    assert told() == [act.pk, act.pk]


@pytest.mark.parametrize("scene", [scheduled, accepted])
def test_an_exam_that_waits_for_no_image_is_not_told(
    territory: Territory, run_jobs: RunJobs, at: datetime, scene: Callable[[Territory], object]
) -> None:
    scene(territory)
    say(territory, at)
    watch_gateways(at=at + SILENT_AFTER)
    run_jobs()
    assert told() == []
