"""The pages of people, proofs and conventions: who sees what, and each refusal in French (R18–R20, R26)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.organisations.models import Convention, ConventionState, Credential, CredentialState
from diaphane.organisations.proving import Proof, deposit_credential
from tests.documents import PDF, PROGRAM
from tests.factories import MembershipFactory, StructureFactory, actor_of, make_actor, put_out_of_order
from tests.scenes import Territory

pytestmark = pytest.mark.django_db
Login = Callable[[Actor], Client]
KIND = Credential.Kind.TELEIMAGING


@pytest.fixture
def administrator(territory: Territory) -> Actor:
    return make_actor(Role.ADMINISTRATOR, territory.reader)


@pytest.fixture
def brought(territory: Territory) -> Credential:
    today = timezone.localdate()
    proof = Proof(KIND, "F-12", "Organisme fictif", today - timedelta(2), today + timedelta(400))
    return deposit_credential(proof=proof, document=PDF, by=territory.imageur, at=now())


def typed(**changes: object) -> dict[str, object]:
    today = timezone.localdate()
    return {
        "kind": KIND.value,
        "issuer": "Organisme fictif",
        "reference": "F-13",
        "issued_on": f"{today:%Y-%m-%d}",
        "expires_on": f"{today + timedelta(300):%Y-%m-%d}",
        "document": SimpleUploadedFile("preuve.pdf", PDF),
    } | changes


def test_a_colleague_or_another_structure_does_not_open_a_proof(
    territory: Territory, login: Login, brought: Credential
) -> None:
    address = reverse("directory:document", args=[brought.pk])
    assert Client().get(address).status_code == 302
    for who in (
        make_actor(Role.IMAGEUR, territory.reader),
        make_actor(Role.ADMINISTRATOR, StructureFactory()),
        make_actor(Role.ADMINISTRATOR, territory.site),
    ):
        assert login(who).get(address).status_code == 404
    assert not Entry.objects.filter(action="viewed.credential").exists()


def test_the_holder_and_their_administrator_open_it_and_the_trail_keeps_it(
    territory: Territory, login: Login, brought: Credential, administrator: Actor
) -> None:
    address = reverse("directory:document", args=[brought.pk])
    for who in (territory.imageur, administrator):
        answer = login(who).get(address)
        assert answer.content == PDF
        assert answer["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer["Content-Security-Policy"]
    assert Entry.objects.filter(action="viewed.credential").count() == 2


def test_a_program_under_the_name_of_a_pdf_is_refused_in_french(territory: Territory, login: Login) -> None:
    before = Credential.objects.count()
    document = SimpleUploadedFile("preuve.pdf", PROGRAM, "application/pdf")
    answer = login(territory.imageur).post(reverse("directory:deposit"), typed(document=document))
    assert answer.status_code == 422
    assert "qui s’ouvre" in answer.content.decode()
    assert Credential.objects.count() == before


def test_an_expiry_before_the_issue_is_refused_in_french(territory: Territory, login: Login) -> None:
    answer = login(territory.imageur).post(reverse("directory:deposit"), typed(expires_on="2020-01-01"))
    assert answer.status_code == 422
    assert "postérieure à la date de délivrance" in answer.content.decode()


def test_a_form_that_cannot_be_read_is_shown_again(territory: Territory, login: Login) -> None:
    answer = login(territory.imageur).post(reverse("directory:deposit"), typed(issued_on="demain"))
    assert answer.status_code == 200
    assert "has-error" in answer.content.decode()


def test_a_proof_is_brought_then_checked_by_another(
    territory: Territory, login: Login, administrator: Actor
) -> None:
    put_out_of_order(territory.imageur, KIND)
    mine = login(territory.imageur)
    assert "Pas en règle" in mine.get(reverse("directory:myself")).content.decode()
    assert mine.post(reverse("directory:deposit"), typed()).status_code == 302
    brought = Credential.objects.latest("deposited_at")
    assert mine.post(reverse("directory:check", args=[brought.pk])).status_code == 403
    checker = login(administrator)
    page = checker.get(reverse("directory:person", args=[territory.imageur.id])).content.decode()
    assert "En attente de vérification" in page
    assert checker.post(reverse("directory:check", args=[brought.pk])).status_code == 302
    assert Credential.objects.get(pk=brought.pk).state == CredentialState.CHECKED
    assert "Pas en règle" not in mine.get(reverse("directory:myself")).content.decode()


def test_an_administrator_does_not_check_their_own(login: Login, administrator: Actor) -> None:
    client = login(administrator)
    client.post(reverse("directory:deposit"), typed())
    own = Credential.objects.get(holder_id=administrator.id)
    answer = client.post(reverse("directory:check", args=[own.pk]))
    assert answer.status_code == 422
    assert "Nul ne vérifie son propre justificatif" in answer.content.decode()
    page = client.get(reverse("directory:person", args=[administrator.id])).content.decode()
    assert reverse("directory:check", args=[own.pk]) not in page


def test_the_manager_sees_who_is_out_of_order_and_who_expires_soon(
    territory: Territory, login: Login, administrator: Actor
) -> None:
    soon = timezone.localdate() + timedelta(days=12)
    put_out_of_order(territory.imageur, "insurance", expires_on=soon)
    client = login(administrator)
    assert "expire dans les 60 jours" in client.get(reverse("directory:people")).content.decode()
    put_out_of_order(territory.imageur, "insurance")
    assert "pas en règle" in client.get(reverse("directory:people")).content.decode()
    found = client.post(reverse("directory:find"), {"words": "personne de ce nom", "role": ""})
    assert territory.imageur.label not in found.content.decode()


def test_somebody_whose_number_is_not_known_is_shown_too(login: Login, territory: Territory) -> None:
    membership = MembershipFactory(structure=territory.reader, role=Role.ADMINISTRATOR.value)
    client = login(actor_of(membership))
    for name, values in (("people", []), ("myself", []), ("person", [membership.user_id])):
        answer = client.get(reverse(f"directory:{name}", args=values))
        assert membership.user.name in answer.content.decode()


def test_a_wrong_rpps_is_refused_in_french(territory: Territory, login: Login, administrator: Actor) -> None:
    address = reverse("directory:register", args=[territory.imageur.id])
    given = {"rpps": "123 456 789 01", "speciality": "Radiologie", "phone": ""}
    answer = login(administrator).post(address, given)
    assert answer.status_code == 422
    assert "dont la clé est juste" in answer.content.decode()


def test_a_convention_is_proposed_by_one_and_signed_by_the_other(
    territory: Territory, login: Login, administrator: Actor
) -> None:
    today = timezone.localdate()
    terms = {
        "side": "reads",
        "partner": str(territory.site.pk),
        "reference": "Essai de nuit",
        "modalities": ["CT"],
        "readers": ["imageur"],
        "valid_from": f"{today:%Y-%m-%d}",
        "valid_until": f"{today + timedelta(300):%Y-%m-%d}",
        "hours_0": "18:00-8:00",
        "hours_7": "0h-0h",
    }
    client = login(administrator)
    wrong = client.post(reverse("directory:propose"), terms | {"hours_0": "le soir"})
    assert "s’écrivent ainsi" in wrong.content.decode()
    assert client.post(reverse("directory:propose"), terms).status_code == 302
    made = Convention.objects.get(reference="Essai de nuit")
    assert (made.requesting_site_id, made.spans.count()) == (territory.site.pk, 2)
    assert client.post(reverse("directory:accept", args=[made.pk])).status_code == 422
    other = login(make_actor(Role.ADMINISTRATOR, territory.site))
    assert "Votre signature" in other.get(reverse("directory:convention", args=[made.pk])).content.decode()
    assert other.post(reverse("directory:accept", args=[made.pk])).status_code == 302
    stranger = login(make_actor(Role.ADMINISTRATOR, StructureFactory()))
    assert stranger.get(reverse("directory:convention", args=[made.pk])).status_code == 404
    made.refresh_from_db()
    assert made.state == ConventionState.AGREED


def test_a_structure_is_changed_by_its_own_administrator(login: Login, administrator: Actor) -> None:
    client, other = login(administrator), reverse("directory:change_structure", args=[StructureFactory().pk])
    address = reverse("directory:change_structure", args=[administrator.structure_id])
    given = {"phone": "01 99 00 55 55", "email": "", "holiday_zone": "974"}
    assert client.post(other, given).status_code == 404
    assert client.post(address, given).status_code == 302
    assert "La Réunion" in client.get(reverse("directory:structures")).content.decode()
    refused = client.post(address, given | {"phone": "appelez-moi"})
    assert refused.status_code == 422
