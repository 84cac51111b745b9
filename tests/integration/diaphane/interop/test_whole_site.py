"""A whole site against a real platform: an enrolled gateway, a modality and an archive."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pytest_django import DjangoDbBlocker

from diaphane.accounts.machines import issue_enrolment_code
from diaphane.accounts.models import ServiceToken
from diaphane.acquisition.models import Exam
from diaphane.imaging.models import Instance, PerformedProcedureStep, Prior, PriorSearch
from diaphane.imaging.prior_fetching import ask_for_priors
from diaphane.imaging.queries import count_images
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.clock import now
from diaphane_dicom.identifiers import new_uid
from diaphane_dicom.part10 import from_dicom_json
from tests import reading_scenes
from tests.images import make_ct
from tests.integration.diaphane_edge.edge import ENVIRONMENT, SCANNER, Edge, free_port, wait_until
from tests.integration.diaphane_edge.orthanc import TITLE, Orthanc, needs_orthanc
from tests.integration.diaphane_edge.scu import association, change, create
from tests.integration.diaphane_edge.test_commitment import (
    COMMITMENT,
    WELL_KNOWN,
    Modality,
    committed,
    request,
)
from tests.live_server import LiveServer, serving
from tests.scenes import Territory, make_territory
from tests.steps import make_series, make_step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture(scope="module")
def server(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    with django_db_blocker.unblock(), serving(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def exam(territory: Territory) -> Exam:
    """Return an exam planned on the scanner."""
    return reading_scenes.scheduled(territory)


@pytest.fixture
def archive_port() -> int:
    return free_port()


@pytest.fixture
def gateway(
    server: LiveServer, territory: Territory, exam: Exam, archive_port: int, tmp_path: Path
) -> Iterator[Edge]:
    """Return a gateway that was let in by a code, and holds the worklist."""
    peers = [{"ae_title": title, "address": "127.0.0.1"} for title in (SCANNER, TITLE)]
    archive = {"ae_title": TITLE, "host": "127.0.0.1", "port": archive_port, "issuer": territory.site.issuer}
    edge = Edge(tmp_path, platform_url=server.url, token="", peers=peers, archive=archive)
    code = issue_enrolment_code(label="Passerelle", structure_id=territory.site.pk, by=SYSTEM, at=now())
    command = [sys.executable, "-m", "diaphane_edge", "enrol", "--config", str(edge.config), "--code", code]
    subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True)
    with edge:
        wait_until(lambda: any(each["event"] == "worklist_refreshed" for each in edge.events()))
        yield edge


def list_statuses(edge: Edge) -> list[str]:
    """Return the status of each step that the scanner is answered."""
    step, query = Dataset(), Dataset()
    step.ScheduledProcedureStepStatus = ""
    query.ScheduledProcedureStepSequence = [step]
    worklist = "1.2.840.10008.5.1.4.31"
    with association(edge, worklist) as opened:
        answers = [found for _status, found in opened.send_c_find(query, worklist) if found is not None]
    return [each.ScheduledProcedureStepSequence[0].ScheduledProcedureStepStatus for each in answers]


def test_a_gateway_that_was_let_in_renews_what_proves_it(gateway: Edge, territory: Territory) -> None:
    credentials = gateway.folder / "spool" / "credentials.json"
    first = credentials.read_text()
    overdue = (now() - timedelta(days=1)).isoformat()
    credentials.write_text(first[: first.index('"renew_at"')] + f'"renew_at": "{overdue}"}}')
    wait_until(lambda: ServiceToken.objects.filter(first_used_at__isnull=False).count() == 2)
    assert ServiceToken.objects.values_list("machine_id", flat=True).distinct().count() == 1
    assert credentials.read_text() != first


def test_what_the_scanner_performs_reaches_the_exam_and_comes_back_on_the_worklist(
    gateway: Edge, exam: Exam
) -> None:
    uid = new_uid()
    assert list_statuses(gateway) == ["SCHEDULED"]
    beginning = from_dicom_json(make_step(exam.act, status="IN PROGRESS"))
    assert create(gateway, uid, beginning).Status == 0x0000
    wait_until(lambda: list_statuses(gateway) == ["STARTED"])
    end = from_dicom_json(make_step(exam.act, series=[make_series(2)]))
    assert change(gateway, uid, end).Status == 0x0000
    wait_until(lambda: list_statuses(gateway) == [])
    step = PerformedProcedureStep.objects.get()
    assert (step.act, step.state, step.images) == (exam.act, "COMPLETED", 2)


def test_what_the_platform_holds_is_committed(gateway: Edge, exam: Exam, tmp_path: Path) -> None:
    file = tmp_path / "slice.dcm"
    file.write_bytes(make_ct(exam.act))
    assert gateway.storescu(file).returncode == 0
    wait_until(lambda: gateway.states([file]) == {"acknowledged": 1})
    modality, uid = Modality(), Instance.objects.get().sop_instance_uid
    with association(gateway, COMMITMENT, handlers=modality.handlers) as opened:
        opened.send_n_action(request([uid]), 1, COMMITMENT, WELL_KNOWN)
        event_type, report = modality.next_report()
    assert (event_type, committed(report)) == (1, {uid})


@needs_orthanc
def test_an_earlier_study_comes_from_the_archive_beside_the_exam(
    gateway: Edge, exam: Exam, archive_port: int, tmp_path: Path
) -> None:
    act, files = exam.act, []
    old = {"StudyInstanceUID": new_uid(), "SeriesInstanceUID": new_uid(), "AccessionNumber": "OLD"}
    old |= {"StudyDate": f"{now() - timedelta(days=90):%Y%m%d}", "BodyPartExamined": "HEAD"}
    for number in (1, 2):
        files.append(tmp_path / f"{number}.dcm")
        files[-1].write_bytes(make_ct(act, number=number, IssuerOfPatientID="", **old))
    orthanc = Orthanc(tmp_path / "orthanc", port=archive_port, gateway_port=gateway.port)
    orthanc.start()
    try:
        orthanc.hold(*files)
        ask_for_priors(act=act, at=now())
        wait_until(lambda: PriorSearch.objects.get().state == "done")
        wait_until(lambda: Instance.objects.count() == 2)
    finally:
        orthanc.stop()
    prior = Prior.objects.get()
    assert (prior.act, prior.study.study_instance_uid) == (act, old["StudyInstanceUID"])
    assert count_images(act).expected == 0
