"""Nobody without a token or a session; no session from another origin; roles are held to."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from diaphane.accounts.models import ServiceToken
from diaphane.acts.models import Act
from diaphane.imaging.models import Instance
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from tests.factories import make_patient_actor
from tests.images import make_ct
from tests.scenes import Territory

from .conftest import MULTIPART, Images, make_body, open_token

ADDRESSES = ["/dicomweb/studies", "/dicomweb/studies/1.2.3/metadata", "/edge/v1/worklist"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.usefixtures("db")
def test_a_visitor_is_asked_for_a_token(address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Bearer", "Basic bWU6bWU=", "wrong"])
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.usefixtures("db")
def test_a_wrong_token_is_nobody(address: str, header: str) -> None:
    assert Client(headers={"Authorization": header}).get(address).status_code == 401


def test_a_wrong_token_is_nobody_even_beside_a_session(imageur_client: Client) -> None:
    response = imageur_client.get("/dicomweb/studies", headers={"Authorization": "Bearer wrong"})
    assert response.status_code == 401


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_token_that_is_over_is_nobody(edge_client: Client, field: str) -> None:
    ServiceToken.objects.update(**{field: now() - timedelta(seconds=1)})
    assert edge_client.get("/dicomweb/studies").status_code == 401


@pytest.mark.parametrize("origin", [None, "https://ailleurs.example", "null", "http://testserver.example"])
def test_a_session_stores_nothing_from_another_origin(
    imageur_client: Client, images: Images, origin: str | None
) -> None:
    headers = {"Origin": origin} if origin else {}
    body = make_body(make_ct(images.act, number=9))
    response = imageur_client.post("/dicomweb/studies", body, content_type=MULTIPART, headers=headers)
    assert response.status_code == 401
    assert Instance.objects.count() == 3


def test_a_session_stores_from_a_page_of_ours(imageur_client: Client, images: Images) -> None:
    body = make_body(make_ct(images.act, number=9))
    headers = {"Origin": "http://testserver"}
    response = imageur_client.post("/dicomweb/studies", body, content_type=MULTIPART, headers=headers)
    assert response.status_code == 200
    assert Instance.objects.count() == 4


def test_a_patient_stores_nothing(territory: Territory, act: Act, login: Callable[[Actor], Client]) -> None:
    client = login(make_patient_actor(territory.patient))
    headers = {"Origin": "http://testserver"}
    response = client.post(
        "/dicomweb/studies", make_body(make_ct(act)), content_type=MULTIPART, headers=headers
    )
    assert response.status_code == 403
    assert not Instance.objects.exists()


@pytest.mark.parametrize("address", ["/edge/v1/credentials", "/edge/v1/status"])
def test_only_a_gateway_speaks_to_the_interface_of_gateways(territory: Territory, address: str) -> None:
    assert open_token(Role.SERVICE, territory.site.pk).post(address).status_code == 403


def test_another_method_is_refused(edge_client: Client) -> None:
    assert edge_client.delete("/dicomweb/studies").status_code == 405
    assert edge_client.post("/edge/v1/worklist").status_code == 405
