"""The pages of identities: whose they are, what they show, what they do (R40, R42, R43)."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.patients.doubles import list_pairs
from diaphane.patients.models import IdentityPair, Patient
from diaphane.patients.operations import register_new_patient, register_unidentified
from diaphane.requests.models import ExamRequest
from diaphane.web.identities.urls import urlpatterns
from tests.factories import PatientFactory, StructureFactory, make_actor
from tests.scenes import Territory

Login = Callable[[Actor], Client]
HTMX = {"HX-Request": "true"}
PAGES = [each for each in urlpatterns if isinstance(each, URLPattern)]
WHY = "Carte d’identité lue avec elle"


def address(pattern: URLPattern, key: UUID | None = None) -> str:
    return reverse(
        f"identities:{pattern.name}", args=[key or uuid4()] if "uuid:" in str(pattern.pattern) else []
    )


def register(territory: Territory, *, issuer: str = "", **traits: object) -> Patient:
    given = {
        "birth_name": "Lefèvre",
        "first_names": "Odette",
        "birth_date": date(1961, 5, 9),
        "sex": "F",
        "provisional": True,
    }
    return register_new_patient(
        patient=PatientFactory.build(**{**given, **traits}),
        issuer=issuer or territory.site.issuer,
        is_distinct=True,
        by=territory.requester,
        at=now(),
    )


@pytest.fixture
def pair(territory: Territory) -> IdentityPair:
    register(territory)
    register(territory, first_names="Odète")
    return list_pairs(territory.technologist).get()


@pytest.fixture
def unknown(territory: Territory) -> Patient:
    return register_unidentified(
        sex="M", age=40, issuer=territory.site.issuer, by=territory.technologist, at=now()
    )


def send(client: Client, name: str, key: UUID | None = None, **values: object) -> HttpResponse:
    url = reverse(f"identities:{name}", args=[key] if key else [])
    return client.post(url, values, headers=HTMX)  # type: ignore[return-value]


@pytest.mark.parametrize("pattern", PAGES, ids=lambda each: each.name)
def test_a_visitor_is_sent_to_the_login(db: None, pattern: URLPattern) -> None:
    for ask in (Client().get, Client().post):
        response = ask(address(pattern))
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("role", [Role.IMAGEUR, Role.TREATING_PHYSICIAN])
def test_another_role_is_told_whose_page_it_is(territory: Territory, login: Login, role: Role) -> None:
    client = login(make_actor(role, territory.site))
    for pattern in PAGES:
        answers = {client.get(address(pattern)).status_code, client.post(address(pattern)).status_code}
        assert answers <= {403, 405}


@pytest.mark.parametrize("role", [Role.TECHNOLOGIST, Role.ADMINISTRATOR, Role.REQUESTING_PHYSICIAN])
def test_another_site_finds_nothing_and_changes_nothing(
    territory: Territory, login: Login, pair: IdentityPair, unknown: Patient, role: Role
) -> None:
    client = login(make_actor(role, StructureFactory()))
    assert "LEF" not in client.get(reverse("identities:list")).content.decode()
    assert "LEF" not in send(client, "find", words="lefevre").content.decode()
    values = {"reason": WHY, "survivor": pair.first_id, "kind": "passport", "known": pair.first_id}
    traits = {"birth_name": "A", "first_names": "B", "sex": "M", "birth_date": "1980-01-01"}
    for pattern in PAGES:
        if "uuid:" not in str(pattern.pattern) or pattern.name == "choose":
            continue
        key = pair.pk if "pair_id" in str(pattern.pattern) else unknown.pk
        url = address(pattern, key)
        answers = {client.get(url).status_code, client.post(url, values | traits, headers=HTMX).status_code}
        assert answers <= {404, 405}
    pair.refresh_from_db()
    assert pair.state == "proposed"


def test_the_list_says_why_two_are_compared_and_who_is_unknown(
    territory: Territory, login: Login, pair: IdentityPair, unknown: Patient
) -> None:
    said = login(territory.technologist).get(reverse("identities:list")).content.decode()
    assert "même nom de naissance et date, prénom proche" in said
    assert unknown.display_name in said


def test_the_search_finds_an_identity(territory: Territory, login: Login, pair: IdentityPair) -> None:
    client = login(territory.technologist)
    assert "LEFÈVRE" in send(client, "find", words="lefebvre").content.decode()
    assert Entry.objects.filter(action="patients.searched").exists()


def test_a_pair_is_merged_reviewed_by_another_person_and_undone(
    territory: Territory, login: Login, pair: IdentityPair
) -> None:
    client, other = login(territory.technologist), login(territory.requester)
    said = client.get(reverse("identities:pair", args=[pair.pk])).content.decode()
    assert "Trait par trait" in said
    assert said.count("identique") == 3  # what neither has is not said to agree
    refused = send(client, "merge", pair.pk, reason="", survivor="")
    assert refused.status_code == 422
    assert "identité à garder" in refused.content.decode()
    assert send(client, "merge", pair.pk, reason=WHY, survivor=pair.first_id).status_code == 204
    assert send(client, "review", pair.pk).status_code == 422
    assert send(other, "review", pair.pk).status_code == 204
    assert send(other, "unmerge", pair.pk, reason="Deux sœurs").status_code == 204
    assert send(other, "set_apart", pair.pk, reason="Deux sœurs").status_code == 204
    assert send(other, "compare", pair.pk, reason="Relu").status_code == 204
    assert not Patient.objects.exclude(merged_into=None).exists()


def test_a_reason_too_long_is_refused(territory: Territory, login: Login, pair: IdentityPair) -> None:
    answer = send(login(territory.technologist), "set_apart", pair.pk, reason="x" * 301)
    assert answer.status_code == 422
    assert "300 caractères" in answer.content.decode()


def test_the_traits_of_another_site_s_patient_are_compared_and_never_shown(
    territory: Territory, login: Login
) -> None:
    held = territory.patient
    other = StructureFactory()
    register(territory, issuer=other.issuer, birth_name="Tout-Autre", ins=held.ins, ins_oid=held.ins_oid)
    stranger = make_actor(Role.TECHNOLOGIST, other)
    found = list_pairs(stranger).get()
    said = login(stranger).get(reverse("identities:pair", args=[found.pk])).content.decode()
    assert "connue d’un autre site" in said.lower() or "connu d’un autre site" in said.lower()
    for secret in (held.birth_name.upper(), held.first_names, held.ins):
        assert secret not in said
    assert held.display_name not in login(stranger).get(reverse("identities:list")).content.decode()


def test_a_document_validates_and_a_doubt_stops(territory: Territory, login: Login) -> None:
    client, patient = login(territory.technologist), register(territory)
    assert send(client, "document", patient.pk, kind="").status_code == 409
    assert send(client, "document", patient.pk, kind="passport").status_code == 204
    assert send(client, "doubt", patient.pk, reason=" ").status_code == 422
    assert send(client, "doubt", patient.pk, reason="Autre photo").status_code == 204
    said = client.get(reverse("identities:patient", args=[patient.pk])).content.decode()
    assert "L’identité est douteuse" in said
    assert Entry.objects.filter(action="viewed.identity", patient_id=patient.pk).exists()


def test_a_physician_registers_somebody_unknown_and_writes_the_request(
    territory: Territory, login: Login
) -> None:
    client = login(territory.requester)
    assert client.get(reverse("identities:unidentified")).status_code == 200
    for age in ("", "-1", "200", "vieux"):
        assert send(client, "unidentified", sex="M", age=age).status_code == 200
    assert send(client, "unidentified", sex="", age="40").status_code == 200
    assert not Patient.objects.filter(is_unidentified=True).exists()
    assert send(client, "unidentified", sex="M", age="40").status_code == 204
    assert ExamRequest.objects.get().act.patient.is_unidentified


def test_somebody_unknown_is_identified(territory: Territory, login: Login, unknown: Patient) -> None:
    client = login(territory.technologist)
    assert (
        "Qui est ce patient" in client.get(reverse("identities:patient", args=[unknown.pk])).content.decode()
    )
    assert send(client, "identify", unknown.pk, birth_name="Garnier").status_code == 200
    traits = {"birth_name": "Garnier", "first_names": "Paul", "sex": "M", "birth_date": "1984-02-03"}
    assert send(client, "identify", unknown.pk, **traits).status_code == 204
    unknown.refresh_from_db()
    assert (unknown.birth_name, unknown.is_unidentified) == ("Garnier", False)


def test_somebody_unknown_is_recognised(territory: Territory, login: Login, unknown: Patient) -> None:
    client, known = login(territory.technologist), territory.patient
    assert str(known.pk) in send(client, "choose", unknown.pk, words=known.birth_name).content.decode()
    assert send(client, "recognise", unknown.pk, reason=WHY).status_code == 409
    assert send(client, "recognise", unknown.pk, known=known.pk, reason=" ").status_code == 422
    assert send(client, "recognise", unknown.pk, known=known.pk, reason=WHY).status_code == 204
    unknown.refresh_from_db()
    assert unknown.merged_into == known


def test_traits_are_corrected_on_a_page_that_keeps_what_was(territory: Territory, login: Login) -> None:
    client, patient = login(territory.technologist), territory.patient
    page = client.get(reverse("identities:correct", args=[patient.pk]))
    assert patient.birth_name in page.content.decode()
    before = patient.birth_name
    traits = {
        "birth_name": "Rectifié",
        "used_name": "",
        "first_names": patient.first_names,
        "sex": patient.sex,
        "birth_date": f"{patient.birth_date:%Y-%m-%d}",
        "birth_place_code": patient.birth_place_code,
        "phone": patient.phone,
    }
    refused = send(client, "correct", patient.pk, **traits, reason="", proof="")
    assert refused.status_code == 422
    wrong = send(
        client, "correct", patient.pk, **(traits | {"birth_name": "123"}), reason=WHY, proof="passport"
    )
    assert "Rectifier les traits" in wrong.content.decode()
    send(client, "correct", patient.pk, **traits, reason=WHY, proof="passport")
    said = client.get(reverse("identities:patient", args=[patient.pk])).content.decode()
    assert f"<s>{before}</s>" in said
    assert WHY in said
    assert "l’INS a été retiré" in said


def test_an_administrator_watches_a_record_and_nobody_else_sees_it(
    territory: Territory, login: Login
) -> None:
    admin = login(make_actor(Role.ADMINISTRATOR, territory.site))
    address = reverse("privacy:watch", args=[territory.patient.pk])
    assert login(territory.technologist).post(address, {"reason": "Élue"}).status_code == 403
    assert admin.post(address, {"reason": ""}).status_code == 422
    admin.post(address, {"reason": "Élue de la ville"})
    page = reverse("identities:patient", args=[territory.patient.pk])
    assert "Élue de la ville" in admin.get(page).content.decode()
    assert "Élue de la ville" not in login(territory.technologist).get(page).content.decode()
    admin.post(address, {"ends": "yes"})
    assert "Élue de la ville" not in admin.get(page).content.decode()
