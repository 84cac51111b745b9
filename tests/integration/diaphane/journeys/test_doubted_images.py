"""Images doubted or moved once the report is signed are owed a look by the imageur (R40)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from diaphane.acquisition.late_images import IMAGES_DOUBTED, settle_a_look
from diaphane.acts.models import Act
from diaphane.acts.queries import list_open_duties
from diaphane.imaging.models import Study
from diaphane.imaging.quarantining import quarantine_study
from diaphane.imaging.taking_away import take_away
from diaphane.kernel.clock import now
from diaphane.kernel.errors import NotAllowedError
from tests.reading_scenes import accepted, signed
from tests.scenes import Territory

RunJobs = Callable[[], int]
pytestmark = pytest.mark.django_db


def is_owed(act: Act) -> bool:
    return list_open_duties(act).filter(guard=IMAGES_DOUBTED).exists()


def doubt(territory: Territory, act: Act) -> None:
    study = Study.objects.get(act=act)
    at = now() + timedelta(seconds=5)
    quarantine_study(study=study, reason="Doute", by=territory.technologist, at=at)


def leave(territory: Territory, act: Act) -> None:
    study = Study.objects.get(act=act)
    at = now() + timedelta(seconds=5)
    take_away(study=study, act=act, reason="Pas elle", by=territory.technologist, at=at)


@pytest.mark.parametrize("change", [doubt, leave])
def test_the_imageur_is_told_after_the_signature(
    territory: Territory, run_jobs: RunJobs, change: Callable[[Territory, Act], None]
) -> None:
    report = signed(territory)
    change(territory, report.act)
    run_jobs()
    assert is_owed(report.act)
    with pytest.raises(NotAllowedError):
        settle_a_look(act=report.act, guard=IMAGES_DOUBTED, by=territory.technologist, at=now())
    settle_a_look(act=report.act, guard=IMAGES_DOUBTED, by=territory.imageur, at=now())
    assert not is_owed(report.act)


def test_before_the_signature_the_guard_of_the_report_is_enough(
    territory: Territory, run_jobs: RunJobs
) -> None:
    exam = accepted(territory)
    doubt(territory, exam.act)
    run_jobs()
    assert not is_owed(exam.act)
