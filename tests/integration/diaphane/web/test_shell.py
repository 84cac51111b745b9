"""What surrounds every page: the gallery stands for all of them."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import PROFESSIONAL_ROLES, Actor, Role
from diaphane.kernel.rights import may
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.scenes import Territory


@pytest.fixture
def page(territory: Territory, login: Callable[[Actor], Client]) -> str:
    return login(territory.imageur).get(reverse("gallery")).content.decode()


def test_it_says_who_i_am_in_which_role_and_where(page: str, territory: Territory) -> None:
    assert territory.imageur.label in page
    assert "Radiologue" in page
    assert territory.imageur.structure_label in page


def test_it_has_a_skip_link_one_main_and_one_first_heading(page: str) -> None:
    assert 'class="skip" href="#main"' in page
    assert page.count("<main") == 1
    assert page.count("<h1") == 1


def test_it_logs_out_by_a_form(page: str) -> None:
    assert f'action="{reverse("account_logout")}"' in page


def test_everything_it_loads_comes_from_here(page: str) -> None:
    addresses = re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"([^\"]+)\"", page)
    assert addresses
    assert all(address.startswith(("/static/", "data:image/")) for address in addresses)


def test_every_part_it_loads_is_there(page: str, client: Client) -> None:
    from django.contrib.staticfiles import finders

    for address in re.findall(r"<(?:script|link)[^>]+(?:src|href)=\"/static/([^\"]+)\"", page):
        assert finders.find(address), address


def test_no_page_is_kept_in_the_browser_s_storage(page: str) -> None:
    assert '"historyCacheSize":0' in page
    assert '"allowEval":false' in page


def test_identifiers_in_the_page_are_unique(page: str) -> None:
    found = re.findall(r"\sid=\"([^\"]+)\"", page)
    twice = {each for each in found if found.count(each) > 1}
    # The gallery shows the same form twice, right and refused.
    assert {each for each in twice if not each.startswith("id_")} == set()


def test_a_patient_reads_in_larger_type(territory: Territory, login: Callable[[Actor], Client]) -> None:
    page = login(make_patient_actor(territory.patient)).get(reverse("gallery")).content.decode()
    assert 'class="for-patient' in page
    assert "Mes examens" in page


@pytest.mark.parametrize("role", PROFESSIONAL_ROLES)
def test_the_way_to_an_emergency_is_shown_to_who_may_take_it(
    role: Role, login: Callable[[Actor], Client]
) -> None:
    actor = make_actor(role, StructureFactory())
    browser, door = login(actor), reverse("emergency:ask")
    for address in (reverse("gallery"), "/rien-ici/"):
        assert (f'href="{door}"' in browser.get(address).content.decode()) == may(actor, "emergency.open"), (
            address
        )
