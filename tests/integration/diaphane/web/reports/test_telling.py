"""Recording that a person told the patient: refusals first (R89, R90, R100)."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import Actor
from diaphane.reporting.models import Report
from tests.reading_scenes import drafted, signed
from tests.scenes import Territory

Login = Callable[[Actor], Client]


def _tell(client: Client, act_id: UUID, how: str = "video", companion: str = "") -> HttpResponse:
    data = {"how": how, "companion": companion}
    return client.post(reverse("reports:tell", args=[act_id]), data, headers={"HX-Request": "true"})


def test_a_draft_is_told_to_nobody(territory: Territory, login: Login) -> None:
    assert _tell(login(territory.imageur), drafted(territory).act_id).status_code == 404


def test_how_it_was_told_is_not_left_open(territory: Territory, login: Login) -> None:
    report = signed(territory)
    assert _tell(login(territory.imageur), report.act_id, how="").status_code == 422
    assert Report.objects.get(pk=report.pk).patient_told_at is None


def test_an_announcement_is_not_replaced_by_a_call(territory: Territory, login: Login) -> None:
    report = signed(territory, announcement=Report.Announcement.NEEDED)
    answer = _tell(login(territory.imageur), report.act_id, how="telephone")
    assert answer.status_code == 422
    assert b"R90" in answer.content


def test_it_is_recorded_once(territory: Territory, login: Login) -> None:
    report = signed(territory)
    assert _tell(login(territory.requester), report.act_id, companion="Sa fille").status_code == 204
    assert _tell(login(territory.imageur), report.act_id).status_code == 409
    told = Report.objects.get(pk=report.pk)
    assert (told.patient_told_by, told.patient_companion) == (territory.requester.label, "Sa fille")
    page = login(territory.imageur).get(reverse("reports:show", args=[report.act_id])).content.decode()
    assert territory.requester.label in page
