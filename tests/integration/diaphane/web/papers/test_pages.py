"""The pages of papers: who reads what, what is missing in French, the PDF, the equipment (R7–R17, R23)."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.organisations.models import Equipment, EquipmentCheck, Paper, PaperKind, PaperState
from diaphane.requests.operations import submit_request
from tests.factories import PaperFactory, StructureFactory, make_actor
from tests.scenes import Territory, draft

pytestmark = pytest.mark.django_db
Login = Callable[[Actor], Client]


@pytest.fixture
def manager(territory: Territory) -> Actor:
    return make_actor(Role.ADMINISTRATOR, territory.site)


def read(client: Client, name: str, *values: object) -> str:
    answer = client.get(reverse(f"papers:{name}", args=values))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_visitor_and_another_territory_read_nothing(territory: Territory, login: Login) -> None:
    paper = Paper.objects.filter(site=territory.site).first()
    assert paper is not None
    addresses = [
        reverse("papers:site", args=[territory.site.pk]),
        reverse("papers:in_force", args=[territory.site.pk, "degraded"]),
        reverse("papers:version", args=[paper.pk]),
        reverse("papers:pdf", args=[paper.pk]),
    ]
    stranger = login(make_actor(Role.ADMINISTRATOR, StructureFactory()))
    for address in addresses:
        assert Client().get(address).status_code == 302
        assert stranger.get(address).status_code == 404
    for step in ("approve", "withdraw", "pledge"):
        assert stranger.post(reverse(f"papers:{step}", args=[paper.pk])).status_code == 404


def test_what_is_missing_is_said_on_the_page_and_on_the_request_with_who_writes_it(
    territory: Territory, login: Login
) -> None:
    request = draft(territory)
    client = login(territory.requester)
    assert "lus à distance : ouvert" in read(client, "list")
    Paper.objects.filter(kind=PaperKind.DEGRADED).delete()
    page = read(client, "list")
    assert "lus à distance : fermé" in page
    assert "mode dégradé : aucune version en vigueur" in page
    page = client.get(reverse("requesting:edit", args=[request.act_id])).content.decode()
    assert "mode dégradé : aucune version en vigueur" in page
    assert reverse("papers:list") in page
    answer = client.post(reverse("requesting:submit", args=[request.act_id]), {})
    assert answer.status_code in {302, 422}
    request.refresh_from_db()
    assert request.state == "draft"


def test_what_a_vital_emergency_left_owing_is_shown_on_its_page(territory: Territory, login: Login) -> None:
    request = draft(territory, urgency="vital")
    Paper.objects.filter(kind=PaperKind.DEGRADED).delete()
    submit_request(request=request, by=territory.requester, at=now())
    page = login(territory.requester).get(reverse("requesting:act", args=[request.act_id]))
    assert page.status_code == 200
    assert "mode dégradé : aucune version en vigueur" in page.content.decode()


def test_a_paper_is_written_from_the_model_then_approved_by_another(
    territory: Territory, login: Login, manager: Actor
) -> None:
    Paper.objects.filter(kind=PaperKind.DEGRADED).delete()
    writer, address = login(manager), reverse("papers:write", args=["degraded"])
    model = read(writer, "write", "degraded")
    assert "Ce texte est un modèle" in model
    assert "[à adapter" in model
    answer = writer.post(address, {"body": "Feuilles : [à adapter : où]"})
    assert answer.status_code == 422
    assert "plus rien qui porte" in answer.content.decode()
    assert writer.post(address, {"body": "## Sans réseau\nAppeler le 01 99 00 30 00."}).status_code == 302
    written = Paper.objects.get(kind=PaperKind.DEGRADED)
    assert "Approuver cette version" not in read(writer, "version", written.pk)
    assert writer.post(reverse("papers:approve", args=[written.pk])).status_code == 422
    approver = login(territory.requester)
    assert "Approuver cette version" in read(approver, "version", written.pk)
    assert approver.post(reverse("papers:approve", args=[written.pk])).status_code == 302
    found = read(login(territory.imageur), "in_force", territory.site.pk, "degraded")
    assert "Appeler le 01 99 00 30 00." in found
    assert territory.requester.label in found
    # The next version starts from this one, not from the model.
    assert "Appeler le 01 99 00 30 00." in read(writer, "write", "degraded")


def test_a_role_that_does_not_write_a_kind_is_told_who_does(territory: Territory, login: Login) -> None:
    client = login(territory.technologist)
    page = read(client, "write", "project")
    assert "s’écrit sur son propre site" in page
    assert "<textarea" not in page
    assert client.post(reverse("papers:write", args=["project"]), {"body": "Texte"}).status_code == 403
    assert client.get(reverse("papers:write", args=["invented"])).status_code == 404


def test_a_site_without_a_version_in_force_says_so(
    territory: Territory, login: Login, manager: Actor
) -> None:
    Paper.objects.filter(kind=PaperKind.REFUSAL).delete()
    page = read(login(manager), "in_force", territory.site.pk, "refusal")
    assert "Aucune version n’est en vigueur" in page


def test_a_version_is_withdrawn_with_its_reason(territory: Territory, login: Login, manager: Actor) -> None:
    paper = Paper.objects.get(site=territory.site, kind=PaperKind.RISKS)
    client, address = login(manager), reverse("papers:withdraw", args=[paper.pk])
    assert login(territory.requester).post(address, {"reason": "Erreur"}).status_code == 403
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Une barrière a changé"}).status_code == 302
    paper.refresh_from_db()
    assert paper.state == PaperState.WITHDRAWN
    assert "Une barrière a changé" in read(client, "version", paper.pk)


def test_the_pdf_is_tagged_names_its_approver_and_prints_the_equipment(
    territory: Territory, login: Login, manager: Actor
) -> None:
    today = timezone.localdate()
    piece = Equipment.objects.create(
        site=territory.site, kind="modality", name="Scanner 7", listed_at=timezone.now()
    )
    EquipmentCheck.objects.create(
        equipment=piece,
        done_on=today - timedelta(days=400),
        next_on=today - timedelta(days=35),
        outcome="fit",
        checker="Contrôle fictif",
        recorded_by_id=manager.id,
        recorded_by_label=manager.label,
        recorded_at=timezone.now(),
    )
    paper = Paper.objects.get(site=territory.site, kind=PaperKind.EQUIPMENT)
    answer = login(territory.imageur).get(reverse("papers:pdf", args=[paper.pk]))
    assert answer["Content-Type"] == "application/pdf"
    document = PdfReader(io.BytesIO(answer.content))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    words = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    for expected in (paper.approved_by_label, territory.site.name, "Scanner 7", "Contrôle en retard"):
        assert expected in words


def test_a_version_that_is_not_in_force_says_so_when_printed(territory: Territory, login: Login) -> None:
    paper = PaperFactory(site=territory.site, kind=PaperKind.TRAINING, written=True)
    answer = login(territory.requester).get(reverse("papers:pdf", args=[paper.pk]))
    words = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "pas approuvée" in words


def test_equipment_is_listed_checked_and_taken_off_by_who_keeps_it(
    territory: Territory, login: Login
) -> None:
    client, today = login(territory.technologist), timezone.localdate()
    given = {"kind": "injector", "name": "Injecteur 2", "reference": "", "place": "Salle 1"}
    assert login(territory.imageur).post(reverse("papers:add_equipment"), given).status_code == 403
    assert client.post(reverse("papers:add_equipment"), given | {"name": " "}).status_code == 422
    assert client.post(reverse("papers:add_equipment"), given).status_code == 302
    piece = Equipment.objects.get()
    assert "Jamais contrôlé" in read(client, "list")
    address = reverse("papers:check_equipment", args=[piece.pk])
    assert login(make_actor(Role.TECHNOLOGIST, StructureFactory())).get(address).status_code == 404
    check = {
        "done_on": f"{today:%Y-%m-%d}",
        "next_on": f"{today:%Y-%m-%d}",
        "outcome": "fit",
        "checker": "Maintenance fictive",
        "words": "",
    }
    answer = client.post(address, check)
    assert answer.status_code == 422
    assert "après celui-ci" in answer.content.decode()
    assert client.post(address, check | {"next_on": f"{today + timedelta(400):%Y-%m-%d}"}).status_code == 302
    assert "Bon pour l’usage" in read(client, "list")
    address = reverse("papers:remove_equipment", args=[piece.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Remplacé"}).status_code == 302
    assert "Injecteur 2" not in read(client, "list")
    assert EquipmentCheck.objects.count() == 1


def test_each_person_commits_by_name_to_the_charter(territory: Territory, login: Login) -> None:
    charter = PaperFactory(site=territory.site, kind=PaperKind.COMMITMENT)
    client = login(territory.technologist)
    assert "je m’y engage" in read(client, "version", charter.pk)
    assert client.post(reverse("papers:pledge", args=[charter.pk])).status_code == 302
    assert "je m’y engage" not in read(client, "version", charter.pk)
    assert client.post(reverse("papers:pledge", args=[charter.pk])).status_code == 409
