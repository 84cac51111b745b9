"""The hospital's messages in a real Chromium: accessible, wide and narrow, light and dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from diaphane.admissions.models import ReceivedMessage
from diaphane.admissions.receiving import receive_message
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.patients.models import PatientIdentifier
from tests.chromium import IN_CHROMIUM
from tests.factories import make_actor
from tests.live_server import LiveServer, serving
from tests.looks import check_every_look
from tests.mllp import AdtText, open_peer
from tests.scenes import Territory, make_territory

pytestmark = IN_CHROMIUM


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def server(territory: Territory, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


def receive_some(territory: Territory) -> ReceivedMessage:
    """Receive one message that is applied with a difference, and one kept aside; return the latter."""
    peer = open_peer(territory.site)
    ipp = PatientIdentifier.objects.get(patient=territory.patient).value
    for message in (
        AdtText(event="A08", ipp=ipp, name="NOUVEAU^Zoé^^^^^L", born="", sex=""),
        AdtText(event="A01", ipp="IPP9", born="195403", name="UN-NOM-TRÈS-LONG-ET-COMPOSÉ^Zoé^^^^^L"),
    ):
        receive_message(message.encode(), peers=[peer], at=now())
    return ReceivedMessage.objects.get(state="aside")


def test_every_page_is_accessible_at_every_size_and_in_both_lights(
    territory: Territory, server: LiveServer
) -> None:
    aside = receive_some(territory)
    administrator = make_actor(Role.ADMINISTRATOR, territory.site)
    check_every_look(
        server,
        {
            "list": (administrator, reverse("admissions:list")),
            "message": (administrator, reverse("admissions:message", args=[aside.pk])),
            "peer": (administrator, reverse("admissions:open_peer")),
            "patient": (territory.technologist, reverse("identities:patient", args=[territory.patient.pk])),
        },
    )
