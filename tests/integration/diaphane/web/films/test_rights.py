"""The films of an act open to those who may see it, and to its patient once told; to nobody else."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.http import HttpResponse
from django.test import Client

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.reporting.operations import record_patient_told
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.images import make_htj2k_ct
from tests.reading_scenes import signed
from tests.scenes import Territory

from .conftest import Store

Login = Callable[[Actor], Client]
ASKED = ("films", "pieces", "picture")


def ask(client: Client, what: str, act: Act, instance_id: object = None) -> HttpResponse:
    address = f"/films/{act.pk}/"
    if what == "pieces":
        body = json.dumps([[str(instance_id), 1, 0, None]] if instance_id else [])
        return client.post(f"{address}morceaux/", body, content_type="application/json")
    if what == "picture":
        return client.get(f"{address}{instance_id or act.pk}/1.jpg")
    return client.get(address)


@pytest.mark.parametrize("what", ASKED)
def test_a_visitor_is_sent_to_the_login(act: Act, what: str) -> None:
    assert ask(Client(), what, act).status_code == 302
    assert Client().get(f"/examens/{act.pk}/apercu/").status_code == 302


@pytest.mark.parametrize("what", ASKED)
def test_another_sites_people_and_a_patient_not_yet_told_find_nothing(
    territory: Territory, act: Act, store: Store, login: Login, what: str
) -> None:
    instance = store(make_htj2k_ct(act))
    strangers = (
        territory.outsider,
        make_actor(Role.IMAGEUR, StructureFactory()),
        make_patient_actor(territory.patient),
    )
    for stranger in strangers:
        client = login(stranger)
        assert ask(client, what, act, instance.pk).status_code == 404
        assert client.get(f"/examens/{act.pk}/apercu/").status_code == 404
    assert not Entry.objects.filter(action="viewed.images").exists()


@pytest.mark.parametrize("what", ASKED)
def test_a_patient_who_was_told_sees_them(
    territory: Territory, login: Login, at: datetime, what: str
) -> None:
    report = signed(territory)
    client = login(make_patient_actor(territory.patient))
    assert ask(client, what, report.act).status_code == 404
    record_patient_told(report=report, how="telephone", companion="", by=territory.requester, at=at)
    [film] = client.get(f"/films/{report.act.pk}/").json()["films"]
    assert ask(client, what, report.act, film["slices"][0]["id"]).status_code == 200


def test_looking_is_written_once_a_session(
    territory: Territory, act: Act, store: Store, login: Login
) -> None:
    instance = store(make_htj2k_ct(act))
    client = login(territory.imageur)
    for what in (*ASKED, *ASKED):
        assert ask(client, what, act, instance.pk).status_code == 200
    [entry] = Entry.objects.filter(action="viewed.images")
    assert (entry.actor_id, entry.act_id) == (territory.imageur.id, act.pk)


def test_a_page_of_another_origin_asks_for_nothing(territory: Territory, act: Act, login: Login) -> None:
    client = login(territory.imageur)
    client.handler.enforce_csrf_checks = True
    assert ask(client, "pieces", act).status_code == 403


def test_the_page_names_no_study_and_no_patient_in_any_address(
    territory: Territory, act: Act, store: Store, login: Login
) -> None:
    instance = store(make_htj2k_ct(act))
    client = login(territory.imageur)
    described = client.get(f"/films/{act.pk}/")
    assert instance.sop_instance_uid not in described.content.decode()
    assert act.study_instance_uid not in described.content.decode()
    assert "no-store" in described["Cache-Control"]
    page = client.get(f"/examens/{act.pk}/apercu/").content.decode()
    assert act.study_instance_uid not in page
