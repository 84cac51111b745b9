"""No page opens without a login, nor to a professional without a second factor."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from diaphane.accounts.models import User
from diaphane.kernel.actors import Actor, Role
from tests.factories import MembershipFactory, UserFactory, make_patient_actor
from tests.scenes import Territory

# Open on purpose: probes, the language, and the doors themselves.
OPEN = {
    "healthz",
    "readyz",
    "set_language",
    "account_login",
    "account_logout",
    "account_inactive",
    "outside:enter",
    "entrance:enter",
    "entrance:ask",
    "invitation",
}
# Without the secret of the supervision there is nothing there.
FOR_SUPERVISION = "metrics"
# Where Pro Santé Connect is not declared there is nothing either; the way there takes a POST.
FOR_PSC = ("psc_",)
# A guest has no login: without the key of a visit, the door says that it is closed.
FOR_GUESTS = ("outside:",)
# Machines are answered 401, not sent to a page.
FOR_MACHINES = ("dicomweb", "edge", "fhir")


def list_names(
    resolver: URLResolver | None = None, space: str = ""
) -> Iterator[tuple[str, dict[str, object]]]:
    """Walk every named address, with an invented value for each of its parameters."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from list_names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            names = pattern.pattern.converters
            yield (
                f"{space}{pattern.name}",
                {name: invent(type(kind).__name__) for name, kind in names.items()},
            )


def invent(converter: str) -> object:
    """Return a value that the converter takes, of something that does not exist."""
    return {"UUIDConverter": uuid4(), "IntConverter": 999999999}.get(converter, "1.2.3")


NAMED = sorted(dict(list_names()).items())


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "parameters"), NAMED, ids=[name for name, _ in NAMED])
def test_a_visitor_is_sent_to_the_login(name: str, parameters: dict[str, object], client: Client) -> None:
    try:
        answer = client.get(reverse(name, kwargs=parameters))
    except NoReverseMatch:
        pytest.skip("its address is nested under parameters")
    if name in OPEN:
        assert answer.status_code < 400
    elif name == FOR_SUPERVISION:
        assert answer.status_code == 404
    elif name.startswith(FOR_PSC) and name != "psc_confirm":
        assert answer.status_code in {404, 405}
    elif name.startswith(FOR_GUESTS):
        assert answer.status_code in {403, 405}
    elif name.startswith(FOR_MACHINES):
        assert answer.status_code in {401, 405}
    else:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["email/", "password/reset/", "confirm-email/", "login/code/confirm/", "3rdparty/"]
)
def test_what_we_do_not_offer_does_not_exist(address: str, client: Client) -> None:
    assert client.get(f"/compte/{address}").status_code == 404


def test_nobody_signs_up(territory: Territory, login: Callable[[Actor], Client]) -> None:
    assert login(territory.requester).get("/compte/signup/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["home", "gallery", "rules", "requesting:list", "reading_room:list"])
def test_a_professional_without_a_second_factor_is_sent_to_set_one_up(name: str, client: Client) -> None:
    client.force_login(MembershipFactory(role=Role.IMAGEUR.value).user)
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("mfa_activate_totp")


def test_a_patient_passes_without_a_second_factor(territory: Territory, client: Client) -> None:
    client.force_login(User.objects.get(pk=make_patient_actor(territory.patient).id))
    assert client.get(reverse("home"), follow=True).status_code == 200


@pytest.mark.django_db
def test_an_account_that_no_structure_knows_is_told_so(client: Client) -> None:
    client.force_login(UserFactory())
    page = client.get(reverse("home"))
    assert page.status_code == 200
    assert "Aucune structure ne connaît" in page.content.decode()
