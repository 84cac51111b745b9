"""Looks that stand out: for whom they are listed, and for which reasons (R44)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from diaphane.acts import unusual
from diaphane.acts.models import Act, Step
from diaphane.acts.operations import subject_of
from diaphane.acts.unusual import AT_NIGHT, LONG_CLOSED, MANY, NAMESAKE, list_unusual
from diaphane.audit.operations import record_view
from diaphane.kernel.actors import Actor, Role
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
    assert list_reasons(territory, noon - timedelta(days=1)) == [(NAMESAKE,)]


def test_a_look_long_after_the_end_is_asked_about(act: Act, territory: Territory, noon: datetime) -> None:
    close(act, noon - timedelta(days=31))
    look(act, territory.requester, noon)
    assert list_reasons(territory, noon - timedelta(days=1)) == [(LONG_CLOSED,)]


def test_a_look_at_night_is_asked_about_unless_the_exam_was_urgent(
    act: Act, territory: Territory, noon: datetime
) -> None:
    night = noon.replace(hour=3)
    look(act, territory.requester, night)
    look(scenes.submitted(territory, urgency="vital").act, territory.requester, night)
    assert list_reasons(territory, noon - timedelta(days=1)) == [(AT_NIGHT,)]


def test_a_day_of_too_many_exams_is_asked_about(
    act: Act, territory: Territory, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unusual, "MANY_IN_A_DAY", 1)
    other = scenes.submitted(territory).act
    for each in (act, other):
        look(each, territory.requester, noon)
    look(act, territory.technologist, noon)
    assert list_reasons(territory, noon - timedelta(days=1)) == [(MANY,), (MANY,)]


def test_only_an_administrator_of_the_exam_s_structures_is_told(
    act: Act, territory: Territory, noon: datetime
) -> None:
    look(act, territory.requester, noon.replace(hour=3))
    since = noon - timedelta(days=1)
    strangers = [make_actor(Role.DPO, StructureFactory()), territory.requester, territory.imageur]
    assert [list_unusual(each, since=since) for each in strangers] == [[], [], []]
    assert list_unusual(make_actor(Role.DPO, territory.reader), since=since)
    assert list_reasons(territory, noon) == []


def test_the_page_says_who_and_why_and_no_patient_s_name(
    act: Act, territory: Territory, noon: datetime, login: Callable[[Actor], Client]
) -> None:
    look(act, territory.requester, noon.replace(hour=3))
    page = login(make_actor(Role.DPO, territory.site)).get(reverse("unusual")).content.decode()
    assert SOMEBODY in page
    assert act.accession_number in page
    assert "la nuit" in page
    assert act.patient.birth_name.upper() not in page
