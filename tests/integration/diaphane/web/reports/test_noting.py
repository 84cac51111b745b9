"""Key images and measurements beside the report being written; key images beside the signed one."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acts.models import Act
from diaphane.imaging.key_images import KeptWindow, keep_key_image
from diaphane.imaging.models import Instance
from diaphane.imaging.operations import store_instance
from diaphane.imaging.pictures import Picture
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.reporting.operations import open_report, record_patient_told
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.images import make_ct
from tests.reading_scenes import accepted, make_edge, signed
from tests.reports_of_measures import make_measures
from tests.scenes import Territory

Login = Callable[[Actor], Client]


def note(territory: Territory, act: Act, at: datetime) -> Instance:
    """Keep one image of an exam, and measure on it."""
    content = make_ct(act, SeriesDescription="Os fin")
    receipt = store_instance(content=content, by=make_edge(territory), at=at)
    store_instance(content=make_measures(content), by=territory.imageur, at=at)
    image = Instance.objects.select_related("series__study").get(sop_instance_uid=receipt.sop_instance_uid)
    keep_key_image(act=act, picture=Picture(image, 1), window=KeptWindow(40, 80), by=territory.imageur, at=at)
    return image


@pytest.fixture
def act(territory: Territory) -> Act:
    """Return an exam whose report is being written."""
    report = open_report(act=accepted(territory).act, by=territory.imageur, at=now())
    return report.act


def test_what_was_noted_is_closed_to_others(territory: Territory, login: Login, act: Act) -> None:
    address = reverse("reports:noted", args=[act.pk])
    assert Client().get(address).status_code == 302
    assert login(territory.technologist).get(address).status_code == 403
    assert login(make_actor(Role.IMAGEUR, StructureFactory())).get(address).status_code == 404


def test_nothing_noted_takes_no_room(territory: Territory, login: Login, act: Act) -> None:
    answer = login(territory.imageur).get(reverse("reports:noted", args=[act.pk]))
    assert answer.content.strip() == b""


@pytest.mark.parametrize("page", ["noted", "write"])
def test_the_imageur_reads_what_who_and_when_beside_the_text(
    territory: Territory, login: Login, act: Act, page: str
) -> None:
    image = note(territory, act, now())
    content = login(territory.imageur).get(reverse(f"reports:{page}", args=[act.pk])).content.decode()
    for words in ("Nodule", "Longueur", "12,5 mm", "Os fin", territory.imageur.label):
        assert words in content
    assert f"/films/{act.pk}/{image.pk}/1.jpg?vignette=1&amp;fenetre=40/80" in content
    assert f"/examens/{act.pk}/images/?image={image.pk}" in content


def test_the_requester_sees_the_key_images_of_a_signed_report(territory: Territory, login: Login) -> None:
    report = signed(territory)
    image = note(territory, report.act, now())
    content = login(territory.requester).get(reverse("reports:show", args=[report.act_id])).content.decode()
    assert f"{image.pk}/1.jpg" in content


def test_a_patient_sees_neither(territory: Territory, login: Login) -> None:
    report = signed(territory)
    image = note(territory, report.act, now())
    record_patient_told(report=report, how="telephone", companion="", by=territory.imageur, at=now())
    client = login(make_patient_actor(territory.patient))
    exam = client.get(reverse("patient:exam", args=[report.act_id]))
    assert exam.status_code == 200
    assert str(image.pk) not in exam.content.decode()
    assert client.get(f"/films/{report.act_id}/").json()["keys"] == []
    assert client.get(reverse("reports:noted", args=[report.act_id])).status_code == 403
