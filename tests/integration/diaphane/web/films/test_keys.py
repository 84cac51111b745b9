"""Key images kept from the light viewer: by the imageur, and seen by professionals only."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from diaphane.acts.models import Act
from diaphane.imaging.documents_read import list_key_images
from diaphane.imaging.models import Instance
from diaphane.kernel.actors import SYSTEM, Actor, Role
from tests.factories import StructureFactory, make_actor
from tests.images import make_ct
from tests.scenes import Territory

from .conftest import Store

Login = Callable[[Actor], Client]


@pytest.fixture
def instance(act: Act, store: Store) -> Instance:
    return store(make_ct(act))


def keep(client: Client, act: Act, instance: Instance, *, frame: int = 1, **data: str) -> HttpResponse:
    return client.post(f"/films/{act.pk}/{instance.pk}/{frame}/cle/", data)


def release(client: Client, act: Act, instance: Instance) -> HttpResponse:
    return client.post(f"/films/{act.pk}/{instance.pk}/1/cle/retirer/")


@pytest.mark.parametrize("press", [keep, release])
def test_a_visitor_is_sent_to_the_login(
    press: Callable[..., HttpResponse], act: Act, instance: Instance
) -> None:
    assert press(Client(), act, instance).status_code == 302


@pytest.mark.parametrize("press", [keep, release])
def test_another_role_and_another_site_keep_nothing(
    press: Callable[..., HttpResponse], territory: Territory, login: Login, act: Act, instance: Instance
) -> None:
    stranger = make_actor(Role.IMAGEUR, StructureFactory())
    assert press(login(territory.technologist), act, instance).status_code == 403
    assert press(login(stranger), act, instance).status_code == 404
    assert list_key_images(act, actor=SYSTEM) == []


def test_a_frame_that_does_not_exist_is_not_kept(
    territory: Territory, login: Login, act: Act, instance: Instance
) -> None:
    client = login(territory.imageur)
    for frame in (0, 2):
        assert keep(client, act, instance, frame=frame).status_code == 404


def test_an_image_is_kept_then_taken_back(
    territory: Territory, login: Login, act: Act, instance: Instance
) -> None:
    client, name = login(territory.imageur), f"{instance.pk}/1"
    assert keep(client, act, instance, window="40/80").json() == {"keys": [name]}
    assert client.get(f"/films/{act.pk}/").json()["keys"] == [name]
    assert [each.window for each in list_key_images(act, actor=SYSTEM)] == [(40.0, 80.0)]
    assert release(client, act, instance).json() == {"keys": []}
    assert release(client, act, instance).status_code == 409


@pytest.mark.parametrize("window", ["", "nan/1", "1/0", "un/deux", "1/2/3"])
def test_an_absurd_window_is_left_out(
    window: str, territory: Territory, login: Login, act: Act, instance: Instance
) -> None:
    assert keep(login(territory.imageur), act, instance, window=window).status_code == 200
    assert [each.window for each in list_key_images(act, actor=SYSTEM)] == [None]


def test_the_button_is_the_imageurs_own(
    territory: Territory, login: Login, act: Act, instance: Instance
) -> None:
    seen = {
        actor.role: 'data-does="key"' in login(actor).get(f"/examens/{act.pk}/apercu/").content.decode()
        for actor in (territory.imageur, territory.technologist)
    }
    assert seen == {Role.IMAGEUR: True, Role.TECHNOLOGIST: False}


def test_a_small_picture_comes_in_the_window_that_is_asked(
    territory: Territory, login: Login, act: Act, instance: Instance
) -> None:
    client, address = login(territory.imageur), f"/films/{act.pk}/{instance.pk}/1.jpg"
    plain = client.get(address).content
    assert client.get(f"{address}?vignette=1&fenetre=40/80").content != plain
    assert client.get(f"{address}?fenetre=absurde").content == plain
