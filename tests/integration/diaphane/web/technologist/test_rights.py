"""Who may open the technologist's pages: nobody, then the other roles, then the other sites."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from diaphane.acquisition.models import Exam, ExamState
from diaphane.kernel.actors import Actor, Role
from diaphane.web.technologist.urls import urlpatterns
from tests.factories import StructureFactory, make_actor
from tests.integration.diaphane.acquisition.table import arrived
from tests.scenes import Territory

from .pages import page, state_of, touch

Login = Callable[[Actor], Client]
PAGES = [each for each in urlpatterns if isinstance(each, URLPattern)]
OF_EXAM = [each.name for each in PAGES if "act_id" in str(each.pattern)]
OTHER_ROLES = (Role.IMAGEUR, Role.REQUESTING_PHYSICIAN, Role.TREATING_PHYSICIAN, Role.ADMINISTRATOR)


def address(pattern: URLPattern) -> str:
    values = {"reconciliation_id": uuid4(), "which": "first", "frame": 1}
    arguments = {name: values.get(name, uuid4()) for name in pattern.pattern.converters}
    return reverse(f"technologist:{pattern.name}", kwargs=arguments)


@pytest.mark.parametrize("pattern", PAGES, ids=lambda each: each.name)
def test_a_visitor_is_sent_to_the_login(db: None, pattern: URLPattern) -> None:
    for send in (Client().get, Client().post):
        response = send(address(pattern))
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_another_role_is_told_whose_page_it_is(territory: Territory, login: Login, role: Role) -> None:
    exam = arrived(territory)
    client = login(make_actor(role, territory.site))
    for pattern in PAGES:
        is_of_exam = pattern.name in OF_EXAM
        url = reverse(f"technologist:{pattern.name}", args=[exam.act_id]) if is_of_exam else address(pattern)
        answers = [client.get(url), client.post(url)]
        assert {each.status_code for each in answers} <= {403, 405}
        said = next(each for each in answers if each.status_code == 403).content.decode()
        assert "Cette page est réservée" in said or "Manipulateur" in said
    assert state_of(exam) == ExamState.ARRIVED


@pytest.mark.parametrize("name", OF_EXAM)
def test_another_site_s_exam_does_not_exist(territory: Territory, login: Login, name: str) -> None:
    exam = arrived(territory)
    stranger = login(make_actor(Role.TECHNOLOGIST, StructureFactory()))
    values = {"motive": "breakdown", "text": "Bonjour", "when": "now", "dlp": "100"}
    answers = {stranger.get(page(name, exam)).status_code, touch(stranger, name, exam, **values).status_code}
    assert answers <= {404, 405}
    assert 404 in answers
    assert state_of(exam) == ExamState.ARRIVED


def test_what_nobody_knows_looks_the_same_as_another_site_s(territory: Territory, login: Login) -> None:
    client = login(territory.technologist)
    assert client.get(reverse("technologist:exam", args=[uuid4()])).status_code == 404
    assert client.get(reverse("technologist:arrival", args=[uuid4()])).status_code == 404


def test_the_board_is_where_a_technologist_starts(territory: Territory, login: Login) -> None:
    response = login(territory.technologist).get("/")
    assert response.headers["Location"] == page("board")


def test_another_site_s_exam_is_not_on_the_board(territory: Territory, login: Login) -> None:
    exam = arrived(territory)
    name = exam.act.patient.birth_name.upper()
    stranger = login(make_actor(Role.TECHNOLOGIST, StructureFactory()))
    for address_ in (page("board"), page("board_live")):
        assert name not in stranger.get(address_).content.decode()
        assert name in login(territory.technologist).get(address_).content.decode()
    assert Exam.objects.count() == 1
