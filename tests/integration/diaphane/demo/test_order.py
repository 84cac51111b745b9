"""The fictitious territory is in order, but for two; its conventions never close the tour."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from diaphane.demo.people import PEOPLE
from diaphane.demo.territory import build_territory, get_person_actor, get_structure
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.organisations.covering import Wanted, explain_closed
from diaphane.organisations.models import Convention, ConventionState, Credential
from diaphane.organisations.opening import is_open_at
from diaphane.organisations.people import get_myself
from diaphane.organisations.standings import Standing
from diaphane.patients.models import Patient

pytestmark = pytest.mark.django_db


def test_everybody_is_in_order_but_one_who_is_not_and_one_who_soon_will_not_be() -> None:
    build_territory(at=now())
    brought = Credential.objects.count()
    build_territory(at=now())
    assert Credential.objects.count() == brought
    today = timezone.localdate()
    imageurs = [each.key for each in PEOPLE if each.role is Role.IMAGEUR]
    found = {key: get_myself(get_person_actor(key), on=today).standing for key in imageurs}
    assert found == {
        "ines.marchal": Standing.IN_ORDER,
        "paul.osterman": Standing.IN_ORDER,
        "maud.riquet": Standing.SOON,
        "etienne.vasco": Standing.EXPIRED,
    }


def test_what_makes_each_identity_qualified_is_there() -> None:
    build_territory(at=now())
    for patient in Patient.objects.filter(identity_status="qualified"):
        assert {each.kind for each in patient.proofs.all()} == {"insi", "identity_card"}, patient.pk
    assert Patient.objects.exists()


@pytest.mark.parametrize("site", ["saint_aubin", "montbrezy"])
def test_the_conventions_are_open_at_every_hour_of_a_year(site: str) -> None:
    build_territory(at=now())
    where = get_structure(site)
    running = [
        each
        for each in Convention.objects.filter(requesting_site=where).prefetch_related("spans")
        if each.state == ConventionState.AGREED and each.is_in_force(timezone.localdate())
    ]
    start = timezone.localtime().replace(minute=30, second=0, microsecond=0)
    closed = [hour for hour in _hours(start) if not any(is_open_at(each, hour) for each in running)]
    assert closed == []
    assert explain_closed(Wanted(where.pk, now(), "CT")) is None


def _hours(start: datetime) -> list[datetime]:
    """Every fifth hour of a year, at the half: each hour of the day is met, on each day of the week."""
    return [start + timedelta(hours=each) for each in range(0, 24 * 365, 5)]
