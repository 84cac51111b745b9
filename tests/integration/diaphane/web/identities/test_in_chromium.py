"""The pages of identities in a real Chromium: accessible, wide and narrow, light and dark; merged by hand."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from diaphane.kernel.clock import now
from diaphane.patients.doubles import list_pairs
from diaphane.patients.models import IdentityPair, Patient
from diaphane.patients.operations import register_new_patient, register_unidentified
from tests.browsing import make_cookie
from tests.chromium import IN_CHROMIUM, launch
from tests.factories import PatientFactory
from tests.integration.diaphane.patients.test_relating import add as write_carer
from tests.live_server import LiveServer, serving
from tests.looks import check_every_look, sit
from tests.scenes import Territory, make_territory

pytestmark = IN_CHROMIUM


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def server(territory: Territory, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


@pytest.fixture
def pair(territory: Territory) -> IdentityPair:
    for first_names in ("Odette Anne", "Odète"):
        register_new_patient(
            patient=PatientFactory.build(
                birth_name="Lefèvre",
                first_names=first_names,
                birth_date=date(1961, 5, 9),
                sex="F",
                provisional=True,
            ),
            issuer=territory.site.issuer,
            is_distinct=False,
            by=territory.requester,
            at=now(),
        )
    return list_pairs(territory.technologist).get()


@pytest.fixture
def unknown(territory: Territory) -> Patient:
    return register_unidentified(
        sex="M", age=40, issuer=territory.site.issuer, by=territory.technologist, at=now()
    )


def test_every_page_is_accessible_at_every_size_and_in_both_lights(
    territory: Territory, server: LiveServer, pair: IdentityPair, unknown: Patient
) -> None:
    carer = write_carer(territory)
    pages = {
        "list": reverse("identities:list"),
        "pair": reverse("identities:pair", args=[pair.pk]),
        "patient": reverse("identities:patient", args=[pair.first_id]),
        "unknown": reverse("identities:patient", args=[unknown.pk]),
        "related": reverse("identities:related", args=[territory.patient.pk]),
        "relationship": reverse("identities:relationship", args=[carer.pk]),
        "register": reverse("identities:unidentified"),
        "insi": reverse("identities:insi", args=[pair.first_id]),
    }
    check_every_look(server, {name: (territory.technologist, at) for name, at in pages.items()})


def test_a_person_merges_and_another_reviews(
    territory: Territory, server: LiveServer, pair: IdentityPair
) -> None:
    cookies = [make_cookie(each, server.url) for each in (territory.technologist, territory.requester)]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        first, second = (sit(browser, server, cookie) for cookie in cookies)
        first.goto(reverse("identities:list"))
        first.locator("a.pick").first.click()
        first.get_by_role("button", name="Rapprocher : une seule personne").click()
        expect(first.locator("#refusal, .notice.tone-stop").first).to_be_visible()
        first.locator("input[name=survivor]").first.check()
        first.locator("#id_reason").fill("Carte d’identité lue avec elle")
        first.get_by_role("button", name="Rapprocher : une seule personne").click()
        expect(first.get_by_text("Une autre personne que vous le relit")).to_be_visible()
        second.goto(reverse("identities:pair", args=[pair.pk]))
        second.get_by_role("button", name="Relu : c’est bien une seule personne").click()
        expect(second.get_by_text("Aucune identité n’attend d’être comparée")).to_be_visible()
        browser.close()
    pair.refresh_from_db()
    assert pair.state == "reviewed"
