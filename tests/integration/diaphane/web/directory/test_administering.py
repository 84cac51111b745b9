"""The pages of administrators: accounts, roles, structures, machines; secrets show once (R18, R39, R41)."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.accounts.machines import recognise_machine
from diaphane.accounts.models import Invitation, ServiceToken, User
from diaphane.accounts.operations import issue_service_token
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.organisations.models import Membership, Structure
from tests.factories import (
    MembershipFactory,
    ProfessionalFactory,
    StructureFactory,
    make_actor,
    make_finess,
    make_rpps,
)
from tests.scenes import Territory

pytestmark = pytest.mark.django_db
Login = Callable[[Actor], Client]
SECRET = re.compile(r'class="once mono">([^<]+)<')


@pytest.fixture
def keeper(territory: Territory) -> Actor:
    return make_actor(Role.ADMINISTRATOR, territory.site)


@pytest.fixture
def platform() -> Actor:
    return make_actor(Role.PLATFORM_ADMINISTRATOR, StructureFactory(name="Agence de la plateforme"))


def anne(structure: Structure, **changes: str) -> dict[str, str]:
    given = {"name": "Dr Anne Roc", "email": "anne.roc@lisiere.example", "structure": str(structure.pk)}
    return (
        given | {"role": Role.IMAGEUR.value, "rpps": make_rpps(910_011), "speciality": "Radiologie"} | changes
    )


def machine(structure: Structure, **changes: object) -> dict[str, object]:
    given = {"kind": "service", "label": "PACS du site", "structure": str(structure.pk), "days": "30"}
    return given | {"scopes": ["dicomweb.read"]} | changes


def test_a_structure_that_is_not_theirs_is_no_choice(
    keeper: Actor, territory: Territory, login: Login
) -> None:
    client, there = login(keeper), territory.reader
    assert client.post(reverse("directory:open_account"), anne(there)).status_code == 422
    assert client.post(reverse("directory:open_machine"), machine(there)).status_code == 422
    assert client.get(reverse("directory:structure", args=[there.pk])).status_code == 404
    assert client.get(reverse("directory:create_structure")).status_code == 403
    elsewhere = issue_service_token(label="Ailleurs", role=Role.COLLECTOR, structure_id=there.pk)
    number = ServiceToken.objects.get().machine_id
    assert "Ailleurs" not in client.get(reverse("directory:machines")).content.decode()
    for name in ("rotate_machine", "revoke_machine"):
        assert client.post(reverse(f"directory:{name}", args=[number])).status_code == 404
    assert recognise_machine(elsewhere, at=now()) is not None
    assert not User.objects.filter(email=anne(there)["email"]).exists()


def test_an_account_is_opened_and_its_code_shows_once(
    keeper: Actor, territory: Territory, login: Login
) -> None:
    client = login(keeper)
    answer = client.post(reverse("directory:open_account"), anne(territory.site))
    assert answer.status_code == 201
    code = SECRET.findall(answer.content.decode())
    assert len(code) == 1
    user = User.objects.get(email="anne.roc@lisiere.example")
    page = client.get(reverse("directory:person", args=[user.pk])).content.decode()
    assert "Invité" in page
    assert code[0] not in page
    again = client.post(reverse("directory:invite", args=[user.pk]))
    assert SECRET.findall(again.content.decode()) != code
    assert Invitation.objects.filter(user=user, revoked_at=None).count() == 1


def test_a_second_account_for_one_rpps_is_refused_and_a_role_given_instead(
    keeper: Actor, territory: Territory, login: Login
) -> None:
    known = ProfessionalFactory(rpps=make_rpps(910_011))
    MembershipFactory(user=known.user, role=Role.IMAGEUR.value)
    client = login(keeper)
    refused = client.post(reverse("directory:open_account"), anne(territory.site))
    assert refused.status_code == 422
    assert "un compte porte déjà ce RPPS" in refused.content.decode()
    given = {"known-known": known.rpps, "known-structure": str(territory.site.pk), "known-role": "imageur"}
    unknown = client.post(reverse("directory:employ"), given | {"known-known": make_rpps(910_999)})
    assert "Aucun compte" in unknown.content.decode()
    assert client.post(reverse("directory:employ"), given).status_code == 302
    assert client.get(reverse("directory:person", args=[known.user_id])).status_code == 200
    assert Membership.objects.filter(user=known.user, structure=territory.site).exists()


def test_a_role_is_given_then_ended_and_the_account_closed_and_reopened(
    keeper: Actor, territory: Territory, login: Login
) -> None:
    client, user_id = login(keeper), territory.technologist.id
    page = reverse("directory:person", args=[user_id])
    given = {"structure": str(territory.site.pk), "role": Role.DPO.value}
    assert client.post(reverse("directory:give_role", args=[user_id]), given).status_code == 302
    assert client.post(reverse("directory:give_role", args=[user_id]), given).status_code == 422
    role = Membership.objects.get(user_id=user_id, role=Role.DPO)
    assert client.post(reverse("directory:end_role", args=[role.pk]), {"last_day": "hier"}).status_code == 422
    assert client.post(reverse("directory:end_role", args=[role.pk]), {}).status_code == 302
    assert "Fini" in client.get(page).content.decode()
    assert client.post(reverse("directory:close_account", args=[keeper.id])).status_code == 422
    assert client.post(reverse("directory:close_account", args=[user_id])).status_code == 302
    assert "Compte fermé" in client.get(page).content.decode()
    assert client.post(reverse("directory:reopen_account", args=[user_id])).status_code == 201
    assert User.objects.get(pk=user_id).is_active


def test_a_machine_is_let_in_renewed_and_shut_out(keeper: Actor, territory: Territory, login: Login) -> None:
    client = login(keeper)
    address = reverse("directory:open_machine")
    assert client.post(address, machine(territory.site, scopes=[])).status_code == 422
    tokens = []
    for kind in ("service", "collector"):
        answer = client.post(address, machine(territory.site, kind=kind, label=f"Essai {kind}"))
        assert answer.status_code == 201
        tokens += SECRET.findall(answer.content.decode())
    actors = [recognise_machine(token, at=now()) for token in tokens]
    assert [each.role for each in actors if each] == [Role.SERVICE, Role.COLLECTOR]
    listed = client.get(reverse("directory:machines")).content.decode()
    assert "Essai collector" in listed
    assert not any(token in listed for token in tokens)
    for actor in actors:
        assert actor is not None
        answer = client.post(reverse("directory:rotate_machine", args=[actor.id]))
        assert recognise_machine(SECRET.findall(answer.content.decode())[0], at=now()) is not None
        assert client.post(reverse("directory:revoke_machine", args=[actor.id])).status_code == 302
        assert client.post(reverse("directory:rotate_machine", args=[actor.id])).status_code == 403
    assert not any(recognise_machine(token, at=now()) for token in tokens)
    code = client.post(address, machine(territory.site, kind="gateway"))
    assert SECRET.search(code.content.decode())


def test_the_platform_creates_a_structure_and_its_first_administrator(platform: Actor, login: Login) -> None:
    client = login(platform)
    typed = {"name": "Clinique des Brandes", "finess": make_finess(77_031), "issuer": "brandes"}
    wrong = client.post(reverse("directory:create_structure"), typed | {"finess": "990000000"})
    assert wrong.status_code == 422
    assert "avec sa bonne clé" in wrong.content.decode()
    made = client.post(reverse("directory:create_structure"), typed | {"commune": "00000"})
    assert made.status_code == 302
    structure = Structure.objects.get(issuer="BRANDES")
    page = client.get(made["Location"]).content.decode()
    assert "n’est pas un code INSEE" in page
    answer = client.post(
        reverse("directory:open_account"), anne(structure, role=Role.ADMINISTRATOR.value, rpps="")
    )
    assert answer.status_code == 201
    assert "Dr Anne Roc" in client.get(made["Location"]).content.decode()
    for name in ("people", "structures", "machines", "open_account", "create_structure"):
        assert client.get(reverse(f"directory:{name}")).status_code == 200
    assert client.get(reverse("directory:conventions")).status_code == 403


def test_who_holds_several_roles_acts_in_one_at_a_time(
    keeper: Actor, territory: Territory, login: Login
) -> None:
    second = MembershipFactory(user_id=keeper.id, structure=territory.reader, role=Role.DPO.value)
    over = MembershipFactory(
        user_id=keeper.id, structure=territory.site, role=Role.IMAGEUR.value, ends_at=now()
    )
    others = Membership.objects.get(user_id=territory.imageur.id)
    client = login(keeper)
    for refused in (others, over):
        assert client.post(reverse("directory:choose_role", args=[refused.pk])).status_code == 404
    assert client.get(reverse("unusual")).status_code == 403
    assert "Agir dans ce rôle" in client.get(reverse("directory:myself")).content.decode()
    assert client.post(reverse("directory:choose_role", args=[second.pk])).status_code == 302
    assert client.get(reverse("unusual")).status_code == 200
    assert client.get(reverse("directory:people")).status_code == 403
    assert Entry.objects.get(action="role.chosen").detail["role"] == "dpo"
