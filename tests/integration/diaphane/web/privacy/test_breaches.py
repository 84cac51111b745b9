"""The pages of breaches and of objections, from the chair of each (R37, R62)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from diaphane.kernel.actors import Actor, Role
from diaphane.privacy.models import Breach
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.scenes import Territory

Login = Callable[[Actor], Client]


def spell(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%dT%H:%M}"


def test_a_file_from_its_discovery_to_its_end(territory: Territory, login: Login, at: datetime) -> None:
    client = login(make_actor(Role.DPO, territory.site))
    discovered = at - timedelta(hours=80)
    client.post(
        reverse("privacy:breaches"),
        {"discovered_at": spell(discovered), "kind": "availability", "nature": "Serveur en panne"},
    )
    breach = Breach.objects.get()
    page = reverse("privacy:breach", args=[breach.pk])
    assert "Les 72 heures sont passées" in client.get(page).content.decode()
    assert "Serveur en panne" in client.get(reverse("privacy:breaches")).content.decode()
    stranger = login(make_actor(Role.DPO, StructureFactory()))
    assert stranger.get(page).status_code == 404
    assert "Serveur" not in stranger.get(reverse("privacy:breaches")).content.decode()
    facts = {"kind": "availability", "nature": "Serveur en panne", "risk": "risk", "measures": "Réparé"}
    assert client.post(reverse("privacy:write_breach", args=[breach.pk]), facts).status_code == 302
    said = {"notified_at": spell(at - timedelta(minutes=2)), "reference": "24-1", "late_reason": ""}
    notify = reverse("privacy:notify_breach", args=[breach.pk])
    assert client.post(notify, said).status_code == 422
    assert client.post(notify, said | {"late_reason": "Fin de semaine"}).status_code == 302
    assert client.post(reverse("privacy:close_breach", args=[breach.pk])).status_code == 302
    shown = client.get(page).content.decode()
    assert "En retard, parce que" in shown
    assert "Dossier clos" in shown


def test_a_patient_says_no_and_changes_their_mind(territory: Territory, login: Login) -> None:
    client, page = login(make_patient_actor(territory.patient)), reverse("patient:data")
    assert "Lever l’opposition" not in client.get(page).content.decode()
    client.post(reverse("patient:object"), {"kind": "other_uses"})
    assert "Lever l’opposition" in client.get(page).content.decode()
    site = reverse("privacy:exports", args=[territory.patient.pk])
    assert "Lever l’opposition" in login(territory.requester).get(site).content.decode()
    client.post(reverse("patient:object"), {"kind": "other_uses", "withdraws": "yes"})
    assert "Lever l’opposition" not in client.get(page).content.decode()
