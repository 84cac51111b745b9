"""The pages by which a patient is given an access, and comes in."""

import re
from collections.abc import Callable

from django.core import mail
from django.test import Client
from django.urls import reverse

from diaphane.accounts.models import AccessSheet
from diaphane.kernel.actors import Actor
from diaphane.patients.models import IdentityProof
from tests.factories import PatientFactory
from tests.scenes import Territory

EMAIL = "odette@patients.example"
CARD = IdentityProof.Kind.values[0]


def give(client: Client, territory: Territory) -> str:
    """Give the sheet, and return its page."""
    address = reverse("entrance:give", args=[territory.patient.pk])
    answer = client.post(address, {"document": CARD, "email": EMAIL})
    assert answer.status_code == 201
    return answer.content.decode()


def read_code(page: str) -> str:
    found = re.search(r"access-code mono\">([0-9A-Z]{4}-[0-9A-Z]{4})<", page)
    assert found
    return found.group(1)


def read_key() -> str:
    return str(mail.outbox[-1].body).partition("#")[2].split()[0]


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_another_role_and_another_site_give_nothing(
    territory: Territory, login: Callable[[Actor], Client]
) -> None:
    address = reverse("entrance:give", args=[territory.patient.pk])
    assert login(territory.imageur).post(address, {"document": CARD, "email": EMAIL}).status_code == 403
    elsewhere = reverse("entrance:give", args=[PatientFactory().pk])
    assert login(territory.technologist).get(elsewhere).status_code == 404
    assert not AccessSheet.objects.exists()


def test_what_is_missing_is_said(territory: Territory, login: Callable[[Actor], Client]) -> None:
    address = reverse("entrance:give", args=[territory.patient.pk])
    answer = login(territory.technologist).post(address, {})
    assert answer.status_code == 422
    assert not AccessSheet.objects.exists()


def test_from_the_sheet_to_the_space_of_the_patient(
    territory: Territory, login: Callable[[Actor], Client], client: Client, run_jobs: Callable[[], int]
) -> None:
    page = give(login(territory.technologist), territory)
    assert 'src="data:image/svg+xml;base64,' in page
    code = read_code(page)
    run_jobs()
    door = reverse("entrance:enter")
    for _time in range(2):
        assert client.get(door).status_code == 200
    assert client.post(door, {"key": read_key(), "code": "0000-0000"}).status_code == 403
    assert client.get(f"{door}?key={read_key()}&code={code}").status_code == 200
    assert not is_logged_in(client)
    link = f"http://127.0.0.1:8000{door}#{read_key()}"
    answer = client.post(door, {"key": link, "code": code})
    assert answer.headers["Location"] == "/"
    assert client.get("/", follow=True).redirect_chain[-1][0] == reverse("patient:home")
    replayed = Client().post(door, {"key": read_key(), "code": code})
    assert replayed.status_code == 403
    assert "Recevoir un lien" not in replayed.content.decode()
    assert reverse("entrance:ask") in replayed.content.decode()


def test_who_has_no_password_is_offered_none(
    territory: Territory, login: Callable[[Actor], Client], client: Client, run_jobs: Callable[[], int]
) -> None:
    code = read_code(give(login(territory.technologist), territory))
    run_jobs()
    client.post(reverse("entrance:enter"), {"key": read_key(), "code": code})
    assert reverse("account_change_password") not in client.get(reverse("patient:home")).content.decode()
    assert client.get(reverse("account_change_password"), follow=True).status_code == 404


def test_asking_for_a_link_says_the_same_to_all(
    territory: Territory, login: Callable[[Actor], Client], client: Client
) -> None:
    give(login(territory.technologist), territory)
    answers = {
        client.post(reverse("entrance:ask"), {"email": email})
        .content.partition(b"<main")[2]
        .partition(b"</main")[0]
        for email in (EMAIL, "personne@nulle-part.example")
    }
    assert len(answers) == 1
    assert client.post(reverse("entrance:ask"), {"email": "not an address"}).status_code == 422


def test_the_site_reads_who_gave_an_access_and_ends_it(
    territory: Territory, login: Callable[[Actor], Client]
) -> None:
    client = login(territory.technologist)
    give(client, territory)
    page = client.get(reverse("entrance:give", args=[territory.patient.pk])).content.decode()
    assert territory.technologist.label in page
    assert str(IdentityProof.Kind(CARD).label) in page
    client.post(reverse("entrance:revoke", args=[territory.patient.pk]))
    assert not AccessSheet.objects.filter(revoked_at=None).exists()
