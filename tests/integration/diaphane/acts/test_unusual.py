"""Looks that stand out: for whom they are listed, and for which reasons (R44)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from diaphane.acts import unusual
from diaphane.acts.look_reviews import conclude_on_looks
from diaphane.acts.models import Act, LookReview, Step
from diaphane.acts.operations import subject_of
from diaphane.acts.unusual import Reason, list_unusual
from diaphane.audit.operations import record_view
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.patients.watching import end_watch, watch_patient
from tests import scenes
from tests.factories import StructureFactory, make_actor
from tests.scenes import Territory

SOMEBODY = "Dr Xq Essai"  # a name that no patient of the tests bears


@pytest.fixture
def noon(at: datetime) -> datetime:
    """Return the noon of yesterday: no look of it is at night."""
    return localtime(at).replace(hour=12, minute=0) - timedelta(days=1)


@pytest.fixture
def act(territory: Territory) -> Act:
    return scenes.submitted(territory, urgency="scheduled").act


def look(act: Act, by: Actor, at: datetime, *, label: str = SOMEBODY) -> None:
    record_view("act", by=replace(by, label=label), at=at, subject=subject_of(act))


def list_reasons(territory: Territory, since: datetime) -> list[tuple[object, ...]]:
    admin = make_actor(Role.DPO, territory.site)
    return [each.reasons for each in list_unusual(admin, since=since)]


def close(act: Act, at: datetime) -> None:
    values = {"act": act, "actor_id": act.pk, "actor_role": "system", "actor_label": "Diaphane"}
    step = {"machine": "exam", "subject_id": act.pk, "transition": "close", "source": "", "target": "closed"}
    Step.objects.create(**values, **step, occurred_at=at)


def test_an_ordinary_look_does_not_stand_out(act: Act, territory: Territory, noon: datetime) -> None:
    look(act, territory.requester, noon)
    assert list_reasons(territory, noon - timedelta(days=1)) == []


def test_who_bears_the_name_of_the_patient_is_asked_about(
    act: Act, territory: Territory, noon: datetime
) -> None:
    look(act, territory.requester, noon, label=f"Dr Jeanne {act.patient.birth_name.upper()}")
    assert list_reasons(territory, noon - timedelta(days=1)) == [(Reason.NAMESAKE,)]


def test_a_look_long_after_the_end_is_asked_about(act: Act, territory: Territory, noon: datetime) -> None:
    close(act, noon - timedelta(days=31))
    look(act, territory.requester, noon)
    assert list_reasons(territory, noon - timedelta(days=1)) == [(Reason.LONG_CLOSED,)]


def test_a_look_at_night_is_asked_about_unless_the_exam_was_urgent(
    act: Act, territory: Territory, noon: datetime
) -> None:
    night = noon.replace(hour=3)
    look(act, territory.requester, night)
    look(scenes.submitted(territory, urgency="vital").act, territory.requester, night)
    assert list_reasons(territory, noon - timedelta(days=1)) == [(Reason.AT_NIGHT,)]


def test_a_day_of_too_many_exams_is_asked_about(
    act: Act, territory: Territory, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unusual, "MANY_IN_A_DAY", 1)
    other = scenes.submitted(territory).act
    for each in (act, other):
        look(each, territory.requester, noon)
    look(act, territory.technologist, noon)
    assert list_reasons(territory, noon - timedelta(days=1)) == [(Reason.MANY,), (Reason.MANY,)]


def test_only_an_administrator_of_the_exam_s_structures_is_told(
    act: Act, territory: Territory, noon: datetime
) -> None:
    look(act, territory.requester, noon.replace(hour=3))
    since = noon - timedelta(days=1)
    strangers = [make_actor(Role.DPO, StructureFactory()), territory.requester, territory.imageur]
    assert [list_unusual(each, since=since) for each in strangers] == [[], [], []]
    assert list_unusual(make_actor(Role.DPO, territory.reader), since=since)
    assert list_reasons(territory, noon) == []


def test_who_took_no_part_and_looks_once_it_is_over_is_asked_about(
    act: Act, territory: Territory, noon: datetime
) -> None:
    look(act, territory.technologist, noon - timedelta(hours=2))
    assert list_reasons(territory, noon - timedelta(days=1)) == []
    close(act, noon - timedelta(hours=1))
    look(act, replace(territory.technologist, session="after"), noon)
    look(act, replace(territory.requester, session="after"), noon)
    assert list_reasons(territory, noon - timedelta(days=1)) == [(Reason.NO_CARE_LINK,)]


def test_each_look_at_a_watched_record_is_asked_about(act: Act, territory: Territory, noon: datetime) -> None:
    admin = make_actor(Role.ADMINISTRATOR, territory.site)
    refused = [territory.requester, make_actor(Role.DPO, territory.site)]
    for actor in refused:
        with pytest.raises(NotAllowedError):
            watch_patient(patient_id=act.patient_id, reason="Élu", by=actor, at=noon)
    with pytest.raises(GuardError):
        watch_patient(patient_id=act.patient_id, reason=" ", by=admin, at=noon)
    watch_patient(patient_id=act.patient_id, reason="Élu", by=admin, at=noon)
    look(act, territory.requester, noon)
    assert list_reasons(territory, noon - timedelta(days=1)) == [(Reason.WATCHED,)]
    end_watch(patient_id=act.patient_id, by=admin, at=noon)
    assert list_reasons(territory, noon - timedelta(days=1)) == []


def test_a_conclusion_is_another_person_s_and_said_in_words(
    act: Act, territory: Territory, noon: datetime
) -> None:
    look(act, territory.requester, noon.replace(hour=3))
    since = noon - timedelta(days=1)
    officer = make_actor(Role.DPO, territory.site)
    said = {"act_id": act.pk, "person_id": territory.requester.id, "since": since, "at": noon}
    last = list_unusual(officer, since=since)[0].entry.pk
    with pytest.raises(NotAllowedError):
        conclude_on_looks(
            **said, until_entry=last, verdict="justified", conclusion="Moi", by=territory.requester
        )
    outsider = make_actor(Role.DPO, StructureFactory())
    with pytest.raises(Act.DoesNotExist):
        conclude_on_looks(**said, until_entry=last, verdict="justified", conclusion="Vu", by=outsider)
    for verdict, words in (("", "Vu"), ("justified", " ")):
        with pytest.raises(GuardError):
            conclude_on_looks(**said, until_entry=last, verdict=verdict, conclusion=words, by=officer)
    assert not LookReview.objects.exists()
    conclude_on_looks(**said, until_entry=last, verdict="justified", conclusion="De garde", by=officer)
    assert list_unusual(officer, since=since) == []
    with pytest.raises(ConflictError):
        conclude_on_looks(**said, until_entry=last, verdict="justified", conclusion="Vu", by=officer)


def test_a_look_after_the_conclusion_is_asked_about_again(
    act: Act, territory: Territory, noon: datetime
) -> None:
    look(act, territory.requester, noon.replace(hour=3))
    since, officer = noon - timedelta(days=1), make_actor(Role.DPO, territory.site)
    last = list_unusual(officer, since=since)[0].entry.pk
    later = replace(territory.requester, session="later")
    look(act, later, noon.replace(hour=4))
    said = {"act_id": act.pk, "person_id": later.id, "since": since, "at": noon, "by": officer}
    conclude_on_looks(**said, until_entry=last, verdict="unjustified", conclusion="Curiosité")
    left = list_unusual(officer, since=since)
    assert [each.session for each in left[0].entries] == ["later"]


def test_the_page_says_who_and_why_and_no_patient_s_name(
    act: Act, territory: Territory, noon: datetime, login: Callable[[Actor], Client]
) -> None:
    look(act, territory.requester, noon.replace(hour=3))
    page = login(make_actor(Role.DPO, territory.site)).get(reverse("unusual")).content.decode()
    assert SOMEBODY in page
    assert act.accession_number in page
    assert "la nuit" in page
    address = reverse("conclude_on_looks", args=[act.pk, territory.requester.id])
    assert address in page
    assert act.patient.birth_name.upper() not in page


def test_a_conclusion_shows_on_the_page(
    act: Act, territory: Territory, login: Callable[[Actor], Client], at: datetime
) -> None:
    look(act, territory.requester, at - timedelta(minutes=1), label=act.patient.birth_name)
    client = login(make_actor(Role.DPO, territory.site))
    until = client.get(reverse("unusual")).context["lines"][0].look.entry.pk
    address = reverse("conclude_on_looks", args=[act.pk, territory.requester.id])
    said = {"verdict": "justified", "conclusion": "Elle soigne son voisin", "until": until}
    assert client.post(address, said).status_code == 302
    page = client.get(reverse("unusual"))
    assert page.context["lines"] == []
    assert "Elle soigne son voisin" in page.content.decode()
    assert client.post(address, said).status_code == 409
