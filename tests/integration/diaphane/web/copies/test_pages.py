"""Who may take a copy from the pages, how it is asked for, and who is told of it."""

from collections.abc import Callable
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.imaging.models import Study
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.reporting.models import Report
from diaphane.reporting.operations import record_patient_told
from diaphane.web.patient.looks import list_looks
from tests.factories import PatientFactory, StructureFactory, make_actor, make_patient_actor
from tests.images import make_ct
from tests.joins import put_beside
from tests.reading_scenes import acquired, make_edge, signed
from tests.scenes import Territory, validated

Login = Callable[[Actor], Client]


@pytest.fixture
def act(territory: Territory) -> Act:
    """Return an act whose two images have come."""
    return acquired(territory).act


@pytest.fixture
def report(territory: Territory) -> Report:
    return signed(territory)


def page(name: str, act_id: object) -> str:
    return reverse(name, args=[act_id])


def body_of(response: HttpResponse) -> bytes:
    return b"".join(response)  # type: ignore[arg-type]


def take(client: Client, act: Act, chosen: Study | None = None, **values: str) -> HttpResponse:
    data = {"study": str((chosen or Study.objects.get(act=act)).pk)} | values
    return client.post(page("copies:take", act.pk), data)  # type: ignore[return-value]


def test_a_visitor_is_sent_to_the_login(act: Act, client: Client) -> None:
    for response in (client.get(page("copies:choose", act.pk)), take(client, act)):
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("account_login"))


def test_another_site_learns_nothing(act: Act, territory: Territory, login: Login) -> None:
    for stranger in (territory.outsider, make_actor(Role.TECHNOLOGIST, StructureFactory())):
        client = login(stranger)
        assert client.get(page("copies:choose", act.pk)).status_code == 404
        assert take(client, act).status_code == 404
    assert not Entry.objects.filter(action="exported.images").exists()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PATIENT])
def test_another_role_is_told_whose_page_it_is(
    role: Role, act: Act, territory: Territory, login: Login
) -> None:
    is_patient = role is Role.PATIENT
    someone = make_patient_actor(territory.patient) if is_patient else make_actor(role, territory.site)
    assert take(login(someone), act).status_code == 403


def test_a_followed_link_takes_nothing(act: Act, territory: Territory, login: Login) -> None:
    client = login(territory.imageur)
    assert client.get(page("copies:take", act.pk)).status_code == 405
    assert client.head(page("copies:take", act.pk)).status_code == 405


def test_only_what_the_act_offers_is_given(act: Act, territory: Territory, login: Login) -> None:
    client = login(territory.technologist)
    waiting = store_instance(content=make_ct(), by=make_edge(territory), at=now()).study
    assert take(client, act, waiting).status_code == 404
    for name in ("", "x", str(uuid4())):
        assert take(client, act, study=name).status_code == 404


def test_an_exam_without_images_says_so(territory: Territory, login: Login) -> None:
    said = login(territory.requester).get(page("copies:choose", validated(territory).act.pk)).content.decode()
    assert "Aucune image à copier" in said


@pytest.mark.parametrize("who", ["imageur", "requester", "technologist"])
def test_those_of_the_act_take_it(who: str, act: Act, territory: Territory, login: Login) -> None:
    client = login(getattr(territory, who))
    assert "Copier ces images" in client.get(page("copies:choose", act.pk)).content.decode()
    answer = take(client, act)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert act.patient.birth_name.lower() not in answer.headers["Content-Disposition"].lower()
    names = ZipFile(BytesIO(body_of(answer))).namelist()
    assert "DICOMDIR" in names
    assert Entry.objects.filter(action="exported.images", act_id=act.pk).count() == 1


def test_earlier_images_are_offered_too_and_so_is_what_is_kept(
    act: Act, territory: Territory, login: Login
) -> None:
    earlier = store_instance(content=make_ct(), by=make_edge(territory), at=now()).study
    assert earlier is not None
    put_beside(earlier, act, territory, at=now())
    client = login(territory.imageur)
    assert "Images antérieures" in client.get(page("copies:choose", act.pk)).content.decode()
    body_of(take(client, act, earlier, encoding="stored"))
    entry = Entry.objects.get(action="exported.images")
    assert (entry.act_id, entry.detail["encoding"]) == (act.pk, "stored")


def test_the_patient_takes_theirs_once_told_and_sees_who_else_did(
    report: Report, territory: Territory, login: Login
) -> None:
    patient = make_patient_actor(territory.patient)
    client, stranger = login(patient), login(make_patient_actor(PatientFactory()))
    study = {"study": str(Study.objects.get(act=report.act).pk)}
    addresses = page("patient:copy", report.act_id), page("patient:take_copy", report.act_id)
    assert client.get(addresses[0]).status_code == 404
    assert client.post(addresses[1], study).status_code == 404
    record_patient_told(report=report, how="video", companion="", by=territory.imageur, at=now())
    assert stranger.post(addresses[1], study).status_code == 404
    assert "Enregistrer la copie" in client.get(addresses[0]).content.decode()
    assert client.get(addresses[1]).status_code == 405
    assert ZipFile(BytesIO(body_of(client.post(addresses[1], study)))).testzip() is None  # type: ignore[arg-type]
    body_of(take(login(territory.imageur), report.act))
    [other] = list_looks(report.act_id, actor=patient).people
    assert "une copie de vos images" in [str(each.what) for each in other.opened]
