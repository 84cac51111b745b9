"""A copy taken in a real Chromium, from a real server: the file that lands is a whole ZIP."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from diaphane.kernel.clock import now
from diaphane.reporting.models import Report
from diaphane.reporting.operations import record_patient_told
from tests.browsing import read_session
from tests.chromium import IN_CHROMIUM
from tests.factories import make_patient_actor
from tests.integration.diaphane.web.technologist.test_in_chromium import (
    at_the_table,
    check_access,
)
from tests.live_server import LiveServer, serving
from tests.reading_scenes import signed
from tests.scenes import Territory, make_territory

pytestmark = IN_CHROMIUM


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def report(territory: Territory, tmp_path: Path, settings: object) -> Report:
    """Return a signed report whose images lie where the server looks for them."""
    settings.OBJECTS = tmp_path / "objects"  # type: ignore[attr-defined]
    return signed(territory)


@pytest.fixture
def server(report: Report, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


def download(page: Page, label: str, folder: Path) -> list[str]:
    """Press a button and return the names in the ZIP that lands; the button can be pressed again."""
    button = page.get_by_role("button", name=label)
    with page.expect_download() as landing:
        button.click()
    landing.value.save_as(folder / "copy.zip")
    expect(button).to_be_enabled()
    with ZipFile(folder / "copy.zip") as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_a_professional_takes_a_copy(
    server: LiveServer, territory: Territory, report: Report, tmp_path: Path
) -> None:
    with at_the_table(server, read_session(territory.requester)) as page:
        page.goto(f"/comptes-rendus/{report.act_id}/")
        page.get_by_role("link", name="Copier les images").click()
        check_access(page)
        assert {"DICOMDIR", "LISEZMOI.TXT"} < set(download(page, "Copier ces images (ZIP)", tmp_path))


def test_the_patient_takes_theirs_on_a_phone(
    server: LiveServer, territory: Territory, report: Report, tmp_path: Path
) -> None:
    patient = make_patient_actor(territory.patient)
    record_patient_told(report=report, how="video", companion="", by=territory.imageur, at=now())
    with at_the_table(server, read_session(patient), width=390) as page:
        page.goto(f"/mon-espace/{report.act_id}/images/")
        page.get_by_role("link", name="Garder une copie").click()
        check_access(page)
        assert "DICOMDIR" in download(page, "Enregistrer la copie", tmp_path)
