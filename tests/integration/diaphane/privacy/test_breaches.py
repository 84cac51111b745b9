"""The file of a breach: whose it is, its clock, what a late notification and a closed file owe (R37)."""

from datetime import datetime, timedelta

import pytest

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.privacy.breaches import (
    close_breach,
    open_breach,
    record_notification,
    record_people_told,
    write_breach,
)
from diaphane.privacy.models import Breach
from tests.factories import StructureFactory, make_actor
from tests.scenes import Territory


@pytest.fixture
def officer(territory: Territory) -> Actor:
    return make_actor(Role.DPO, territory.site)


def open_(by: Actor, at: datetime, *, hours_ago: int = 1) -> Breach:
    discovered = at - timedelta(hours=hours_ago)
    return open_breach(discovered_at=discovered, kind="confidentiality", nature="Poste volé", by=by, at=at)


def test_nobody_else_opens_or_sees_a_file(territory: Territory, officer: Actor, at: datetime) -> None:
    breach = open_(officer, at)
    strangers = [make_actor(Role.DPO, StructureFactory()), make_actor(Role.ADMINISTRATOR, territory.site)]
    for actor in strangers:
        assert not Breach.objects.visible_to(actor).exists()
        with pytest.raises(NotAllowedError):
            close_breach(breach=breach, by=actor, at=at)
    for actor in (strangers[1], territory.requester):
        with pytest.raises(NotAllowedError):
            open_(actor, at)


def test_a_file_says_what_happened_and_not_in_the_future(officer: Actor, at: datetime) -> None:
    for wrong in ({"kind": ""}, {"nature": " "}, {"discovered_at": at + timedelta(minutes=1)}):
        said = {"discovered_at": at, "kind": "integrity", "nature": "Erreur"} | wrong
        with pytest.raises(GuardError):
            open_breach(**said, by=officer, at=at)
    assert not Breach.objects.exists()


def test_the_clock_is_of_72_hours(officer: Actor, at: datetime) -> None:
    breach = open_(officer, at, hours_ago=71)
    assert not breach.is_late(at)
    assert breach.is_late(at + timedelta(hours=1, seconds=1))
    write_breach(breach=breach, facts={"risk": "none"}, by=officer, at=at)
    breach.refresh_from_db()
    assert not breach.is_late(at + timedelta(days=9))


def test_a_late_notification_says_why(officer: Actor, at: datetime) -> None:
    breach = open_(officer, at, hours_ago=80)
    said = {"breach": breach, "notified_at": at, "reference": "24-1", "by": officer, "at": at}
    for late in ({"late_reason": ""}, {"late_reason": "x", "reference": ""}):
        with pytest.raises(GuardError):
            record_notification(**(said | late))
    with pytest.raises(GuardError):
        record_notification(**(said | {"notified_at": at + timedelta(hours=1)}), late_reason="x")
    record_notification(**said, late_reason="Fin de semaine")
    with pytest.raises(ConflictError):
        record_notification(**said, late_reason="Fin de semaine")
    assert Entry.objects.get(action="breach.notified").detail == {"late": True}


def test_a_file_closes_once_nothing_is_owed_and_changes_no_more(officer: Actor, at: datetime) -> None:
    breach = open_(officer, at)
    with pytest.raises(GuardError):
        close_breach(breach=breach, by=officer, at=at)
    facts = {"risk": "high", "measures": "Poste effacé à distance"}
    write_breach(breach=breach, facts=facts, by=officer, at=at)
    record_notification(breach=breach, notified_at=at, reference="24-1", late_reason="", by=officer, at=at)
    with pytest.raises(GuardError) as refused:
        close_breach(breach=breach, by=officer, at=at)
    assert [each.field for each in refused.value.missing] == ["how"]
    with pytest.raises(GuardError):
        record_people_told(breach=breach, told_at=at, how="", by=officer, at=at)
    record_people_told(breach=breach, told_at=at, how="Par lettre", by=officer, at=at)
    close_breach(breach=breach, by=officer, at=at)
    with pytest.raises(ConflictError):
        write_breach(breach=breach, facts={"measures": "Autre"}, by=officer, at=at)
