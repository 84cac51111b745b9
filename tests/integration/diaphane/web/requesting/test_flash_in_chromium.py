"""A demande flash by the keyboard alone: how many keys, how many steps; a time is never asserted."""

import re

from playwright.sync_api import Page, expect

from diaphane.requests.models import ExamRequest, RequestState
from tests.browsing import read_session
from tests.chromium import IN_CHROMIUM

from .test_in_chromium import browsing, check_access, server, territory  # noqa: F401

pytestmark = IN_CHROMIUM
MOST_KEYS = 16
"""From the demandeur's list to the request sent, what the question itself says left out."""

IS_SEEN = """() => document.activeElement.getBoundingClientRect().bottom
    <= document.querySelector('.sendbar').getBoundingClientRect().top"""


class Keyboard:
    """Presses keys on a page, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1


def test_an_unknown_patient_is_asked_for_by_a_few_keys_on_a_telephone_s_width(server, territory):  # noqa: F811
    with browsing(server, read_session(territory.requester)) as [page]:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{server.url}/")
        expect(page.get_by_role("link", name=re.compile("Demande flash"))).to_be_visible()
        keys = Keyboard(page)
        keys.press("F2")
        page.wait_for_url(re.compile("/demandes/flash/$"))
        expect(page.get_by_label("Nom, prénom")).to_be_focused()
        assert not page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
        check_access(page)
        keys.press("Tab", "Tab", "7", "1", "Tab", "Tab", "Space", "Tab")
        expect(page.get_by_label("Question posée")).to_be_focused()
        page.wait_for_function(IS_SEEN)  # the bar that sends leaves the field in sight (WCAG 2.4.11)
        page.keyboard.insert_text("Occlusion ? Déficit droit depuis 40 min")
        keys.press("Tab", "Tab", "Tab", "Enter")
        page.wait_for_url(re.compile(r"/demandes/[0-9a-f-]{36}/$"))
        expect(page.locator("#outcome")).to_contain_text("À régulariser")
        check_access(page)
        assert keys.count <= MOST_KEYS
    sent = ExamRequest.objects.get()
    assert (sent.state, sent.exam_code) == (RequestState.SUBMITTED, "CT-STROKE")
    assert sent.question == "Occlusion ? Déficit droit depuis 40 min"
    assert sent.act.patient.is_unidentified
