"""Who logs in, who fails to, and who leaves stands in the trail; only professionals are employed."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError
from django.test import Client

from diaphane.accounts.models import User
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.organisations.models import Membership
from tests.scenes import Territory


@pytest.mark.parametrize("role", [Role.EDGE, Role.SERVICE, Role.SYSTEM, Role.PATIENT])
def test_nobody_is_employed_as_a_machine_or_a_patient(territory: Territory, role: Role) -> None:
    with pytest.raises(IntegrityError):
        Membership.objects.create(user_id=territory.requester.id, structure=territory.site, role=role.value)


def test_a_login_and_a_logout_are_traced(territory: Territory, login: Callable[[Actor], Client]) -> None:
    client = login(territory.imageur)
    client.logout()
    traced = Entry.objects.filter(actor_id=territory.imageur.id).order_by("id")
    assert [each.action for each in traced] == ["login", "logout"]
    assert {each.subject_id for each in traced} == {territory.imageur.id}


def test_a_wrong_password_is_traced_by_its_account_and_an_unknown_address_says_nothing(
    territory: Territory,
) -> None:
    email = User.objects.get(pk=territory.imageur.id).email
    for address in (email, "personne@nulle-part.example"):
        Client().post("/compte/login/", {"login": address, "password": "faux"})
    failures = Entry.objects.filter(action="login.failed").order_by("id")
    assert territory.imageur.id in {each.subject_id for each in failures}
    assert "nulle-part" not in str(list(failures.values()))


def test_a_search_for_a_patient_is_traced_without_its_words(
    territory: Territory, login: Callable[[Actor], Client]
) -> None:
    client = login(territory.requester)
    client.post("/demandes/nouvelle/recherche/", {"words": territory.patient.birth_name})
    entry = Entry.objects.get(action="patients.searched")
    assert entry.actor_id == territory.requester.id
    assert entry.detail == {"found": 1}
    assert territory.patient.birth_name.lower() not in str(entry.__dict__).lower()
