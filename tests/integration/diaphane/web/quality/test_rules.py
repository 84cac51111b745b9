"""The guide as executable rules: the page, the command and the documents say the same (R11)."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import Actor
from diaphane.kernel.transitions import TABLES, iter_guards
from diaphane.web.quality.documents import render_rules, render_states
from diaphane.web.quality.guide import State, list_requirements
from diaphane.web.quality.guide_document import find_places, render_guide
from tests.factories import make_patient_actor
from tests.scenes import Territory

CONFORMANCE = Path(settings.ROOT) / "docs" / "conformance"


@pytest.mark.django_db
def test_a_visitor_is_asked_to_log_in(client: Client) -> None:
    assert client.get(reverse("rules")).status_code == 302


def test_a_patient_is_told_that_the_page_is_for_professionals(
    territory: Territory, login: Callable[[Actor], Client]
) -> None:
    assert login(make_patient_actor(territory.patient)).get(reverse("rules")).status_code == 403


def test_every_guard_is_on_the_page(territory: Territory, login: Callable[[Actor], Client]) -> None:
    page = login(territory.requester).get(reverse("rules"))
    shown = {rule.guard.code for rule_set in page.context["rule_sets"] for rule in rule_set.rules}
    assert page.status_code == 200
    assert shown == {guard.code for _, _, guard in iter_guards()}


def test_the_command_lists_every_guard_with_its_requirement() -> None:
    said = StringIO()
    call_command("rules", stdout=said)
    lines = said.getvalue().splitlines()
    assert len(lines) == len(list(iter_guards()))
    for _, _, guard in iter_guards():
        assert any(line.startswith(f"{guard.requirement} ") and f" {guard.code} " in line for line in lines)


def test_tables_stand_in_the_order_of_the_journey() -> None:
    known = [name for name in ("request", "exam", "report") if name in TABLES]
    assert [name for name in TABLES if name in known] == known


@pytest.mark.parametrize(
    ("name", "render"),
    [("rules.md", render_rules), ("states.md", render_states), ("guide.md", render_guide)],
)
def test_the_committed_documents_are_current(name: str, render: Callable[[], str]) -> None:
    written = (CONFORMANCE / name).read_text(encoding="utf-8")
    assert written == render(), "run ./diaphane manage rules --markdown"


def test_the_guide_has_each_requirement_once_and_in_order() -> None:
    assert [each.id for each in list_requirements()] == [f"R{number}" for number in range(1, 138)]
    assert {guard.requirement for *_, guard in iter_guards()} <= {each.id for each in list_requirements()}


def test_what_is_said_whole_is_in_the_code_and_in_a_test_and_what_is_not_there_yet_has_no_guard() -> None:
    guarded = {guard.requirement for *_, guard in iter_guards()}
    code, tests = find_places("src"), find_places("tests")
    for each in list_requirements():
        if each.state is State.WHOLE:
            assert each.id in guarded | code.keys(), each.id
            assert each.id in tests, each.id
            assert not each.missing
        elif each.state is State.PART:
            assert each.missing, each.id
        else:
            assert each.id not in guarded, each.id
            assert not each.missing


def test_the_page_says_where_this_version_stands_to_professionals_alone(
    client: Client, territory: Territory, login: Callable[[Actor], Client]
) -> None:
    address = reverse("guide")
    assert client.get(address).status_code == 302
    assert login(make_patient_actor(territory.patient)).get(address).status_code == 403
    page = login(territory.requester).get(address)
    assert len(page.context["requirements"]) == 137
    for each in list_requirements():
        assert each.missing in page.content.decode()
