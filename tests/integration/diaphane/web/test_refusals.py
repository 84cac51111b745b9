"""What is refused is explained, in French, where the person is; nothing that was typed is lost."""

from collections.abc import Callable

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import override

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing
from diaphane.organisations.models import Structure
from diaphane.web.middleware import RefusalMiddleware
from tests.scenes import Territory

HTMX = {"HX-Request": "true"}


def refuse(error: Exception, **headers: str) -> HttpResponse | None:
    request = RequestFactory().get("/", headers=headers)
    request.actor = None  # type: ignore[attr-defined]

    def never(_request: HttpRequest) -> HttpResponse:
        raise AssertionError

    with override("fr"):
        return RefusalMiddleware(never).process_exception(request, error)


def test_a_guard_says_what_is_missing_and_who_can_supply_it() -> None:
    missing = [Missing("R57", "L’accord du patient", "Manipulateur", field="agreed")]
    page = refuse(GuardError("Pas encore possible", missing))
    assert page is not None
    assert page.status_code == 422
    for words in ("Pas encore possible", "R57", "L’accord du patient", "Manipulateur", 'href="#id_agreed"'):
        assert words in page.content.decode()


def test_htmx_receives_a_fragment_not_a_page() -> None:
    fragment = refuse(ConflictError("Déjà signé"), **HTMX)
    assert fragment is not None
    assert fragment.status_code == 409
    assert "Déjà signé" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()


def test_what_an_actor_may_not_see_and_what_does_not_exist_look_the_same() -> None:
    with pytest.raises(Http404):
        refuse(Structure.DoesNotExist())


def test_an_unexpected_error_is_left_to_django() -> None:
    assert refuse(ZeroDivisionError()) is None


def test_a_404_never_says_whether_the_thing_exists(
    territory: Territory, login: Callable[[Actor], Client]
) -> None:
    page = login(territory.requester).get("/nowhere/")
    assert page.status_code == 404
    assert "nous ne pouvons pas dire lequel" in page.content.decode()


@pytest.mark.django_db
def test_a_session_that_ended_is_explained_in_the_page_that_still_holds_the_text(client: Client) -> None:
    answer = client.get(reverse("gallery"), headers=HTMX)
    assert answer.status_code == 401
    assert "votre texte est encore sur cette page" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_someone_who_logs_in_again_receives_a_fresh_token(
    territory: Territory, login: Callable[[Actor], Client]
) -> None:
    answer = login(territory.imageur).get(reverse("fresh_token"), headers=HTMX)
    assert answer.json()["actor"] == str(territory.imageur.id)
    assert len(answer.json()["token"]) == 64


def test_nothing_is_sent_under_the_name_of_someone_who_logged_in_meanwhile(
    territory: Territory, login: Callable[[Actor], Client]
) -> None:
    client = login(territory.imageur)
    other = {**HTMX, "X-Diaphane-Actor": str(territory.requester.id)}
    assert client.get(reverse("gallery"), headers=other).status_code == 409
    same = {**HTMX, "X-Diaphane-Actor": str(territory.imageur.id)}
    assert client.get(reverse("gallery"), headers=same).status_code == 200


@pytest.mark.django_db
def test_a_form_that_expired_says_that_its_text_is_kept() -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x"})
    assert answer.status_code == 403
    assert "votre texte y est encore" in answer.content.decode()
    assert "<html" in answer.content.decode()


@pytest.mark.parametrize(("is_logged_in", "status"), [(False, 401), (True, 403)])
def test_a_page_whose_token_is_too_old_learns_that_it_may_take_a_new_one(
    territory: Territory, login: Callable[[Actor], Client], is_logged_in: bool, status: int
) -> None:
    client = login(territory.imageur) if is_logged_in else Client()
    client.handler.enforce_csrf_checks = True
    answer = client.post(reverse("gallery"), headers=HTMX)
    assert answer.status_code == status
    assert "data-session-ended" in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.django_db
def test_the_browser_s_language_does_not_change_ours(client: Client) -> None:
    page = client.get(reverse("account_login"), headers={"Accept-Language": "en"})
    assert '<html lang="fr"' in page.content.decode()


@pytest.mark.django_db
def test_a_person_may_choose_english(client: Client) -> None:
    client.post(reverse("set_language"), {"language": "en", "next": reverse("account_login")})
    page = client.get(reverse("account_login"))
    assert '<html lang="en"' in page.content.decode()
    assert "Log in" in page.content.decode()
    assert page.headers["Content-Language"] == "en"


def test_the_error_page_stands_alone() -> None:
    from django.template.loader import render_to_string

    assert "appelez le site" in render_to_string("500.html")
