"""A CD imported in a real Chromium: its progress, a cut, a closed tab, and a person who says whose it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from diaphane.acquisition.models import Exam
from diaphane.imaging.models import Instance
from diaphane.imaging.priors import list_priors
from tests.browsing import read_session
from tests.cds import make_cd, make_earlier, make_neighbour
from tests.chromium import IN_CHROMIUM
from tests.integration.diaphane.acquisition.table import arrived
from tests.live_server import LiveServer, serving
from tests.scenes import Territory, make_territory

from .test_in_chromium import at_the_table, check_access, elsewhere, press

pytestmark = IN_CHROMIUM
SLICES = 45
SENDS = "**/importer/fichiers/"


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def exam(territory: Territory) -> Exam:
    return arrived(territory)


@pytest.fixture
def server(territory: Territory, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


@pytest.fixture
def cd(exam: Exam, tmp_path: Path) -> Path:
    """Write a CD to a folder, with a damaged file and a neighbour's image."""
    earlier = make_earlier(exam.act, count=SLICES)
    files = make_cd(*earlier, make_neighbour()) | {"CD/DICOM/CUT": earlier[0][:-100]}
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return tmp_path / "CD"


def choose(page: Page, folder: Path) -> None:
    page.locator("[data-chosen][webkitdirectory]").set_input_files(folder)


def wait_until_sent(page: Page) -> None:
    expect(page.locator("[data-says=done]")).to_be_visible(timeout=60_000)


def open_import(page: Page, exam: Exam) -> None:
    page.goto(f"/manipulation/{exam.act_id}/importer/")
    expect(page.get_by_text("Déposez ici le CD")).to_be_visible()


def test_a_cd_is_sent_compared_and_attached_and_the_neighbour_s_left_out(
    server: LiveServer, territory: Territory, exam: Exam, cd: Path
) -> None:
    session = read_session(territory.technologist)
    with at_the_table(server, session) as page:
        page.goto(f"/manipulation/{exam.act_id}/")
        page.get_by_role("link", name="Importer un CD ou un dossier").click()
        check_access(page)
        choose(page, cd)
        wait_until_sent(page)
        fates = page.locator("#import-fates")
        for fate, count in (("Gardé", 46), ("Refusé", 1), ("Index du CD", 1), ("Pas un fichier d’images", 2)):
            expect(fates.locator("summary", has_text=fate)).to_contain_text(str(count))
        fates.locator("summary", has_text="Refusé").click()
        expect(fates).to_contain_text("abîmé ou incomplet")
        check_access(page)
        press(page, "Rattacher ce que j’ai choisi")
        expect(page.locator("#refusal")).to_contain_text("Rien n’a été rattaché")
        own, other = page.locator(".brought-study").nth(0), page.locator(".brought-study").nth(1)
        expect(other).to_contain_text("VOISIN, ALAIN")
        expect(other.locator("input[value=none]")).to_be_checked()
        own.locator("input[value=prior]").check()
        page.locator("#id_is_compared").check()
        press(page, "Rattacher ce que j’ai choisi")
        expect(page.locator(".brought-study", has_text="Rattachées comme images antérieures")).to_have_count(
            1
        )
        press(page, "Terminer cet import")
        expect(page.locator("#priors")).to_contain_text("Scanner cérébral")
    assert elsewhere(lambda: list_priors(exam.act).count()) == 1


def test_a_cut_is_waited_for_and_nothing_is_lost(
    server: LiveServer, territory: Territory, exam: Exam, cd: Path
) -> None:
    with at_the_table(server, read_session(territory.technologist), width=390) as page:
        open_import(page, exam)
        page.route(SENDS, lambda route: route.abort())
        choose(page, cd)
        expect(page.locator("[data-says=waiting]")).to_be_visible()
        check_access(page)
        page.unroute(SENDS)
        wait_until_sent(page)
    assert elsewhere(Instance.objects.count) == SLICES + 1


def test_a_closed_tab_loses_nothing_and_what_was_sent_is_not_sent_again(
    server: LiveServer, territory: Territory, exam: Exam, cd: Path
) -> None:
    sent: list[int] = []

    def let_two_pass(route: Route) -> None:
        sent.append(1)
        route.continue_() if len(sent) <= 2 else route.abort()

    def count(request: Request) -> None:
        if request.url.endswith("/fichiers/"):
            again.append(1)

    again: list[int] = []
    with at_the_table(server, read_session(territory.technologist)) as page:
        open_import(page, exam)
        page.route(SENDS, let_two_pass)
        choose(page, cd)
        expect(page.locator("[data-says=waiting]")).to_be_visible()
        for fate in ("Pas encore envoyé", "Gardé"):
            expect(page.locator("#import-fates summary", has_text=fate)).to_be_visible()
        page.close(run_before_unload=False)
        held = elsewhere(Instance.objects.count)
        assert 0 < held < SLICES + 1
        second = page.context.new_page()
        open_import(second, exam)
        second.on("request", count)
        choose(second, cd)
        wait_until_sent(second)
    assert elsewhere(Instance.objects.count) == SLICES + 1
    assert 1 <= len(again) < 4


def test_choices_under_way_are_left_alone_while_files_come(
    server: LiveServer, territory: Territory, exam: Exam, cd: Path
) -> None:
    with at_the_table(server, read_session(territory.technologist)) as page:
        open_import(page, exam)
        choose(page, cd)
        wait_until_sent(page)
        page.locator("#id_reason").fill("Identité vue sur le passeport")
        page.evaluate("htmx.trigger('#import-live', 'diaphane:import')")
        expect(page.locator("[data-more]")).to_be_visible()
        expect(page.locator("#id_reason")).to_have_value("Identité vue sur le passeport")
