"""The pages of the copy: a patient asks for theirs, a physician hands it, nobody else gets in (R38)."""

from collections.abc import Callable
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import Actor, Role
from diaphane.privacy.models import DataExport
from tests.factories import PatientFactory, make_actor, make_patient_actor
from tests.scenes import Territory

Login = Callable[[Actor], Client]


def test_a_stranger_finds_no_copy(territory: Territory, login: Login, run_jobs: Callable[[], int]) -> None:
    login(make_patient_actor(territory.patient)).post(reverse("patient:ask_data"))
    run_jobs()
    export = DataExport.objects.get()
    stranger = login(make_patient_actor(PatientFactory()))
    assert stranger.post(reverse("patient:data_file", args=[export.pk])).status_code == 404
    requester = login(territory.requester)
    assert requester.post(reverse("privacy:export_file", args=[export.pk])).status_code == 404
    assert requester.post(reverse("privacy:export_file", args=[uuid4()])).status_code == 404
    outsider = login(territory.outsider)
    assert outsider.get(reverse("privacy:exports", args=[territory.patient.pk])).status_code == 404
    dpo = login(make_actor(Role.DPO, territory.site))
    assert dpo.get(reverse("privacy:exports", args=[territory.patient.pk])).status_code == 403


def test_a_patient_asks_waits_and_saves(
    territory: Territory, login: Login, run_jobs: Callable[[], int]
) -> None:
    client = login(make_patient_actor(territory.patient))
    assert client.post(reverse("patient:ask_data")).status_code == 302
    page = client.get(reverse("patient:data")).content.decode()
    assert "En préparation" in page
    assert "every 3s" in page
    run_jobs()
    page = client.get(reverse("patient:data"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "every 3s" not in page
    answer = client.post(reverse("patient:data_file", args=[DataExport.objects.get().pk]))
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"PK")
    assert territory.patient.birth_name not in answer["Content-Disposition"]


def test_a_physician_says_who_asked(territory: Territory, login: Login) -> None:
    client = login(territory.requester)
    page = reverse("privacy:exports", args=[territory.patient.pk])
    refused = client.post(reverse("privacy:ask_export", args=[territory.patient.pk]), {"reason": ""})
    assert refused.status_code == 422
    client.post(reverse("privacy:ask_export", args=[territory.patient.pk]), {"reason": "À l’accueil"})
    assert "À l’accueil" in client.get(page).content.decode()
    assert page in client.get(reverse("identities:patient", args=[territory.patient.pk])).content.decode()
