"""Key images in a browser: kept and taken back in the first look, then beside the report, live."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Page, expect

from diaphane.acts.models import Act
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.reporting.operations import open_report
from tests.images import make_htj2k_ct
from tests.reading_scenes import accepted, make_edge
from tests.reports_of_measures import make_measures
from tests.scenes import Territory

from .conftest import Theatre

pytestmark = pytest.mark.browser
LOOKS = [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]
Session = Callable[[Actor], str]
KEY = ".film:not([hidden]) [data-does=key]"


def press(page: Page, *, expected: str) -> None:
    page.locator(KEY).click()
    expect(page.locator(KEY)).to_have_attribute("aria-pressed", expected)


def assert_accessible(page: Page) -> None:
    found = Axe().run(page, options={"iframes": False}).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []


def test_an_image_is_kept_and_taken_back_where_it_is_looked_at(
    theatre: Theatre, act: Act, store: Callable[[bytes], None], territory: Territory, session_of: Session
) -> None:
    for number in range(1, 6):
        store(make_htj2k_ct(act, number=number, size=64, SeriesInstanceUID="1.2.77"))
    with theatre.sit(session_of(territory.imageur)) as seat:
        page = seat.page
        page.goto(f"/examens/{act.pk}/apercu/")
        expect(page.locator(".film:not([hidden])")).to_have_attribute("data-all-exact", "")
        press(page, expected="true")
        page.keyboard.press("Escape")
        page.locator("[data-does=after]").click()
        expect(page.locator(KEY)).to_have_attribute("aria-pressed", "false")
        page.reload()
        expect(page.locator(KEY)).to_have_attribute("aria-pressed", "true")
        assert_accessible(page)
        press(page, expected="false")
        page.reload()
        expect(page.locator(".film:not([hidden])")).to_have_attribute("data-all-exact", "")
        expect(page.locator(KEY)).to_have_attribute("aria-pressed", "false")
    assert seat.complaints == []


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_what_is_kept_and_measured_comes_beside_the_text_while_it_is_written(
    theatre: Theatre, territory: Territory, session_of: Session, theme: str, width: int
) -> None:
    act = open_report(act=accepted(territory).act, by=territory.imageur, at=now()).act
    content = make_htj2k_ct(act, number=7, size=256, SeriesDescription="Os fin", SeriesInstanceUID="1.2.9")
    store_instance(content=content, by=make_edge(territory), at=now())
    session, other = session_of(territory.imageur), session_of(territory.imageur)
    with theatre.sit(session, theme=theme, width=width) as seat:
        page = seat.page
        page.goto(f"/comptes-rendus/{act.pk}/redaction/")
        expect(page.locator("#noted")).to_be_empty()
        page.locator("#id_conclusion").fill("Pas d’hémorragie.")
        with theatre.sit(other) as beside:
            beside.page.goto(f"/examens/{act.pk}/apercu/")
            beside.page.get_by_role("button", name="Os fin").click()
            press(beside.page, expected="true")
        picture = page.locator(".key-images img")
        expect(picture).to_be_visible()
        assert (
            picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") == 256
        )
        expect(page.locator("#id_conclusion")).to_have_value("Pas d’hémorragie.")
        keep_measures(territory, content)
        page.reload()
        expect(page.locator(".measures")).to_contain_text("Nodule")
        assert_accessible(page)
        page.locator(".measures").get_by_role("link").click()
        expect(page.locator(".pane-frame")).to_have_attribute("src", re.compile(r"/images/\?image="))
        assert page.url.endswith("/redaction/")


def keep_measures(territory: Territory, content: bytes) -> None:
    """Save a measurement as the viewer does, away from Playwright's loop."""

    def run() -> None:
        store_instance(content=make_measures(content), by=territory.imageur, at=now())
        connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(run).result()
