"""The same exam in Chromium: our light viewer, and OHIF with its streaming defaults."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from .film_client import Looked
from .looking import COOKIE, HeldExam
from .peers import find_program

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
PATIENCE = 240_000
NOTE_FILMS = """
const [starts, exacts, noted] = [new Set(), new Set(), {}];
const note = (name) => requestAnimationFrame(() => { noted[name] ??= performance.now(); });
performance.setResourceTimingBufferSize(5000);
addEventListener("film:drawn", ({ detail }) => { if (detail.state !== "waiting") note("first"); });
addEventListener("film:improved", ({ detail: { film, slice } }) => {
  starts.add(slice.key);
  if (slice.state === "exact") exacts.add(slice.key);
  if (starts.size === film.count) note("quarter");
  if (exacts.size === film.count) note("exact");
});
window.noted = noted;
"""
READ_FILMS = """() => {
  const entries = performance.getEntriesByType("resource");
  const described = entries.find(({ name }) => /\\/films\\/[^/]+\\/$/.test(name));
  const { first, quarter, exact } = window.noted;
  return [first, quarter, exact].map((each) => (each - described.responseEnd) / 1000);
}"""
NOTE_OHIF = """
performance.setResourceTimingBufferSize(5000);
const look = () => {
  const canvas = document.querySelector(".cornerstone-canvas");
  if (canvas?.width > 1 && canvas.height > 1) {
    const { data } = canvas.getContext("2d").getImageData(0, canvas.height >> 1, canvas.width, 1);
    const greys = data.filter((_value, index) => index % 4 === 0);
    if (Math.max(...greys) - Math.min(...greys) > 60) { window.firstPicture = performance.now(); return; }
  }
  requestAnimationFrame(look);
};
addEventListener("DOMContentLoaded", () => requestAnimationFrame(look));
"""
READ_OHIF = """(count) => {
  const entries = performance.getEntriesByType("resource");
  const metadata = entries.find(({ name }) => name.endsWith("/metadata"));
  const frames = entries.filter(({ name, responseEnd }) => name.includes("/frames/") && responseEnd > 0);
  if (!window.firstPicture || new Set(frames.map(({ name }) => name)).size < count) return null;
  const last = Math.max(...frames.map(({ responseEnd }) => responseEnd));
  return [window.firstPicture, last].map((each) => (each - metadata.responseEnd) / 1000);
}"""


@contextmanager
def browsing() -> Iterator[Browser]:
    """Run Debian's Chromium, without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_program("chromium"), args=list(SWITCHES))
        yield browser
        browser.close()


def look_at_films(browser: Browser, exam: HeldExam, port: int) -> tuple[Looked, Looked]:
    """Open the light viewer in a new browser, then once more when it has kept what it may keep."""
    with _sitting(browser, exam, port, NOTE_FILMS) as context:
        return _look_at_films(context, exam), _look_at_films(context, exam)


def look_at_ohif(browser: Browser, exam: HeldExam, port: int) -> Looked:
    """Open OHIF in a new browser; it has no picture at a quarter of the resolution."""
    with _sitting(browser, exam, port, NOTE_OHIF) as context:
        page = context.new_page()
        page.goto(f"/viewer/viewer?StudyInstanceUIDs={exam.study_uid}&lng=fr")
        first, exact = _wait(page, lambda: page.evaluate(READ_OHIF, exam.count))
        return Looked(first, None, exact)


def _look_at_films(context: BrowserContext, exam: HeldExam) -> Looked:
    page = context.new_page()
    page.goto(f"/examens/{exam.act_id}/apercu/")
    page.wait_for_function("() => window.noted.exact", timeout=PATIENCE)
    first, quarter, exact = page.evaluate(READ_FILMS)
    page.close()
    return Looked(first, quarter, exact)


@contextmanager
def _sitting(browser: Browser, exam: HeldExam, port: int, script: str) -> Iterator[BrowserContext]:
    address = f"http://127.0.0.1:{port}"
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900}, locale="fr-FR")
    context.add_cookies([{"name": COOKIE, "value": exam.session, "url": address}])
    context.add_init_script(script)
    yield context
    context.close()


def _wait(page: Page, read: Callable[[], list[float] | None]) -> list[float]:
    """Ask until there is an answer."""
    for _attempt in range(PATIENCE // 500):
        if (found := read()) is not None:
            return found
        page.wait_for_timeout(500)
    raise TimeoutError("the viewer did not end")
