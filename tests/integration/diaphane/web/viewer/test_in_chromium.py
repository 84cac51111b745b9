"""The viewer in a real Chromium: pictures show, in French, and nothing is asked outside."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
import pydicom
import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from pydicom import dcmread

from diaphane.accounts.operations import issue_service_token
from diaphane.acts.models import Act
from diaphane.kernel.actors import Role
from diaphane.web.viewer.parts import get_folder
from tests.browsing import open_session
from tests.images import make_ct, make_htj2k_ct, name_patient
from tests.live_server import LiveServer, serving
from tests.scenes import Territory, make_territory, validated

CHROMIUM = shutil.which("chromium")
SWITCHES = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
SHIPPED = Path(pydicom.__file__).parent / "data" / "test_files"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
    pytest.mark.skipif(
        not get_folder().is_dir() and not os.environ.get("CI"), reason="the viewer was not fetched"
    ),
]
MULTIPART = 'multipart/related; type="application/dicom"; boundary=limite'


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def act(territory: Territory) -> Act:
    return validated(territory).act


@pytest.fixture
def server(territory: Territory, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


def make_body(*contents: bytes) -> bytes:
    head = b"--limite\r\nContent-Type: application/dicom\r\n\r\n"
    return b"".join(head + each + b"\r\n" for each in contents) + b"--limite--\r\n"


def send(server: LiveServer, territory: Territory, *contents: bytes) -> None:
    token = issue_service_token(label="Passerelle", role=Role.EDGE, structure_id=territory.site.pk)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": MULTIPART}
    address = f"{server.url}/dicomweb/studies"
    answer = httpx.post(address, content=make_body(*contents), headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text


def make_colour_image(act: Act) -> bytes:
    """Return one of pydicom's test files, sent for this act's patient."""
    dataset = dcmread(SHIPPED / "SC_rgb_jpeg_dcmtk.dcm")
    name_patient(dataset, act)
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


@pytest.fixture
def session(territory: Territory) -> str:
    """Return the cookie of the imageur's session."""
    return open_session(territory.imageur).cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def browsing(server: LiveServer, session: str) -> Iterator[Page]:
    """Open a browser with a session; a query of ours inside would leave a connection to its loop."""
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        context = browser.new_context(viewport={"width": 1200, "height": 800}, locale="fr-FR")
        context.add_cookies([cookie])  # type: ignore[list-item]
        yield context.new_page()
        browser.close()


def watch(page: Page) -> tuple[list[str], list[str]]:
    """Return the addresses asked and the errors said, filled as they come."""
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    return asked, said


def see(page: Page) -> np.ndarray:
    """Return what the first viewport shows, in grey."""
    shot = page.frame_locator("iframe").locator(".cornerstone-canvas").first.screenshot()
    return np.asarray(Image.open(BytesIO(shot)).convert("L"))


def wait_until_something_shows(page: Page) -> np.ndarray:
    page.frame_locator("iframe").locator(".cornerstone-canvas").first.wait_for(timeout=90_000)
    for _attempt in range(120):
        seen = see(page)
        if np.ptp(seen) > 100:
            return seen
        page.wait_for_timeout(500)
    raise AssertionError("the viewer stayed black")


def test_an_htj2k_series_shows_in_french_and_nothing_leaves_the_origin(
    server: LiveServer, territory: Territory, act: Act, session: str
) -> None:
    shared = {"SeriesInstanceUID": "1.2.77", "FrameOfReferenceUID": "1.2.99"}
    send(server, territory, *(make_htj2k_ct(act, number=n, size=128, **shared) for n in range(1, 9)))
    with browsing(server, session) as page:
        asked, said = watch(page)
        page.goto(f"{server.url}/examens/{act.pk}/images/")
        seen = wait_until_something_shows(page)
        assert page.frame_locator("iframe").get_by_text("Études").first.is_visible()
        assert act.study_instance_uid not in page.url
    row, column = seen.shape[0] // 2, seen.shape[1] // 2
    disc = seen[row - 20 : row + 20, column - 20 : column + 20]
    outside = seen[row // 4 : row // 4 + 20, column - 20 : column + 20]
    assert disc.mean() > outside.mean() + 60
    assert [each for each in asked if not each.startswith((server.url, "blob:", "data:"))] == []
    assert any("/frames/1" in each for each in asked)
    assert said == []


def test_a_jpeg_colour_image_shows_and_a_page_of_ours_stores_what_is_derived(
    server: LiveServer, territory: Territory, act: Act, session: str
) -> None:
    send(server, territory, make_colour_image(act))
    derived = make_body(make_ct(act, number=9))
    with browsing(server, session) as page:
        page.goto(f"{server.url}/examens/{act.pk}/images/")
        wait_until_something_shows(page)
        status = page.evaluate(
            """async ([body, type]) => (await fetch("/dicomweb/studies", {
                method: "POST", body: Uint8Array.from(body), headers: {"Content-Type": type}
            })).status""",
            [list(derived), MULTIPART],
        )
    assert status == 200


def test_the_viewer_names_the_patient_where_no_page_around_it_does(
    server: LiveServer, territory: Territory, act: Act, session: str
) -> None:
    send(server, territory, make_htj2k_ct(act, number=1, size=128))
    name = act.patient.birth_name
    with browsing(server, session) as page:
        page.goto(f"{server.url}/examens/{act.pk}/images/")
        wait_until_something_shows(page)
        assert page.frame_locator("iframe").get_by_text(name).first.is_visible()
        page.evaluate("document.querySelector('iframe').src = location.href")  # as beside a report
        beside = page.frame_locator("iframe").frame_locator("iframe")
        beside.locator(".cornerstone-canvas").first.wait_for(timeout=90_000)
        assert beside.get_by_text(name).count() == 0
