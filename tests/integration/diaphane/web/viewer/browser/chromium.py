"""Send images as a gateway does, open the viewer in a real Chromium, and look at what it shows."""

import os
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
from tests.chromium import IN_CHROMIUM, launch
from tests.images import name_patient
from tests.live_server import LiveServer
from tests.scenes import Territory

SHIPPED = Path(pydicom.__file__).parent / "data" / "test_files"
MARKS = [
    *IN_CHROMIUM,
    pytest.mark.skipif(
        not get_folder().is_dir() and not os.environ.get("CI"), reason="the viewer was not fetched"
    ),
]
MULTIPART = 'multipart/related; type="application/dicom"; boundary=limite'


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


@contextmanager
def browsing(server: LiveServer, session: str) -> Iterator[Page]:
    """Open a browser with a session; a query of ours inside would leave a connection to its loop."""
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}
    with sync_playwright() as playwright:
        browser = launch(playwright)
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
    """Wait until the middle of the viewport shows something: words stand at its edges before the picture."""
    page.frame_locator("iframe").locator(".cornerstone-canvas").first.wait_for(timeout=90_000)
    for _attempt in range(120):
        seen = see(page)
        rows, columns = (slice(each // 4, 3 * each // 4) for each in seen.shape)
        if np.ptp(seen[rows, columns]) > 100:
            return seen
        page.wait_for_timeout(500)
    raise AssertionError("the viewer stayed black")


def see_words(page: Page) -> list[str]:
    """Return the words over each image once all images show."""
    viewer = page.frame_locator("iframe")
    viewer.locator(".cornerstone-canvas").first.wait_for(timeout=90_000)
    page.wait_for_timeout(4000)
    return [each.inner_text() for each in viewer.locator(".viewport-wrapper").all()]
