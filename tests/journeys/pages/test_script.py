"""What app.js owes to the person: refusals in place, nothing lost, nothing sent twice."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from diaphane.kernel.actors import Actor
from tests.scenes import Territory

from .conftest import Desk

pytestmark = pytest.mark.browser

FORM = """
<form id="probe" method="post" action="/probe/" hx-boost="true">
  <textarea name="text" aria-label="text"></textarea><button name="go" value="1">Go</button>
</form>"""
PLACE = f"""() => {{
  document.querySelector("main").insertAdjacentHTML("beforeend", {json.dumps(FORM)});
  htmx.process(document.querySelector("#probe"));
}}"""


@pytest.fixture
def page(desk: Desk, territory: Territory, session_of: Callable[[Actor], str]) -> Iterator[Page]:
    context = desk.open_context(session_of(territory.imageur))
    page = context.new_page()
    page.goto("/composants/")
    page.evaluate(PLACE)
    page.fill("#probe textarea", "Pas d’hémorragie.")
    yield page
    context.close()


def answer(page: Page, status: int, body: str) -> list[Route]:
    """Answer the probe's form in the server's place, and keep what it sent."""
    seen: list[Route] = []

    def fulfil(route: Route) -> None:
        seen.append(route)
        route.fulfill(status=status, content_type="text/html", body=body)

    page.route("**/probe/", fulfil)
    return seen


@pytest.mark.parametrize("status", [401, 409, 422])
def test_a_refusal_shows_at_the_top_and_the_text_stays(page: Page, status: int) -> None:
    answer(page, status, "<p>Il manque l’accord.</p>")
    page.click("#probe button")
    expect(page.locator("#refusal")).to_have_text("Il manque l’accord.")
    expect(page.locator("#refusal")).to_be_focused()
    expect(page.locator("#probe textarea")).to_have_value("Pas d’hémorragie.")
    expect(page.locator("#probe button")).to_be_enabled()


def test_a_refusal_shows_in_the_dialog_that_asked(page: Page) -> None:
    answer(page, 422, "<p>Motif obligatoire.</p>")
    page.evaluate(
        "() => document.querySelector('#gallery-refuse .ask-body').append(document.querySelector('#probe'))"
    )
    page.click("[data-opens=gallery-refuse]")
    page.click("#probe button")
    expect(page.locator("#gallery-refuse [data-refusal]")).to_have_text("Motif obligatoire.")
    expect(page.locator("#refusal")).to_be_empty()


def test_the_token_and_the_actor_go_along(page: Page, territory: Territory) -> None:
    seen = answer(page, 422, "")
    page.click("#probe button")
    expect(page.locator("#probe button")).to_be_enabled()
    headers = seen[0].request.headers
    assert len(headers["x-csrftoken"]) == 64
    assert headers["x-diaphane-actor"] == str(territory.imageur.id)
    assert "go=1" in (seen[0].request.post_data or "")


def test_a_double_click_sends_once(page: Page) -> None:
    seen = answer(page, 422, "<p>Non.</p>")
    page.dblclick("#probe button")
    expect(page.locator("#refusal")).to_have_text("Non.")
    expect(page.locator("#probe button")).to_be_enabled()
    assert len(seen) == 1


def test_a_form_that_was_refused_can_be_sent_again(page: Page) -> None:
    seen = answer(page, 422, "<p>Non.</p>")
    page.click("#probe button")
    expect(page.locator("#refusal")).to_have_text("Non.")
    page.click("#probe button")
    expect(page.locator("#probe button")).to_be_enabled()
    assert len(seen) == 2


@pytest.mark.parametrize("failure", ["aborted", 500])
def test_when_nothing_answers_the_page_says_that_nothing_is_lost(page: Page, failure: str | int) -> None:
    if isinstance(failure, int):
        answer(page, failure, "<h1>Traceback</h1>")
    else:
        page.route("**/probe/", lambda route: route.abort())
    page.click("#probe button")
    expect(page.locator("#refusal")).to_contain_text("Rien n’est perdu")
    expect(page.locator("#refusal")).not_to_contain_text("Traceback")
    expect(page.locator("#probe textarea")).to_have_value("Pas d’hémorragie.")


def test_a_session_that_ended_comes_back_with_the_text(page: Page, territory: Territory) -> None:
    cookies = page.context.cookies()
    page.context.clear_cookies(name="diaphane_session")
    page.evaluate("() => htmx.ajax('GET', '/composants/', '#notices')")
    expect(page.locator("#refusal")).to_contain_text("Votre session a expiré")
    page.context.add_cookies([each for each in cookies if each["name"] == "diaphane_session"])  # type: ignore[misc]
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#refusal")).to_contain_text("Vous êtes reconnecté")
    expect(page.locator("#probe textarea")).to_have_value("Pas d’hémorragie.")


def test_the_theme_is_kept(page: Page) -> None:
    page.click("[data-theme-next=light]")
    page.click("[data-theme-next=dark]")
    page.goto("/composants/")
    assert page.evaluate("() => document.documentElement.dataset.bsTheme") == "dark"


def test_nothing_is_blocked_by_the_security_policy(page: Page) -> None:
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.goto("/composants/")
    page.wait_for_load_state("networkidle")
    assert messages == []
