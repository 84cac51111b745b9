"""The sender's page: who reaches it, what it asks, the code shown once, the list of links and their end."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diaphane.access.operations import grant_to_person
from diaphane.acts.models import Act, Duty
from diaphane.imaging.models import Study
from diaphane.imaging.quarantining import quarantine_study
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.sharing.models import LinkState, SharedLink
from diaphane.sharing.operations import PATIENT_TOLD_OF_LINK
from diaphane.web.acts.history import list_history
from diaphane.web.sharing.pages import _LOOKS
from tests.factories import PatientFactory, StructureFactory, make_actor, make_patient_actor
from tests.links import key_in, receive_key, shared
from tests.reading_scenes import acquired, signed
from tests.scenes import Territory, validated

Login = Callable[[Actor], Client]


@pytest.fixture
def act(territory: Territory) -> Act:
    """Return an act whose two images have come."""
    return acquired(territory).act


def address(act: Act, name: str = "links") -> str:
    return reverse(f"sharing:{name}", args=[act.pk])


def answers(act: Act, **changed: str) -> dict[str, str]:
    """Return what the form is sent with."""
    return {
        "number": str(uuid4()),
        "study": str(Study.objects.get(act=act).pk),
        "recipient_name": "Dr Ysoline Carrel",
        "recipient_profession": "Neurochirurgienne",
        "recipient_structure": "CHU de Hautecombe",
        "recipient_email": "y.carrel@chu-hautecombe.example",
        "purpose": "Avis neurochirurgical",
        "hours": "24",
        "agreement": "patient",
    } | changed


def send(client: Client, act: Act, **changed: str) -> HttpResponse:
    return client.post(address(act), answers(act, **changed))  # type: ignore[return-value]


def test_a_visitor_is_sent_to_the_login(act: Act, client: Client) -> None:
    for answer in (client.get(address(act)), send(client, act), client.post(address(act, "revoke"))):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account_login"))


def test_another_site_learns_nothing(act: Act, territory: Territory, login: Login) -> None:
    link = shared(act, by=territory.requester).link
    for stranger in (territory.outsider, make_actor(Role.IMAGEUR, StructureFactory())):
        client = login(stranger)
        assert client.get(address(act)).status_code == 404
        assert send(client, act).status_code == 404
        assert client.post(address(act, "revoke"), {"link": str(link.pk)}).status_code == 404
        assert client.post(address(act, "told")).status_code == 404
    assert SharedLink.objects.get().revoked_at is None


@pytest.mark.parametrize("role", [Role.TECHNOLOGIST, Role.ADMINISTRATOR, Role.PATIENT])
def test_another_role_is_told_whose_page_it_is(
    role: Role, act: Act, territory: Territory, login: Login
) -> None:
    is_patient = role is Role.PATIENT
    someone = make_patient_actor(territory.patient) if is_patient else make_actor(role, territory.site)
    assert send(login(someone), act).status_code == 403
    assert not SharedLink.objects.exists()


def test_an_exam_without_images_shows_nothing(territory: Territory, login: Login) -> None:
    said = login(territory.requester).get(address(validated(territory).act)).content.decode()
    assert "Aucune image à montrer" in said


@pytest.mark.parametrize("who", ["requester", "imageur"])
def test_the_code_shows_once(who: str, act: Act, territory: Territory, login: Login) -> None:
    client = login(getattr(territory, who))
    assert "Montrer cet examen à un confrère" in client.get(address(act)).content.decode()
    sending = answers(act)
    answer = client.post(address(act), sending)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "private, no-store")
    code = str(answer.context["sent"].code)
    assert code in answer.content.decode()
    again = client.post(address(act), sending)
    assert (again.status_code, code in again.content.decode()) == (409, False)
    assert code not in client.get(address(act)).content.decode()
    assert SharedLink.objects.count() == 1


def test_the_treating_physician_shows_it_too(territory: Territory, login: Login) -> None:
    treating = make_actor(Role.TREATING_PHYSICIAN, StructureFactory())
    act = signed(territory).act
    grant_to_person(
        act_id=act.pk, person_id=treating.id, role=Role.TREATING_PHYSICIAN, reason="treating", at=now()
    )
    assert send(login(treating), act, with_report="on").status_code == 201
    assert SharedLink.objects.get().with_report


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"agreement": ""}, "hors de l’équipe de soins ne voit rien"),
        ({"recipient_email": "y.carrel@gmail.com"}, "messagerie personnelle"),
        ({"hours": "999"}, "id_hours"),
        ({"purpose": ""}, "id_purpose"),
        ({"study": "x"}, "id_study"),
        ({"number": ""}, "number"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    changed: dict[str, str], said: str, act: Act, territory: Territory, login: Login
) -> None:
    answer = send(login(territory.requester), act, **changed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not SharedLink.objects.exists()
    assert mail.outbox == []


def test_only_what_the_act_offers_is_shown(act: Act, territory: Territory, login: Login) -> None:
    assert send(login(territory.requester), act, study=str(uuid4())).status_code == 404


def test_the_mail_leaves_with_the_link(
    act: Act, territory: Territory, login: Login, run_jobs: Callable[[], int]
) -> None:
    client = login(territory.requester)
    send(client, act)
    assert "va partir" in client.get(address(act)).content.decode()
    run_jobs()
    assert key_in(str(mail.outbox[-1].body))
    assert "pas encore ouvert" in client.get(address(act)).content.decode()


def test_a_colleague_sees_who_opened_it_and_revokes_it(act: Act, territory: Territory, login: Login) -> None:
    sent = shared(act, by=territory.requester)
    Client().post(reverse("outside:enter"), {"key": receive_key(sent), "code": sent.code})
    client = login(territory.imageur)
    said = client.get(address(act)).content.decode()
    assert "Ouvert 1 fois" in said
    assert client.get(address(act, "revoke")).status_code == 405
    for name in ("", "x", str(uuid4())):
        assert client.post(address(act, "revoke"), {"link": name}).status_code == 404
    assert client.post(address(act, "revoke"), {"link": str(sent.link.pk)}).status_code == 302
    assert SharedLink.objects.get().state_at(now()) is LinkState.REVOKED
    assert client.post(address(act, "revoke"), {"link": str(sent.link.pk)}).status_code == 409


def test_the_history_of_the_act_tells_it(act: Act, territory: Territory, login: Login) -> None:
    sent = shared(act, by=territory.requester)
    Client().post(reverse("outside:enter"), {"key": receive_key(sent), "code": sent.code})
    login(territory.imageur).post(address(act, "revoke"), {"link": str(sent.link.pk)})
    told = [(str(line.title), line.by) for line in list_history(act.request)][-3:]
    assert told == [
        ("Montré à l’extérieur par un lien", territory.requester.label),
        ("Lien ouvert", "Dr Ysoline Carrel"),
        ("Lien révoqué", territory.imageur.label),
    ]


def test_in_an_emergency_the_page_asks_to_tell_the_patient(
    act: Act, territory: Territory, login: Login
) -> None:
    client = login(territory.requester)
    send(client, act, agreement="impossible")
    assert "Le patient doit être informé" in client.get(address(act)).content.decode()
    client.post(address(act, "told"))
    assert "Le patient doit être informé" not in client.get(address(act)).content.decode()
    assert Duty.objects.get(guard=PATIENT_TOLD_OF_LINK).state == Duty.State.DONE


def test_another_patient_learns_nothing(act: Act, login: Login) -> None:
    assert login(make_patient_actor(PatientFactory())).get(address(act)).status_code == 403


def test_every_state_of_a_link_has_its_look() -> None:
    assert set(_LOOKS) == set(LinkState)


def test_a_link_closed_by_a_doubt_is_in_the_list_and_can_be_revoked(
    act: Act, territory: Territory, login: Login
) -> None:
    link = shared(act, by=territory.requester).link
    study = Study.objects.get(act=act)
    quarantine_study(study=study, reason="Autre patient ?", by=territory.imageur, at=now())
    client = login(territory.requester)
    page = client.get(address(act)).content.decode()
    assert "quelqu’un doute" in page
    client.post(address(act, "revoke"), {"link": str(link.pk)})
    assert SharedLink.objects.get().revoked_at is not None
