"""The light viewer by keyboard, mouse and finger, for readers and for patients; axe finds nothing in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.reporting.operations import record_patient_told
from tests.factories import make_patient_actor
from tests.images import make_htj2k_ct
from tests.reading_scenes import signed
from tests.scenes import Territory

from .conftest import Seat, Theatre

pytestmark = pytest.mark.browser
LOOKS = [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]
Store = Callable[[bytes], None]
Session = Callable[[Actor], str]


@contextmanager
def looking(theatre: Theatre, session: str, act: Act, **look: object) -> Iterator[Seat]:
    """Open the first look and wait until every slice is exact."""
    with theatre.sit(session, **look) as seat:
        seat.page.goto(f"/examens/{act.pk}/apercu/")
        expect(seat.page.locator(".film:not([hidden])")).to_have_attribute("data-all-exact", "")
        yield seat


@pytest.fixture
def series(act: Act, store: Store) -> Act:
    """Return an act that holds thirty slices of one series."""
    for number in range(1, 31):
        store(make_htj2k_ct(act, number=number, size=64, SeriesInstanceUID="1.2.77"))
    return act


def number(page: Page, shown: int) -> None:
    expect(page.locator(".film:not([hidden]) .film-number")).to_have_text(f"{shown} / 30")


def grey(page: Page) -> float:
    """Return the mean grey of what the canvas shows."""
    return float(
        page.evaluate(
            """() => {
              const canvas = document.querySelector(".film:not([hidden]) canvas");
              const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
              let sum = 0;
              for (let red = 0; red < data.length; red += 4) sum += data[red];
              return sum / (data.length / 4);
            }"""
        )
    )


def list_findings(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


def test_the_keyboard_alone_goes_everywhere(
    theatre: Theatre, territory: Territory, series: Act, session_of: Session
) -> None:
    with looking(theatre, session_of(territory.imageur), series) as seat:
        page = seat.page
        number(page, 15)
        page.locator(".film canvas").focus()
        for key, shown in (
            ("ArrowDown", 16),
            ("ArrowUp", 15),
            ("PageDown", 25),
            ("PageDown", 30),
            ("Home", 1),
            ("ArrowLeft", 1),
            ("End", 30),
        ):
            page.keyboard.press(key)
            number(page, shown)
        expect(page.locator("canvas")).to_have_attribute("aria-label", "Image 30 sur 30")
        page.keyboard.press("+")
        expect(page.locator("canvas")).to_have_attribute("data-zoomed", "")
        page.keyboard.press("0")
        expect(page.locator("canvas")).not_to_have_attribute("data-zoomed", "")
        page.locator("[data-slider]").focus()
        page.keyboard.press("ArrowLeft")
        number(page, 29)
        before = grey(page)
        page.locator("[data-does=brighten]").focus()
        page.keyboard.press("Enter")
        assert grey(page) > before + 5
        page.locator("[data-preset]").select_option("-600/1500")
        assert grey(page) > before + 5
        page.locator("[data-does=reset]").press("Enter")
        assert grey(page) == before
        page.locator("[data-does=invert]").press("Enter")
        assert grey(page) != before
        expect(page.locator("[data-does=invert]")).to_have_attribute("aria-pressed", "true")


def test_a_readers_wheel_scrolls_and_their_mouse_moves_the_window(
    theatre: Theatre, territory: Territory, series: Act, session_of: Session
) -> None:
    with looking(theatre, session_of(territory.imageur), series) as seat:
        page, mouse = seat.page, seat.page.mouse
        page.locator("canvas").hover()
        mouse.wheel(0, 100)
        number(page, 16)
        mouse.wheel(0, -100)
        number(page, 15)
        before = grey(page)
        mouse.down()
        mouse.move(700, 700, steps=4)
        mouse.up()
        assert grey(page) != before
        number(page, 15)
        mouse.down(button="right")
        mouse.move(700, 500, steps=4)
        mouse.up(button="right")
        expect(page.locator("canvas")).to_have_attribute("data-zoomed", "")


def test_a_patient_slides_the_images_and_finds_plain_words_and_large_buttons(
    theatre: Theatre, territory: Territory, session_of: Session
) -> None:
    report = signed(territory)
    record_patient_told(report=report, how="telephone", companion="", by=territory.requester, at=now())
    with theatre.sit(session_of(make_patient_actor(territory.patient)), width=390) as seat:
        page = seat.page
        page.goto(f"/mon-espace/{report.act_id}/images/")
        expect(page.locator(".film").first).to_have_attribute("data-state", "exact")
        assert report.act.study_instance_uid not in page.url
        count = page.locator(".film").first.locator("[data-count]").first.inner_text()
        canvas = page.locator("canvas").first
        box = canvas.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 300, box["y"] + 100)
        page.mouse.down()
        page.mouse.move(box["x"] + 20, box["y"] + 100, steps=8)
        page.mouse.up()
        expect(page.locator(".film-number").first).to_have_text(f"1 / {count}")
        for button in page.locator(".film button:visible").all():
            size = button.bounding_box()
            assert size is not None
            assert min(size["width"], size["height"]) >= 44
        words = page.locator("main").inner_text()
        assert "Plus clair" in words
        assert "Fenêtre" not in words
        assert seat.complaints == []


def test_every_look_passes_axe_and_none_is_wider_than_the_screen(
    theatre: Theatre, territory: Territory, session_of: Session
) -> None:
    report = signed(territory)
    record_patient_told(report=report, how="telephone", companion="", by=territory.requester, at=now())
    sessions = {
        f"/mon-espace/{report.act_id}/images/": session_of(make_patient_actor(territory.patient)),
        f"/examens/{report.act_id}/apercu/": session_of(territory.imageur),
    }
    for theme, width in LOOKS:
        for path, session in sessions.items():
            with theatre.sit(session, theme=theme, width=width) as seat:
                seat.page.goto(path)
                expect(seat.page.locator(".film").first).to_have_attribute("data-state", "exact")
                assert list_findings(seat.page) == []
                assert not seat.page.evaluate(
                    "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
                )
