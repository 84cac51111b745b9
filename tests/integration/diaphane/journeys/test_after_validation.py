"""A validated request asks its site for the patient's earlier images, once, however often it is said."""

from collections.abc import Callable

from diaphane.events.models import Event
from diaphane.imaging.models import PriorSearch
from diaphane.journeys.after_validation import ask_for_earlier_images
from tests import scenes
from tests.scenes import Territory


def test_the_site_is_asked_once(territory: Territory, run_jobs: Callable[[], int]) -> None:
    act = scenes.submitted(territory).act
    run_jobs()
    assert not PriorSearch.objects.exists()
    validated = scenes.validated(territory).act
    run_jobs()
    assert PriorSearch.objects.get().act == validated
    assert act != validated
    ask_for_earlier_images(Event.objects.get(kind="request.validate", act_id=validated.pk))
    assert PriorSearch.objects.count() == 1
