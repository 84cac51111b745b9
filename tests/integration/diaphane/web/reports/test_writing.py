"""The editor: another's draft, an ended session, absurd values; and nothing that was typed is lost."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.reporting.models import Report
from diaphane.reporting.operations import open_report
from tests.factories import make_actor
from tests.reading_scenes import accepted, acquired, signed
from tests.scenes import Territory

Login = Callable[[Actor], Client]
BLANK = {"conclusion": "", "next_step": "", "patient_found": ""}


@pytest.fixture
def draft(territory: Territory) -> Report:
    """Return a draft that the imageur has just opened."""
    return open_report(act=accepted(territory).act, by=territory.imageur, at=now())


def _save(client: Client, act_id: UUID, *, is_htmx: bool = True, **data: str) -> HttpResponse:
    headers = {"HX-Request": "true"} if is_htmx else {}
    return client.post(reverse("reports:save", args=[act_id]), BLANK | data, headers=headers)


def test_an_ended_session_changes_nothing_and_says_that_the_text_is_still_there(draft: Report) -> None:
    answer = _save(Client(), draft.act_id, conclusion="Pas d’hémorragie.")
    assert answer.status_code == 401
    assert b"data-session-ended" in answer.content
    assert Report.objects.get(pk=draft.pk).conclusion == ""


def test_a_text_is_not_kept_under_the_name_of_someone_who_logged_in_meanwhile(
    territory: Territory, login: Login, draft: Report
) -> None:
    colleague = make_actor(Role.IMAGEUR, territory.reader)
    answer = login(colleague).post(
        reverse("reports:save", args=[draft.act_id]),
        {"conclusion": "x"},
        headers={"HX-Request": "true", "X-Diaphane-Actor": str(territory.imageur.id)},
    )
    assert answer.status_code == 409
    assert Report.objects.get(pk=draft.pk).conclusion == ""


@pytest.mark.parametrize("page", ["write", "open", "save"])
def test_a_colleague_is_told_who_is_writing(
    territory: Territory, login: Login, draft: Report, page: str
) -> None:
    client = login(make_actor(Role.IMAGEUR, territory.reader))
    address = reverse(f"reports:{page}", args=[draft.act_id])
    answer = client.get(address) if page == "write" else client.post(address, BLANK)
    assert answer.status_code == 409
    if page != "save":
        assert territory.imageur.label in answer.content.decode()


def test_images_that_were_not_accepted_open_no_report(territory: Territory, login: Login) -> None:
    exam, client = acquired(territory), login(territory.imageur)
    assert client.post(reverse("reports:open", args=[exam.act_id])).status_code == 409
    assert _save(client, exam.act_id).status_code == 409
    answer = client.get(reverse("reports:write", args=[exam.act_id]))
    assert answer["Location"] == reverse("reports:check", args=[exam.act_id])


def test_a_signed_report_is_read_and_not_written(territory: Territory, login: Login) -> None:
    report, client = signed(territory), login(territory.imageur)
    answer = client.get(reverse("reports:write", args=[report.act_id]))
    assert answer["Location"] == reverse("reports:show", args=[report.act_id])
    assert _save(client, report.act_id, conclusion="Autre chose").status_code == 409
    assert Report.objects.get(pk=report.pk).conclusion == report.conclusion


def test_what_is_typed_is_kept_and_what_is_missing_is_listed_with_its_field(
    territory: Territory, login: Login, draft: Report
) -> None:
    answer = _save(
        login(territory.imageur),
        draft.act_id,
        **{"section-0": "Pas d’hémorragie.", "conclusion": "Normal.\nÀ revoir."},
    )
    kept = Report.objects.get(pk=draft.pk)
    assert kept.conclusion == "Normal.\nÀ revoir."
    assert kept.sections == [(draft.act.request.exam.sections[0], "Pas d’hémorragie.")]
    words = answer.content.decode()
    assert "#id_next_step" in words
    assert "#id_conclusion" not in words


def test_the_answer_to_a_keeping_never_draws_a_field_again(
    territory: Territory, login: Login, draft: Report
) -> None:
    words = _save(login(territory.imageur), draft.act_id, conclusion="Normal").content.decode()
    assert "<textarea" not in words
    assert words.count("<input") == words.count('type="hidden"') == 1
    assert 'id="kept"' in words


@pytest.mark.parametrize(
    "told",
    [timezone.localtime(now() + timedelta(days=1)), timezone.localtime(now() - timedelta(days=40))],
    ids=["tomorrow", "last month"],
)
def test_an_absurd_time_is_named_and_the_rest_is_kept(
    territory: Territory, login: Login, draft: Report, told: object
) -> None:
    answer = _save(
        login(territory.imageur),
        draft.act_id,
        conclusion="Normal",
        communicated_at=f"{told:%Y-%m-%dT%H:%M}",
    )
    kept = Report.objects.get(pk=draft.pk)
    assert (kept.conclusion, kept.communicated_at) == ("Normal", None)
    assert "futur" in answer.content.decode()


def test_a_text_that_is_too_long_is_refused_whole_and_the_rest_is_kept(
    territory: Territory, login: Login, draft: Report
) -> None:
    client = login(territory.imageur)
    _save(client, draft.act_id, conclusion="Premier texte")
    answer = _save(client, draft.act_id, conclusion="a" * 20_001, next_step="Contrôle")
    kept = Report.objects.get(pk=draft.pk)
    assert (kept.conclusion, kept.next_step) == ("Premier texte", "Contrôle")
    assert "trop long" in answer.content.decode()


def test_without_scripts_the_whole_page_comes_back_with_the_text(
    territory: Territory, login: Login, draft: Report
) -> None:
    answer = _save(login(territory.imageur), draft.act_id, is_htmx=False, conclusion="Dicté sans script")
    assert answer.status_code == 200
    assert "Dicté sans script" in answer.content.decode()


def test_opening_twice_gives_the_same_draft(territory: Territory, login: Login, draft: Report) -> None:
    client = login(territory.imageur)
    _save(client, draft.act_id, conclusion="Déjà écrit")
    client.post(reverse("reports:open", args=[draft.act_id]))
    page = client.get(reverse("reports:write", args=[draft.act_id])).content.decode()
    assert "Déjà écrit" in page
    assert Report.objects.filter(act=draft.act).count() == 1
