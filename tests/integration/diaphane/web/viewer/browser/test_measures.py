"""A measurement made in the viewer comes to the platform as a structured report, and is shown again."""

from playwright.sync_api import FrameLocator, Page, expect

from diaphane.acts.models import Act
from diaphane.imaging.documents_read import list_measured
from diaphane.imaging.models import Instance
from diaphane.imaging.queries import count_images
from diaphane.kernel.actors import SYSTEM
from tests.images import make_htj2k_ct
from tests.live_server import LiveServer
from tests.scenes import Territory

from .chromium import MARKS, browsing, see_words, send, wait_until_something_shows, watch

pytestmark = MARKS
STRUCTURED_REPORT = "1.2.840.10008.5.1.4.1.1.88."


def measure(page: Page, viewer: FrameLocator) -> None:
    """Draw a line across the image with the ruler, and keep it in the list of measurements."""
    viewer.locator("[data-cy='MeasurementTools-split-button-primary']").click()
    box = viewer.locator(".cornerstone-canvas").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 60, y)
    page.mouse.down()
    page.mouse.move(x, y, steps=5)
    page.mouse.move(x + 60, y + 20, steps=5)
    page.mouse.up()
    viewer.get_by_role("button", name="Oui", exact=True).click()
    viewer.locator("[data-cy='trackedMeasurements-btn']").click()


def test_a_measurement_is_saved_in_the_study_and_shown_when_the_viewer_opens_again(
    server: LiveServer, territory: Territory, act: Act, session: str
) -> None:
    shared = {"SeriesInstanceUID": "1.2.77", "FrameOfReferenceUID": "1.2.99"}
    send(server, territory, *(make_htj2k_ct(act, number=n, size=128, **shared) for n in range(1, 6)))
    with browsing(server, session) as page:
        _asked, said = watch(page)
        page.goto(f"{server.url}/examens/{act.pk}/images/")
        wait_until_something_shows(page)
        viewer = page.frame_locator("iframe")
        measure(page, viewer)
        viewer.get_by_role("button", name="Enregistrer les mesures").click()
        viewer.get_by_placeholder("Nom des mesures").fill("Foyer frontal")
        with page.expect_response(lambda answer: answer.request.method == "POST") as stored:
            viewer.get_by_role("button", name="Enregistrer", exact=True).click()
        assert stored.value.status == 200
        assert "/dicomweb/studies" in stored.value.url
        expect(viewer.get_by_text("Les mesures sont enregistrées").first).to_be_visible()
        page.reload()
        wait_until_something_shows(page)
        viewer.get_by_text("Foyer frontal").first.dblclick()
        viewer.get_by_role("button", name="Oui", exact=True).click()
        viewer.locator("[data-cy='trackedMeasurements-btn']").click()
        expect(viewer.get_by_text("Mesures (1)")).to_be_visible()
    assert said == []
    report = Instance.objects.get(sop_class_uid__startswith=STRUCTURED_REPORT)
    assert report.series.study.act_id == act.pk
    assert report.received_by_label == territory.imageur.label
    [found] = list_measured(act, actor=SYSTEM)
    assert (found.measurement.unit, found.instance.number) == ("mm", 3)
    assert found.measurement.value is not None
    assert 15 < found.measurement.value < 25
    assert count_images(act).received == 5


def test_the_viewer_opens_on_a_key_image_and_the_document_hinders_nothing(
    server: LiveServer, territory: Territory, act: Act, session: str
) -> None:
    shared = {"SeriesInstanceUID": "1.2.77", "FrameOfReferenceUID": "1.2.99"}
    send(server, territory, *(make_htj2k_ct(act, number=n, size=128, **shared) for n in range(1, 6)))
    first = Instance.objects.get(number=1)
    with browsing(server, session) as page:
        _asked, said = watch(page)
        page.goto(f"{server.url}/examens/{act.pk}/apercu/")
        key = page.get_by_role("button", name="Image clé")
        page.get_by_role("slider").fill("1")
        key.click()
        expect(key).to_have_attribute("aria-pressed", "true")
        page.goto(f"{server.url}/examens/{act.pk}/images/?image={first.pk}")
        wait_until_something_shows(page)
        page.wait_for_timeout(2000)
        assert "I:1 (" in see_words(page)[0]
    assert said == []
    assert count_images(act).received == 5
