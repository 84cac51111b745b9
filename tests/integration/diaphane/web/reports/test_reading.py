"""A signed report among its recipients: opening it is no receipt, a person's click is (R96, R101)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diaphane.accounts.models import User
from diaphane.audit.models import Entry
from diaphane.delivery.models import Dispatch
from diaphane.delivery.operations import acknowledge
from diaphane.events.queries import get_last_sequence
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.reporting.models import Report
from diaphane.reporting.operations import record_patient_told
from diaphane.web.reports import reading
from tests.factories import StructureFactory, make_actor
from tests.reading_scenes import signed
from tests.scenes import Territory

Login = Callable[[Actor], Client]
RunJobs = Callable[[], int]


@pytest.fixture
def report(territory: Territory, run_jobs: RunJobs) -> Report:
    """Return a report that was brought to its recipients."""
    found = signed(territory)
    found.act.request.treating_physician_email = "sans.compte@cabinet.example"
    found.act.request.save()
    run_jobs()
    return found


def _post(client: Client, page: str, act_id: UUID, **data: object) -> HttpResponse:
    return client.post(reverse(f"reports:{page}", args=[act_id]), data, headers={"HX-Request": "true"})


def _status(report: Report, recipient: str = "requester") -> str:
    return Dispatch.objects.get(report=report, recipient=recipient).status


def test_opening_a_report_acknowledges_nothing(territory: Territory, login: Login, report: Report) -> None:
    client = login(territory.requester)
    assert client.get(reverse("reports:show", args=[report.act_id])).status_code == 200
    client.get(reverse("reports:document", args=[report.act_id]))
    assert _status(report) == Dispatch.Status.ANNOUNCED


def test_an_imageur_does_not_receive_for_the_demandeur(
    territory: Territory, login: Login, report: Report
) -> None:
    _post(login(territory.imageur), "receive", report.act_id)
    assert _status(report) == Dispatch.Status.ANNOUNCED


def test_the_demandeur_says_that_the_report_was_received(
    territory: Territory, login: Login, report: Report
) -> None:
    client = login(territory.requester)
    assert "J’ai bien reçu" in client.get(reverse("reports:show", args=[report.act_id])).content.decode()
    _post(client, "receive", report.act_id)
    _post(client, "receive", report.act_id)
    dispatch = Dispatch.objects.get(report=report, recipient="requester")
    assert (dispatch.status, dispatch.received_by) == (
        Dispatch.Status.ACKNOWLEDGED,
        territory.requester.label,
    )
    assert Entry.objects.filter(action="dispatch.acknowledged", act_id=report.act_id).count() == 1


def test_whoever_is_on_duty_at_the_site_receives_for_the_colleague_who_has_gone_home(
    territory: Territory, login: Login, report: Report
) -> None:
    on_duty = make_actor(Role.REQUESTING_PHYSICIAN, territory.site)
    _post(login(on_duty), "receive", report.act_id)
    page = login(territory.imageur).get(reverse("reports:show", args=[report.act_id])).content.decode()
    assert on_duty.label in page


def test_paper_is_handed_over_by_the_site_and_by_nobody_else(
    territory: Territory, login: Login, report: Report
) -> None:
    paper = Dispatch.objects.get(report=report, recipient="treating")
    assert _post(login(territory.imageur), "hand_over", report.act_id, dispatch=paper.pk).status_code == 403
    client = login(territory.requester)
    assert _post(client, "hand_over", report.act_id, dispatch="not-a-dispatch").status_code == 404
    assert _post(client, "hand_over", report.act_id, dispatch=paper.pk).status_code == 204
    assert _status(report, "treating") == Dispatch.Status.ACKNOWLEDGED


def test_a_patient_without_an_account_is_seen_as_on_paper(
    territory: Territory, login: Login, report: Report, run_jobs: RunJobs, at: datetime
) -> None:
    record_patient_told(report=report, how="in_person", companion="", by=territory.imageur, at=at)
    run_jobs()
    page = login(territory.requester).get(reverse("reports:show", args=[report.act_id])).content.decode()
    assert territory.patient.display_name in page
    assert "n’a pas de compte" in page
    assert _status(report, "patient") == Dispatch.Status.ON_PAPER


def test_a_failed_announcement_is_seen_and_sent_again_by_a_person(
    territory: Territory, login: Login, report: Report, run_jobs: RunJobs
) -> None:
    Dispatch.objects.filter(recipient="requester").update(
        status=Dispatch.Status.FAILED, attempts=3, last_error="ConnectionRefusedError"
    )
    client = login(territory.requester)
    assert "n’a pas pu partir" in client.get(reverse("reports:list")).content.decode()
    failed = Dispatch.objects.get(report=report, recipient="requester")
    assert _post(client, "retry", report.act_id, dispatch=failed.pk).status_code == 204
    run_jobs()
    assert _status(report) == Dispatch.Status.ANNOUNCED
    assert _post(client, "retry", report.act_id, dispatch=failed.pk).status_code == 404


def test_the_signed_document_is_a_pdf_that_no_cache_keeps(
    territory: Territory, login: Login, report: Report
) -> None:
    answer = login(territory.requester).get(reverse("reports:document", args=[report.act_id]))
    assert answer.content.startswith(b"%PDF-")
    assert "no-store" in answer["Cache-Control"]
    assert Entry.objects.filter(action="viewed.report_document", actor_id=territory.requester.id).exists()


def test_the_treating_physician_reads_and_receives(
    territory: Territory, login: Login, run_jobs: RunJobs
) -> None:
    treating = make_actor(Role.TREATING_PHYSICIAN, StructureFactory())
    found = signed(territory)
    found.act.request.treating_physician_email = User.objects.get(pk=treating.id).email
    found.act.request.save()
    client = login(treating)
    assert client.get(reverse("reports:show", args=[found.act_id])).status_code == 404
    run_jobs()
    assert found.act.patient.display_name in client.get(reverse("reports:list")).content.decode()
    _post(client, "receive", found.act_id)
    assert _status(found, "treating") == Dispatch.Status.ACKNOWLEDGED


def test_the_list_shows_what_nobody_has_received_and_whom_nobody_has_told(
    territory: Territory, login: Login, report: Report
) -> None:
    page = login(territory.imageur).get(reverse("reports:list")).content.decode()
    assert "sans.compte@cabinet.example" in page
    assert "Patients à informer" in page
    fragment = login(territory.imageur).get(reverse("reports:list"), headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content


def test_a_page_follows_from_before_it_read_anything(
    territory: Territory, login: Login, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reading.describe_report

    def read_slowly(*arguments: object, **options: object) -> dict[str, object]:
        found = read(*arguments, **options)  # type: ignore[arg-type]
        acknowledge(report=report, by=territory.requester, at=now())
        return found

    before = get_last_sequence()
    monkeypatch.setattr(reading, "describe_report", read_slowly)
    page = login(territory.imageur).get(reverse("reports:show", args=[report.act_id])).content.decode()
    assert f"after={before}" in page
    assert get_last_sequence() > before
