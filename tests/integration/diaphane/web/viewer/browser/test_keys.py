"""A key image marked in OHIF is a DICOM document stored by STOW-RS, and OHIF says so in French."""

from playwright.sync_api import Page, expect

from diaphane.acts.models import Act
from diaphane.imaging.documents_read import list_key_images
from diaphane.kernel.actors import SYSTEM
from diaphane_dicom.identifiers import new_uid
from tests.images import make_htj2k_ct
from tests.live_server import LiveServer
from tests.scenes import Territory

from .chromium import MARKS, browsing, send, wait_until_something_shows, watch

pytestmark = MARKS
KEPT = "L’image clé est retenue"
ENGLISH = ("Data Overlay", "Image navigation scrollbar", "Instance Number", "Window Level", "thumbnails")
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll("[data-cy$='-btn'], [data-cy='KeyImage']")]
    .map((button) => button.getBoundingClientRect()).filter(({ width, top }) => width && top < 48)
    .sort((one, other) => one.left - other.left);
  return boxes.length < 6 || boxes.some(({ left }, rank) => rank && left < boxes[rank - 1].right - 1);
}"""


def test_an_image_is_kept_by_the_keyboard_alone_and_found_again(
    server: LiveServer, territory: Territory, act: Act, session: str
) -> None:
    shared = {"SeriesInstanceUID": new_uid(), "FrameOfReferenceUID": new_uid(), "StudyDate": "20261122"}
    send(server, territory, *(make_htj2k_ct(act, number=n, size=128, **shared) for n in range(1, 4)))
    with browsing(server, session) as page:
        _asked, said = watch(page)
        page.goto(f"{server.url}/examens/{act.pk}/images/")
        wait_until_something_shows(page)
        viewer = page.frame_locator("iframe")
        key = viewer.locator("[data-cy='KeyImage']")
        key.focus()
        with page.expect_response(lambda answer: answer.request.method == "POST") as stored:
            page.keyboard.press("Enter")
        assert (stored.value.status, stored.value.url) == (200, f"{server.url}/dicomweb/studies")
        expect(viewer.get_by_text(KEPT)).to_be_visible()
        page.reload()
        wait_until_something_shows(page)
        expect(key).to_have_attribute("aria-pressed", "true")
        expect(viewer.locator(".key-mark")).to_have_text("Image clé")
        expect(viewer.get_by_text("Images clés")).to_have_count(0)  # the document is no series to open
        expect(viewer.get_by_text("22/11/2026")).to_have_count(2)  # in the list and over the image
        assert not any(viewer.locator(f"[aria-label='{word}'], [title='{word}']").count() for word in ENGLISH)
        key.press("ArrowDown")
        expect(key).to_have_attribute("aria-pressed", "false")
        key.press("k")
        expect(viewer.get_by_text(KEPT)).to_be_visible()
        key.press("k")
        expect(viewer.get_by_text("L’image clé est retirée")).to_be_visible()
        assert is_free_of_overlaps(page)
    assert said == []
    [found] = list_key_images(act, actor=SYSTEM)
    assert (found.instance.number, found.window, found.by_label) == (
        2,
        (500.0, 1000.0),
        territory.imageur.label,
    )


def is_free_of_overlaps(page: Page) -> bool:
    """Say whether the tools stand side by side on a telephone."""
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()
    wait_until_something_shows(page)
    return not page.frames[1].evaluate(OVERLAPS)
