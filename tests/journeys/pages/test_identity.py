"""Images that name somebody else, into the exam and out of it again, each by whom it takes (R40)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from diaphane.imaging.models import Study
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from tests.images import make_ct
from tests.reading_scenes import acquired, make_edge
from tests.scenes import Territory

from .conftest import Desk
from .test_accessibility import LOOKS, list_findings

pytestmark = pytest.mark.browser


def is_too_wide(page: Page) -> bool:
    script = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return bool(page.evaluate(script))


def test_two_persons_attach_one_doubts_and_the_images_leave(
    desk: Desk, territory: Territory, session_of: Callable[[Actor], str]
) -> None:
    exam = acquired(territory)
    content = make_ct(exam.act, PatientName="GARNIER^ÉLOÏSE", StudyInstanceUID="1.2.904")
    store_instance(content=content, by=make_edge(territory), at=now())
    table = desk.open_context(session_of(territory.technologist)).new_page()
    reader = desk.open_context(session_of(territory.imageur)).new_page()

    table.goto("/manipulation/images/")
    expect(table.get_by_text("Examen probable")).to_be_visible()
    table.click(".card-exam")
    table.locator("input[name=act]").first.check()
    table.fill("#id_reason", "Bracelet relu, nom de jeune fille")
    table.get_by_role("button", name="Rattacher à cet examen").click()
    expect(table.locator("#refusal")).to_contain_text("comparés")
    table.check("#id_is_compared")
    table.get_by_role("button", name="Rattacher à cet examen").click()
    expect(table.get_by_text("Des images attendent une seconde personne")).to_be_visible()

    reader.goto(f"/identite/{exam.act_id}/")
    reader.get_by_role("checkbox").first.check()
    reader.get_by_role("button", name="Rattacher : elles sont bien à ce patient").click()
    expect(reader.get_by_text("Seconde personne :")).to_be_visible()
    joined = Study.objects.get(study_instance_uid="1.2.904")
    assert joined.act_id == exam.act_id

    fold = reader.locator("details", has_text="J’ai un doute").last
    fold.locator("summary").click()
    fold.locator("textarea").fill("Autre morphologie")
    fold.get_by_role("button", name="Mettre en quarantaine").click()
    expect(reader.get_by_text("En quarantaine : peut-être").first).to_be_visible()
    table.goto(f"/manipulation/{exam.act_id}/")
    expect(table.get_by_text("Autre morphologie").first).to_be_visible()

    table.goto(f"/identite/{exam.act_id}/")
    fold = table.locator("details", has_text="J’ai un doute").last
    fold.locator("summary").click()
    fold.locator("textarea").fill("Ce sont celles de sa voisine")
    fold.get_by_role("button", name="Les retirer de cet examen").click()
    expect(table.get_by_text("Retrait d’images")).to_be_visible()
    joined.refresh_from_db()
    assert joined.act is None
    table.context.close()
    reader.context.close()


def test_the_page_passes_axe_in_every_look(
    desk: Desk, territory: Territory, session_of: Callable[[Actor], str]
) -> None:
    exam = acquired(territory)
    session = session_of(territory.technologist)
    for theme, width in LOOKS:
        context = desk.open_context(session, theme=theme, width=width)
        page = context.new_page()
        page.goto(f"/identite/{exam.act_id}/")
        page.locator("details.fold summary").first.click()
        assert list_findings(page) == []
        assert not is_too_wide(page)
        context.close()
