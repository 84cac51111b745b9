"""The images of an act open at an address that names no study, to those of the act."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.imaging.gateways import GatewayStatus, StudyTally, record_gateway_status
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor, Role
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.images import make_ct
from tests.reading_scenes import make_edge
from tests.scenes import Territory


def open_images(client: Client, act: Act) -> tuple[int, str]:
    response = client.get(f"/examens/{act.pk}/images/")
    return response.status_code, response.content.decode()


def test_a_visitor_is_sent_to_the_login(act: Act) -> None:
    assert open_images(Client(), act)[0] == 302


def test_the_images_of_another_act_do_not_exist(
    territory: Territory, act: Act, at: datetime, login: Callable[[Actor], Client]
) -> None:
    store_instance(content=make_ct(act), by=make_edge(territory), at=at)
    strangers = [
        territory.outsider,
        make_actor(Role.IMAGEUR, StructureFactory()),
        make_patient_actor(territory.patient),
    ]
    for stranger in strangers:
        assert open_images(login(stranger), act)[0] == 404
    assert not Entry.objects.filter(action="viewed.images").exists()


def test_an_exam_without_images_says_so(
    territory: Territory, act: Act, login: Callable[[Actor], Client]
) -> None:
    status, page = open_images(login(territory.imageur), act)
    assert status == 200
    assert "<iframe" not in page
    assert not Entry.objects.filter(action="viewed.images").exists()


def test_images_on_their_way_are_told_from_none(
    territory: Territory, act: Act, at: datetime, login: Callable[[Actor], Client]
) -> None:
    client = login(territory.imageur)
    before = open_images(client, act)[1]
    tally = StudyTally(act.study_instance_uid, 3, 3)
    status = GatewayStatus("LISIERE", 3, 0, 0, "", (tally,))
    record_gateway_status(status=status, by=make_edge(territory), at=at)
    assert open_images(client, act)[1] != before


@pytest.mark.parametrize("role", ["imageur", "technologist", "requester"])
def test_those_of_the_act_open_the_viewer_and_are_traced(
    territory: Territory, act: Act, at: datetime, login: Callable[[Actor], Client], role: str
) -> None:
    store_instance(content=make_ct(act), by=make_edge(territory), at=at)
    actor: Actor = getattr(territory, role)
    client = login(actor)
    for _again in range(2):
        status, page = open_images(client, act)
    assert status == 200
    assert f"/viewer/viewer?StudyInstanceUIDs={act.study_instance_uid}&amp;lng=fr" in page
    entry = Entry.objects.get(action="viewed.images")
    assert (entry.actor_id, entry.act_id) == (actor.id, act.pk)


def test_the_page_may_be_framed_by_ours_only(
    territory: Territory, act: Act, login: Callable[[Actor], Client]
) -> None:
    response = login(territory.imageur).get(f"/examens/{act.pk}/images/")
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
