"""The check of the images: refused when it is not the moment, then each of the four verdicts (R88, R95)."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.models import Exam
from diaphane.acquisition.quality import begin_check
from diaphane.acts.models import Duty
from diaphane.imaging.models import Instance
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.reporting.models import Report
from diaphane.reporting.operations import open_report
from diaphane.web.reports.expected import list_exam_rows
from tests.factories import make_actor
from tests.reading_scenes import accepted, acquired, in_progress, scheduled
from tests.scenes import Territory

Login = Callable[[Actor], Client]


def _send(client: Client, page: str, act_id: UUID, **data: str) -> HttpResponse:
    return client.post(reverse(f"reports:{page}", args=[act_id]), data, headers={"HX-Request": "true"})


def _checking(territory: Territory) -> Exam:
    return begin_check(exam=acquired(territory), by=territory.imageur, at=now())


def test_a_verdict_before_the_check_is_a_conflict(territory: Territory, login: Login) -> None:
    exam = acquired(territory)
    answer = _send(login(territory.imageur), "judge", exam.act_id, verdict="accept")
    assert answer.status_code == 409
    assert Exam.objects.get(pk=exam.pk).state == "acquired"


def test_an_unknown_verdict_is_refused(territory: Territory, login: Login) -> None:
    exam = _checking(territory)
    assert _send(login(territory.imageur), "judge", exam.act_id, verdict="maybe").status_code == 422


def test_the_check_waits_for_every_image(territory: Territory, login: Login) -> None:
    exam = acquired(territory)
    Instance.objects.filter(number=1).update(verified_at=None)
    client = login(territory.imageur)
    page = client.get(reverse("reports:check", args=[exam.act_id])).content.decode()
    assert "R88" in page
    assert "do-begin" not in page
    answer = _send(client, "begin", exam.act_id)
    assert answer.status_code == 422
    assert b"R88" in answer.content


@pytest.mark.parametrize(
    ("verdict", "requirement"),
    [("accept_with_reserve", "R88"), ("repeat", "R88"), ("not_interpretable", "R95")],
)
def test_a_verdict_without_its_words_is_refused(
    territory: Territory, login: Login, verdict: str, requirement: str
) -> None:
    exam = _checking(territory)
    answer = _send(login(territory.imageur), "judge", exam.act_id, verdict=verdict, comment=" ")
    assert answer.status_code == 422
    assert requirement in answer.content.decode()
    assert Exam.objects.get(pk=exam.pk).state == "checking"


def test_accepted_images_open_the_report_at_once(territory: Territory, login: Login) -> None:
    exam = _checking(territory)
    answer = _send(login(territory.imageur), "judge", exam.act_id, verdict="accept")
    assert answer["HX-Redirect"] == reverse("reports:write", args=[exam.act_id])
    assert Exam.objects.get(pk=exam.pk).state == "being_read"
    assert Report.objects.get(act=exam.act).author_id == territory.imageur.id


def test_two_verdicts_at_once_leave_the_first(territory: Territory, login: Login) -> None:
    exam, colleague = _checking(territory), make_actor(Role.IMAGEUR, territory.reader)
    _send(login(territory.imageur), "judge", exam.act_id, verdict="accept")
    answer = _send(
        login(colleague), "judge", exam.act_id, verdict="not_interpretable", comment="a", next_step="b"
    )
    assert answer.status_code == 409
    assert Exam.objects.get(pk=exam.pk).state == "being_read"


def test_a_reserve_is_kept_and_printed_on_the_page(territory: Territory, login: Login) -> None:
    exam, client = _checking(territory), login(territory.imageur)
    _send(client, "judge", exam.act_id, verdict="accept_with_reserve", comment="Artéfacts de mouvement")
    page = client.get(reverse("reports:check", args=[exam.act_id])).content.decode()
    assert "Artéfacts de mouvement" in page


def test_the_technologist_reads_why_more_images_are_wanted(territory: Territory, login: Login) -> None:
    exam, client = _checking(territory), login(territory.imageur)
    _send(client, "judge", exam.act_id, verdict="repeat", comment="Refaire sans mouvement")
    assert Exam.objects.get(pk=exam.pk).state == "in_progress"
    assert (
        "Refaire sans mouvement" in client.get(reverse("reports:check", args=[exam.act_id])).content.decode()
    )


def test_a_refusal_to_conclude_is_owed_a_next_step_until_the_demandeur_has_organised_it(
    territory: Territory, login: Login
) -> None:
    exam = _checking(territory)
    _send(
        login(territory.imageur),
        "judge",
        exam.act_id,
        verdict="not_interpretable",
        comment="Mouvements",
        next_step="Refaire sous sédation demain",
    )
    requester = login(territory.requester)
    assert "Refaire sous sédation demain" in requester.get(reverse("reports:list")).content.decode()
    assert _send(login(territory.imageur), "organise", exam.act_id).status_code == 403
    assert _send(requester, "organise", exam.act_id).status_code == 204
    assert Duty.objects.get(act=exam.act, requirement="R95").state == Duty.State.DONE
    assert _send(requester, "organise", exam.act_id).status_code == 409
    assert "Refaire sous sédation demain" not in requester.get(reverse("reports:list")).content.decode()


def test_an_exam_under_way_says_when_more_images_have_come_than_are_shown(
    territory: Territory, login: Login
) -> None:
    exam, client = acquired(territory), login(territory.imageur)
    address = reverse("reports:check_live", args=[exam.act_id])
    pane = reverse("reports:pane", args=[exam.act_id])
    assert "show-more" in client.get(address, {"shown": "1"}).content.decode()
    assert 'hx-trigger="load"' in client.get(address, {"shown": "0"}).content.decode()
    assert pane not in client.get(address, {"shown": "2"}).content.decode()
    assert 'value="2"' in client.get(pane).content.decode()


@pytest.mark.parametrize("shown", ["", "-1", "many", "9" * 40])
def test_an_absurd_count_of_shown_images_is_no_error(territory: Territory, login: Login, shown: str) -> None:
    exam = in_progress(territory)
    address = reverse("reports:check_live", args=[exam.act_id])
    assert login(territory.imageur).get(address, {"shown": shown}).status_code == 200


def test_a_colleague_may_take_the_supervision_over(territory: Territory, login: Login) -> None:
    exam, colleague = scheduled(territory), make_actor(Role.IMAGEUR, territory.reader)
    assert _send(login(colleague), "supervise", exam.act_id).status_code == 204
    assert Exam.objects.get(pk=exam.pk).supervisor_id == colleague.id


def test_the_reading_list_shows_what_is_to_supervise_and_to_check(territory: Territory, login: Login) -> None:
    exam = acquired(territory)
    page = login(territory.imageur).get(reverse("reading_room:list")).content.decode()
    assert reverse("reports:check", args=[exam.act_id]) in page
    assert "Contrôler les images" in page


def test_the_reading_list_puts_the_patient_on_the_table_first_and_names_who_writes(
    territory: Territory, login: Login
) -> None:
    coming = scheduled(territory, at=now() - timedelta(minutes=10), urgency="vital")
    on_the_table = in_progress(territory, at=now() - timedelta(minutes=5))
    colleague = make_actor(Role.IMAGEUR, territory.reader)
    assert [row.exam.pk for row in list_exam_rows(colleague)] == [on_the_table.pk, coming.pk]
    written = open_report(act=accepted(territory).act, by=territory.imageur, at=now())
    seen = {row.exam.act_id: row for row in list_exam_rows(colleague)}
    assert seen[written.act_id].to_do == territory.imageur.label
    mine = {row.exam.act_id: row for row in list_exam_rows(territory.imageur)}
    assert mine[written.act_id].href == reverse("reports:write", args=[written.act_id])
