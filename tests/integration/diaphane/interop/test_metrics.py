"""The figures for Prometheus: for who holds the secret, and nothing of a patient in them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from diaphane.acts.models import Act
from diaphane.imaging.models import Gateway, Reconciliation
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from tests.images import make_ct
from tests.scenes import Territory

pytestmark = pytest.mark.usefixtures("object_store")
SECRET = "figures-for-the-operator-of-this-installation"


@pytest.fixture(autouse=True)
def secret(settings: Settings) -> None:
    settings.METRICS_TOKEN = SECRET


def read(client: Client) -> dict[tuple[str, ...], float]:
    """Return each figure under its name and its labels' values, by the labels' names."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {SECRET}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    samples = [sample for family in families for sample in family.samples]
    return {
        (each.name, *(each.labels[label] for label in sorted(each.labels))): each.value for each in samples
    }


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {SECRET}", f"Bearer {SECRET} "])
def test_nobody_else_sees_that_there_is_something(client: Client, given: str) -> None:
    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_a_session_gives_nothing(territory: Territory, login: Callable[[Actor], Client]) -> None:
    assert login(territory.imageur).get("/metrics").status_code == 404


@pytest.mark.django_db
def test_without_a_secret_there_is_nothing(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    for given in ("Bearer ", "Bearer", ""):
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_queues_gateways_and_what_waits_are_told(
    client: Client, gateway: Actor, territory: Territory
) -> None:
    Gateway.objects.create(
        site=territory.site,
        ae_title="LISIERE",
        waiting=12,
        oldest_seconds=90,
        disk_free_bytes=5,
        reported_at=now() - timedelta(seconds=60),
    )
    store_instance(content=make_ct(None), by=gateway, at=now())
    found = read(client)
    assert found["diaphane_gateway_waiting_objects", "LISIERE", territory.site.name] == 12
    assert found["diaphane_gateway_disk_free_bytes", "LISIERE", territory.site.name] == 5
    assert found["diaphane_gateway_silent_seconds", "LISIERE", territory.site.name] >= 60
    assert found["diaphane_unattached_images", Reconciliation.Reason.UNKNOWN_STUDY.value] == 1
    assert found["diaphane_jobs", "failed"] == 0
    assert ("diaphane_event_deliveries", "pending") in found
    assert ("diaphane_report_dispatches", "queued") in found
    assert ("diaphane_gateway_alerts", "late") in found


def test_nothing_tells_of_a_patient(client: Client, act: Act, gateway: Actor) -> None:
    store_instance(content=make_ct(act, PatientID="AUTRE"), by=gateway, at=now())
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {SECRET}"}).content.decode()
    for secret in (act.patient.birth_name, act.study_instance_uid, act.accession_number, "AUTRE"):
        assert secret not in answer
