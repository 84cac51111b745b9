"""The viewer in a real Chromium: pictures show, in French, and nothing is asked outside."""

from diaphane.acts.models import Act
from tests.images import make_ct, make_htj2k_ct
from tests.live_server import LiveServer
from tests.scenes import Territory

from .chromium import (
    MARKS,
    MULTIPART,
    browsing,
    make_body,
    make_colour_image,
    send,
    wait_until_something_shows,
    watch,
)

pytestmark = MARKS


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
