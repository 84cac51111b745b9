"""The hospital's messages on their pages: another site's first, then seen, tried again, decided (R40)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.admissions.models import MessageState, Peer, Proposal, ReceivedMessage
from diaphane.admissions.receiving import receive_message
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.patients.models import Patient, PatientIdentifier
from tests.factories import StructureFactory, make_actor
from tests.mllp import AUTHORITY, AdtText, open_peer
from tests.scenes import Territory

pytestmark = pytest.mark.django_db
Login = Callable[[Actor], Client]
DECLARED = {
    "label": "Admissions",
    "address": "192.0.2.10",
    "application": "SIH",
    "facility": "LISIERE",
    "authority": AUTHORITY,
    "certificate": "",
}


@pytest.fixture
def peer(territory: Territory) -> Peer:
    return open_peer(territory.site)


@pytest.fixture
def administrator(territory: Territory, login: Login) -> Client:
    return login(make_actor(Role.ADMINISTRATOR, territory.site))


@pytest.fixture
def stranger(login: Login) -> Client:
    return login(make_actor(Role.ADMINISTRATOR, StructureFactory()))


@pytest.fixture
def aside(peer: Peer) -> ReceivedMessage:
    receive_message(AdtText(number="M42", born="").encode(), peers=[peer], at=now())
    return ReceivedMessage.objects.get()


def test_another_sites_message_is_neither_listed_nor_shown_nor_settled(
    aside: ReceivedMessage, stranger: Client
) -> None:
    assert b"M42" not in stranger.get(reverse("admissions:list")).content
    assert stranger.get(reverse("admissions:message", args=[aside.pk])).status_code == 404
    for name in ("retry", "dismiss"):
        answer = stranger.post(reverse(f"admissions:{name}", args=[aside.pk]), {"reason": "Essai"})
        assert answer.status_code == 404
    aside.refresh_from_db()
    assert aside.state == MessageState.ASIDE


def test_the_list_names_nobody_and_the_message_is_seen_in_the_trail(
    aside: ReceivedMessage, administrator: Client
) -> None:
    listed = administrator.get(reverse("admissions:list")).content.decode()
    assert "M42" in listed
    assert "LÉVÊQUE" not in listed
    page = administrator.get(reverse("admissions:message", args=[aside.pk])).content.decode()
    assert "LÉVÊQUE" in page
    assert "PID^1^7" in page
    assert Entry.objects.filter(action="viewed.hospital_message", subject_id=aside.pk).exists()


def test_a_message_is_tried_again_and_dismissed(aside: ReceivedMessage, administrator: Client) -> None:
    administrator.post(reverse("admissions:retry", args=[aside.pk]))
    aside.refresh_from_db()
    assert (aside.state, aside.tries) == (MessageState.ASIDE, 2)
    refused = administrator.post(reverse("admissions:dismiss", args=[aside.pk]), {"reason": ""})
    assert refused.status_code == 422
    administrator.post(reverse("admissions:dismiss", args=[aside.pk]), {"reason": "Essai du SIH"})
    aside.refresh_from_db()
    assert aside.state == MessageState.DISMISSED
    assert (
        "plus conservé" in administrator.get(reverse("admissions:message", args=[aside.pk])).content.decode()
    )


def test_a_sender_is_declared_once_and_shut_out(administrator: Client, territory: Territory) -> None:
    address = reverse("admissions:open_peer")
    assert administrator.post(address, DECLARED | {"address": "ici"}).status_code == 422
    assert administrator.post(address, DECLARED | {"certificate": "zz"}).status_code == 422
    assert administrator.post(address, DECLARED).status_code == 302
    assert "déjà déclaré" in administrator.post(address, DECLARED).content.decode()
    peer = Peer.objects.get()
    assert peer.structure == territory.site
    administrator.post(reverse("admissions:close_peer", args=[peer.pk]))
    peer.refresh_from_db()
    assert peer.closed_at is not None


def test_another_sites_sender_stays(peer: Peer, stranger: Client) -> None:
    assert stranger.post(reverse("admissions:close_peer", args=[peer.pk])).status_code == 404
    assert Peer.objects.get().closed_at is None


def test_what_the_hospital_says_otherwise_is_decided_on_the_page_of_the_identity(
    peer: Peer, territory: Territory, login: Login, stranger: Client
) -> None:
    patient = territory.patient
    issued = PatientIdentifier.objects.get(patient=patient)
    receive_message(
        AdtText(event="A08", ipp=issued.value, name="NOUVEAU^Zoé^^^^^L", born="", sex="").encode(),
        peers=[peer],
        at=now(),
    )
    proposal = Proposal.objects.get()
    decide = reverse("identities:proposal", args=[proposal.pk])
    taken = {"answer": "take", "kind": "passport", "reason": "Passeport vu au guichet"}
    assert stranger.post(decide, taken).status_code == 404
    desk = login(territory.technologist)
    assert "L’hôpital dit autre chose" in desk.get(reverse("identities:list")).content.decode()
    assert "NOUVEAU" in desk.get(reverse("identities:patient", args=[patient.pk])).content.decode()
    assert desk.post(decide, taken | {"kind": ""}).status_code == 422
    assert desk.post(decide, taken).status_code == 302
    assert Patient.objects.get(pk=patient.pk).birth_name == "NOUVEAU"
    assert desk.post(decide, taken).status_code == 404
