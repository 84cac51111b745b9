"""Who is refused before anything else: visitors, other roles, other structures."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import Actor, Role
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.reading_scenes import signed
from tests.scenes import Territory

Login = Callable[[Actor], Client]

IMAGEUR, REQUESTER = Role.IMAGEUR, Role.REQUESTING_PHYSICIAN
PAGES = (
    ("show", "get", IMAGEUR),
    ("show", "get", REQUESTER),
    ("show_live", "get", REQUESTER),
    ("document", "get", REQUESTER),
    ("receive", "post", REQUESTER),
    ("hand_over", "post", REQUESTER),
    ("retry", "post", REQUESTER),
    ("organise", "post", REQUESTER),
    ("tell", "post", IMAGEUR),
    ("check", "get", IMAGEUR),
    ("check_live", "get", IMAGEUR),
    ("pane", "get", IMAGEUR),
    ("supervise", "post", IMAGEUR),
    ("begin", "post", IMAGEUR),
    ("judge", "post", IMAGEUR),
    ("write", "get", IMAGEUR),
    ("open", "post", IMAGEUR),
    ("save", "post", IMAGEUR),
    ("sign", "post", IMAGEUR),
)


def _ask(client: Client, page: str, method: str, act_id: UUID) -> int:
    address = reverse(f"reports:{page}", args=[act_id])
    answer = client.get(address) if method == "get" else client.post(address, {"verdict": "accept"})
    return answer.status_code


@pytest.mark.parametrize(("page", "method", "role"), PAGES)
def test_a_visitor_is_sent_to_the_login(territory: Territory, page: str, method: str, role: Role) -> None:
    address = reverse(f"reports:{page}", args=[territory.patient.pk])
    answer = Client().get(address) if method == "get" else Client().post(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(("page", "method", "role"), PAGES)
def test_another_role_is_told_for_whom_the_page_is(
    territory: Territory, login: Login, page: str, method: str, role: Role
) -> None:
    report = signed(territory)
    assert _ask(login(territory.technologist), page, method, report.act_id) == 403


@pytest.mark.parametrize(("page", "method", "role"), PAGES)
def test_another_structure_finds_nothing(
    territory: Territory, login: Login, page: str, method: str, role: Role
) -> None:
    report = signed(territory)
    elsewhere = make_actor(role, StructureFactory())
    assert _ask(login(elsewhere), page, method, report.act_id) == 404


@pytest.mark.parametrize("page", ["receive", "hand_over", "tell", "judge", "open", "save", "sign"])
def test_what_changes_something_is_never_done_by_a_link(
    territory: Territory, login: Login, page: str
) -> None:
    report = signed(territory)
    client = login(territory.imageur)
    assert client.get(reverse(f"reports:{page}", args=[report.act_id])).status_code == 405


def test_the_patient_finds_no_document_before_a_person_has_told_them(
    territory: Territory, login: Login
) -> None:
    report = signed(territory)
    client = login(make_patient_actor(territory.patient))
    assert _ask(client, "document", "get", report.act_id) == 404


def test_the_list_is_closed_to_patients_and_technologists(territory: Territory, login: Login) -> None:
    for actor in (territory.technologist, make_patient_actor(territory.patient)):
        assert login(actor).get(reverse("reports:list")).status_code == 403
