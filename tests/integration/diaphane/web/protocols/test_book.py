"""The pages of the protocol book, and what the validation and the MERM’s card show of it (R69, R83)."""

import pytest
from django.urls import reverse

from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.requests.models import ExamRequest, SiteProtocol
from diaphane.requests.protocol_book import ProtocolTerms, write_protocol
from tests.factories import StructureFactory, make_actor
from tests.integration.diaphane.acquisition.table import open_exam
from tests.scenes import explain_safety, under_review

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def protocol(territory):
    terms = ProtocolTerms("CT-HEAD", "Crâne", "Hélice de la base au vertex", needs_weight=True)
    return write_protocol(site_id=territory.site.pk, terms=terms, by=territory.imageur, at=now())


@pytest.fixture
def values(territory):
    return {
        "site": str(territory.site.pk),
        "exam_code": "CT-PE",
        "title": "Embolie",
        "acquisition": "Une hélice",
        "product": "Ioméprol 400",
        "ml_per_kg": "1,2",
        "route": "intravenous",
        "is_standing": "on",
    }


def show(client, protocol, name="show"):
    return client.get(reverse(f"protocols:{name}", args=[protocol.pk]))


def send(client, name, protocol):
    return client.post(reverse(f"protocols:{name}", args=[protocol.pk]), headers=HTMX)


@pytest.mark.parametrize("role", [Role.IMAGEUR, Role.TECHNOLOGIST])
def test_the_book_of_a_site_is_not_found_elsewhere(territory, login, protocol, role):
    client = login(make_actor(role, StructureFactory()))
    assert show(client, protocol).status_code == 404
    assert protocol.title not in client.get(reverse("protocols:list")).content.decode()


@pytest.mark.parametrize("name", ["approve", "withdraw"])
def test_an_imageur_elsewhere_approves_and_withdraws_nothing(login, protocol, name):
    assert send(login(make_actor(Role.IMAGEUR, StructureFactory())), name, protocol).status_code == 404


def test_the_technologist_reads_the_book_and_changes_nothing(territory, login, protocol):
    client = login(territory.technologist)
    page = show(client, protocol).content.decode()
    assert protocol.acquisition in page
    assert "Approuver cette version" not in page
    assert send(client, "approve", protocol).status_code == 403


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Le nom du protocole"),
        ({"route": ""}, "La voie d’administration"),
        ({"ml_per_kg": "beaucoup"}, "Écrivez un nombre"),
        ({"site": "ailleurs"}, "choix valide"),
    ],
)
def test_a_version_that_is_not_complete_is_refused_in_french(territory, login, values, changes, words):
    answer = login(territory.imageur).post(reverse("protocols:write"), values | changes, headers=HTMX)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not SiteProtocol.objects.exists()


def test_a_version_is_written_approved_followed_and_withdrawn(territory, login, values):
    client = login(territory.imageur)
    assert "Aucun protocole" in client.get(reverse("protocols:list")).content.decode()
    assert client.post(reverse("protocols:write"), values, headers=HTMX).status_code == 204
    written = SiteProtocol.objects.get()
    assert "À approuver" in client.get(reverse("protocols:list")).content.decode()
    assert send(client, "approve", written).status_code == 204
    page = show(client, written).content.decode()
    assert "En vigueur" in page
    assert "Ioméprol 400, 1,20 mL/kg, intraveineuse" in page
    assert "Embolie" in show(client, written, "write_next").content.decode()
    client.post(reverse("protocols:write"), values | {"acquisition": "Deux hélices"}, headers=HTMX)
    assert "Toutes ses versions" in show(client, written).content.decode()
    assert send(client, "withdraw", written).status_code == 204
    assert "Retiré par" in show(client, written).content.decode()


def test_a_protocol_is_picked_at_the_validation_and_stands_on_the_card(territory, login, protocol):
    client = login(territory.imageur)
    send(client, "approve", protocol)
    request = under_review(territory)
    page = client.get(reverse("reading_room:act", args=[request.act_id])).content.decode()
    assert f'value="{protocol.pk}"' in page
    assert protocol.acquisition in page
    decision = {
        "site_protocol": str(protocol.pk),
        "contrast_product": "Ioméprol 400",
        "contrast_volume": "70",
        "contrast_rate": "3,5",
        "contrast_route": "intravenous",
        "granted_urgency": "urgent",
        "safety_motive": explain_safety(territory, at=now()) or "Injection pesée",
    }
    address = reverse("reading_room:validate", args=[request.act_id])
    refused = client.post(address, decision, headers=HTMX)
    assert refused.status_code == 422
    assert "#id_weight_kg" in refused.content.decode()
    assert client.post(address, decision | {"weight_kg": "60"}, headers=HTMX).status_code == 204
    act = ExamRequest.objects.get().act
    open_exam(act=act, at=now())
    card = login(territory.technologist).get(reverse("technologist:exam", args=[act.pk])).content.decode()
    for words in ("Crâne (v1)", "Approuvé par", "Ioméprol 400, 70 mL, 3,5 mL/s", "Signé par", "60 kg"):
        assert words in card
