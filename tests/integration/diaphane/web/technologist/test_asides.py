"""What the gateway holds back of an exam is named on its pages, with why and what brings it."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.models import Exam
from diaphane.events.models import Event
from diaphane.imaging.gateways import list_asides
from diaphane.kernel.actors import Actor, Role
from tests.factories import StructureFactory
from tests.integration.diaphane.interop.conftest import open_token
from tests.reading_scenes import acquired
from tests.scenes import Territory

Login = Callable[[Actor], Client]
TITLE = "1 image mise de côté par la passerelle LISIERE"


@pytest.fixture
def exam(territory: Territory) -> Exam:
    return acquired(territory)


def report(client: Client, exam: Exam, *reasons: str) -> None:
    uid = exam.act.study_instance_uid
    asides = [{"study_instance_uid": uid, "reason": each, "images": 1} for each in reasons]
    queue = {"waiting": 0, "set_aside": len(asides), "oldest_seconds": 0}
    status = {"ae_title": "LISIERE", "queue": queue, "studies": [], "asides": asides}
    answer = client.post("/edge/v1/status", json.dumps(status), content_type="application/json")
    assert answer.status_code == 204


def list_pages(exam: Exam, territory: Territory, login: Login) -> list[str]:
    readers = ((territory.technologist, "technologist:exam"), (territory.imageur, "reports:check"))
    return [
        login(actor)
        .get(reverse(name, args=[exam.act_id]))
        .content.decode()
        .replace("\N{NO-BREAK SPACE}", " ")
        for actor, name in readers
    ]


def test_the_gateway_of_another_site_says_nothing_of_it(
    exam: Exam, territory: Territory, login: Login
) -> None:
    report(open_token(Role.EDGE, StructureFactory().pk), exam, "refused 0122")
    assert not list_asides(exam.act)
    assert all(TITLE not in said for said in list_pages(exam, territory, login))


def test_the_pages_of_the_exam_say_how_many_why_and_what_to_do(
    exam: Exam, territory: Territory, login: Login
) -> None:
    gateway = open_token(Role.EDGE, territory.site.pk)
    report(gateway, exam, "refused 0122")
    for said in list_pages(exam, territory, login):
        assert TITLE in said
        assert "la plateforme ne prend pas ce type d’objet (0122)" in said
        assert "diaphane-edge aside" in said
    report(gateway, exam)
    assert all(TITLE not in said for said in list_pages(exam, territory, login))


def test_each_reason_is_said_and_the_act_is_told_once_per_change(exam: Exam, territory: Territory) -> None:
    gateway = open_token(Role.EDGE, territory.site.pk)
    told = Event.objects.filter(kind="images.announced", act_id=exam.act_id)
    before = told.count()
    for _again in range(2):
        report(gateway, exam, "file_damaged", "refused C001", "refused 9999", "later_reason")
    assert told.count() == before + 1
    assert [each.reason for each in list_asides(exam.act)] == [
        "file_damaged",
        "refused C001",
        "refused 9999",
        "later_reason",
    ]
