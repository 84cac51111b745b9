"""The officer's page of what is past its time, and holds from the patient's page (R37)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.privacy.deciding import propose_erasures
from diaphane.privacy.erasure_models import ErasureState
from diaphane.privacy.models import Erasure, LegalHold
from tests import scenes
from tests.factories import StructureFactory, make_actor
from tests.scenes import Territory

Login = Callable[[Actor], Client]
PAGE = "/donnees/conservation/"


@pytest.fixture
def erasure(territory: Territory) -> Erasure:
    scenes.submitted(territory)
    Act.objects.update(created_at=now() - timedelta(days=366 * 21))
    propose_erasures(at=now())
    return Erasure.objects.get()


def test_another_site_sees_nothing_and_decides_nothing(
    territory: Territory, login: Login, erasure: Erasure
) -> None:
    client = login(make_actor(Role.DPO, StructureFactory()))
    assert erasure.number not in client.get(PAGE).content.decode()
    chosen = {"erasure": str(erasure.pk), "reason": "x"}
    for name, args in (
        ("approve_erasures", []),
        ("withdraw_erasure", [erasure.pk]),
        ("hold_record", [erasure.pk]),
    ):
        assert client.post(reverse(f"privacy:{name}", args=args), chosen).status_code == 404
    erasure.refresh_from_db()
    assert erasure.state == ErasureState.PROPOSED


def test_the_officer_decides_by_numbers_and_takes_it_back(
    territory: Territory, login: Login, erasure: Erasure
) -> None:
    client, approve = login(make_actor(Role.DPO, territory.site)), reverse("privacy:approve_erasures")
    shown = client.get(PAGE).content.decode()
    assert erasure.number in shown
    for secret in (territory.patient.birth_name, territory.patient.ins, str(territory.patient.pk)):
        assert secret not in shown
    assert client.post(approve).status_code == 422
    assert client.post(approve, {"erasure": "rien"}).status_code == 404
    assert client.post(approve, {"erasure": str(erasure.pk)}).status_code == 302
    assert "effacé à partir du" in client.get(PAGE).content.decode()
    assert client.post(reverse("privacy:withdraw_erasure", args=[erasure.pk])).status_code == 302
    erasure.refresh_from_db()
    assert erasure.state == ErasureState.PROPOSED


def test_a_record_is_held_back_with_a_reason_and_let_go(
    territory: Territory, login: Login, erasure: Erasure
) -> None:
    client, hold = (
        login(make_actor(Role.DPO, territory.site)),
        reverse("privacy:hold_record", args=[erasure.pk]),
    )
    for wrong in ({"reason": ""}, {"reason": "Litige", "until": "hier"}, {"reason": "x" * 301}):
        assert client.post(hold, wrong).status_code == 422
    assert client.post(hold, {"reason": "Litige", "until": ""}).status_code == 302
    shown = client.get(PAGE).content.decode()
    assert "Litige" in shown
    assert "disabled" in shown
    chosen = {"erasure": str(erasure.pk)}
    assert client.post(reverse("privacy:approve_erasures"), chosen).status_code == 422
    held = LegalHold.objects.get()
    assert client.post(reverse("privacy:lift_hold", args=[held.pk])).status_code == 302
    assert client.post(reverse("privacy:approve_erasures"), chosen).status_code == 302


def test_an_administrator_holds_a_record_from_the_patient_s_page(territory: Territory, login: Login) -> None:
    client = login(make_actor(Role.ADMINISTRATOR, territory.site))
    page = reverse("identities:patient", args=[territory.patient.pk])
    hold = reverse("privacy:hold_patient", args=[territory.patient.pk])
    assert client.post(hold, {"reason": "Réclamation en cours"}).headers["Location"] == page
    assert "Réclamation en cours" in client.get(page).content.decode()
    held = LegalHold.objects.get()
    assert client.post(reverse("privacy:lift_hold", args=[held.pk])).headers["Location"] == page
    assert client.get(PAGE).status_code == 403
