"""Images doubted or moved once the report is signed are owed a look by the imageur (R40)."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from pydicom import dcmread

from diaphane.acquisition.late_images import IMAGES_DOUBTED, settle_a_look
from diaphane.acts.models import Act
from diaphane.acts.queries import list_open_duties
from diaphane.imaging.exchanging import take_second
from diaphane.imaging.keeping import read_object
from diaphane.imaging.models import Instance, Reconciliation, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.quarantining import quarantine_study
from diaphane.imaging.taking_away import take_away
from diaphane.kernel.clock import now
from diaphane.kernel.errors import NotAllowedError
from tests.reading_scenes import accepted, make_edge, signed
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


def exchange(territory: Territory, act: Act) -> None:
    shown = Instance.objects.filter(series__study__act=act).first()
    assert shown is not None
    header = dcmread(BytesIO(read_object(shown.storage_key)))
    header.InstanceNumber = 99
    content = BytesIO()
    header.save_as(content)
    store_instance(content=content.getvalue(), by=make_edge(territory), at=now())
    at = now() + timedelta(seconds=5)
    take_second(arrival=Reconciliation.objects.get(), reason="Relue", by=territory.technologist, at=at)


@pytest.mark.parametrize("change", [doubt, leave, exchange])
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
