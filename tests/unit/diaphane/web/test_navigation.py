"""Where each role may go."""

import pytest
from django.urls import reverse

from diaphane.kernel.actors import Role
from diaphane.web import navigation
from diaphane.web.navigation import NAVIGATION, Entry, list_links


def test_a_machine_goes_nowhere() -> None:
    assert list_links(Role.EDGE, path="/") == []


def test_a_page_that_does_not_exist_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Entry(NAVIGATION[Role.PATIENT][0].label, "heart", "no-such-page")
    monkeypatch.setitem(navigation.NAVIGATION, Role.PATIENT, (entry,))
    assert list_links(Role.PATIENT, path="/") == []


@pytest.mark.parametrize("role", list(NAVIGATION))
def test_every_place_of_the_table_exists(role: Role) -> None:
    assert len(list_links(role, path="/")) == len(NAVIGATION[role])


def test_the_page_one_is_on_is_marked() -> None:
    href = list_links(Role.IMAGEUR, path="/")[0].href
    assert next(link.is_current for link in list_links(Role.IMAGEUR, path=f"{href}x/"))


def test_one_place_alone_is_the_current_one() -> None:
    path = reverse("patient:data")
    assert [link.href for link in list_links(Role.PATIENT, path=path) if link.is_current] == [path]
