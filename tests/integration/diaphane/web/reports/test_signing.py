"""The signature: refused codes and incomplete texts first, then once and only once (R39, R92)."""

from collections.abc import Callable

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.reporting.models import Report, ReportState
from tests.factories import make_actor
from tests.reading_scenes import COMPLETE_REPORT, RESULTS, drafted, fresh_code
from tests.scenes import Territory

Login = Callable[[Actor], Client]


def _sign(client: Client, report: Report, code: str, *, is_htmx: bool = True, **changes: str) -> HttpResponse:
    titles = list(report.act.request.exam.sections)
    sections = {f"section-{titles.index(title)}": text for title, text in RESULTS.items()}
    common = {name: str(value) for name, value in COMPLETE_REPORT.items()}
    fields = common | sections | {"code": code} | changes
    headers = {"HX-Request": "true"} if is_htmx else {}
    return client.post(reverse("reports:sign", args=[report.act_id]), fields, headers=headers)


def test_a_wrong_code_signs_nothing_and_keeps_the_text(territory: Territory, login: Login) -> None:
    report = drafted(territory)
    answer = _sign(login(territory.imageur), report, "000000", conclusion="Relu avant signature.")
    assert answer.status_code == 422
    assert b"R39" in answer.content
    kept = Report.objects.get(pk=report.pk)
    assert (kept.state, kept.conclusion) == (ReportState.DRAFT, "Relu avant signature.")


def test_an_incomplete_text_is_refused_with_the_requirement_and_the_code_still_serves(
    territory: Territory, login: Login
) -> None:
    report, client = drafted(territory), login(territory.imageur)
    code = fresh_code(territory.imageur)
    answer = _sign(client, report, code, conclusion="")
    assert answer.status_code == 422
    assert "R91" in answer.content.decode()
    assert _sign(client, report, code).status_code == 204


def test_a_field_that_is_not_sound_stops_the_signature(territory: Territory, login: Login) -> None:
    report = drafted(territory)
    code = fresh_code(territory.imageur)
    answer = _sign(login(territory.imageur), report, code, communicated_at="hier soir")
    assert answer.status_code == 200
    assert 'id="kept"' in answer.content.decode()
    assert Report.objects.get(pk=report.pk).state == ReportState.DRAFT


def test_a_colleague_does_not_sign_for_the_author(territory: Territory, login: Login) -> None:
    report, colleague = drafted(territory), make_actor(Role.IMAGEUR, territory.reader)
    answer = _sign(login(colleague), report, fresh_code(colleague), conclusion="À sa place")
    assert answer.status_code == 409
    kept = Report.objects.get(pk=report.pk)
    assert (kept.state, kept.conclusion) == (ReportState.DRAFT, report.conclusion)


def test_a_double_click_signs_once(territory: Territory, login: Login) -> None:
    report, client = drafted(territory), login(territory.imageur)
    code, page = fresh_code(territory.imageur), reverse("reports:show", args=[report.act_id])
    assert _sign(client, report, code)["HX-Redirect"] == page
    assert _sign(client, report, code)["HX-Redirect"] == page
    assert Entry.objects.filter(action="report.sign", act_id=report.act_id).count() == 1


def test_without_scripts_the_signature_leads_to_the_signed_report(territory: Territory, login: Login) -> None:
    report = drafted(territory)
    answer = _sign(login(territory.imageur), report, fresh_code(territory.imageur), is_htmx=False)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("reports:show", args=[report.act_id])
