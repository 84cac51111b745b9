"""A structure is created by who runs the platform: FINESS checked, a doubtful commune said (R10, R18)."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from diaphane.accounts.models import User
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import GuardError, NotAllowedError
from diaphane.organisations.founding import Foundation, create_structure, list_doubts
from diaphane.organisations.models import Membership, Structure
from tests.factories import StructureFactory, make_actor, make_finess
from tests.scenes import Territory

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform() -> Actor:
    return make_actor(Role.PLATFORM_ADMINISTRATOR, StructureFactory())


def described(**changes: object) -> Foundation:
    given = {"name": "Clinique des Brandes", "finess": make_finess(77_001), "issuer": "BRANDES"}
    return Foundation(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.IMAGEUR, Role.DPO])
def test_nobody_else_creates_a_structure(territory: Territory, role: Role, at: datetime) -> None:
    with pytest.raises(NotAllowedError):
        create_structure(foundation=described(), by=make_actor(role, territory.site), at=at)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"finess": "990000000"}, "finess"),
        ({"finess": "12"}, "finess"),
        ({"name": ""}, "name"),
        ({"issuer": "brandes à moi"}, "issuer"),
        ({"phone": "appelez"}, "phone"),
        ({"holiday_zone": "XX"}, "holiday_zone"),
    ],
)
def test_what_is_wrong_is_refused(platform: Actor, at: datetime, changes: dict[str, str], field: str) -> None:
    with pytest.raises(GuardError) as refusal:
        create_structure(foundation=described(**changes), by=platform, at=at)
    assert [each.field for each in refusal.value.missing] == [field]


def test_a_number_or_a_name_that_another_has_is_refused(platform: Actor, at: datetime) -> None:
    made = create_structure(foundation=described(), by=platform, at=at)
    with pytest.raises(GuardError) as refusal:
        create_structure(foundation=described(), by=platform, at=at)
    assert {each.field for each in refusal.value.missing} == {"name", "finess", "issuer"}
    assert Structure.objects.filter(finess=made.finess).count() == 1


def test_a_commune_that_insee_does_not_know_is_said_and_kept(platform: Actor, at: datetime) -> None:
    doubtful = create_structure(foundation=described(commune="00000"), by=platform, at=at)
    assert list_doubts(doubtful)
    doubtful.commune = "2A004"
    assert not list_doubts(doubtful)


def test_a_site_belongs_to_a_structure_and_has_no_site(platform: Actor, at: datetime) -> None:
    parent = create_structure(foundation=described(), by=platform, at=at)
    others = {"name": "Site nord", "finess": make_finess(77_002), "issuer": "NORD"}
    site = create_structure(foundation=described(**others, part_of_id=parent.pk), by=platform, at=at)
    assert site.part_of == parent
    below = {"name": "Antenne", "finess": make_finess(77_003), "issuer": "ANTENNE", "part_of_id": site.pk}
    with pytest.raises(GuardError) as refusal:
        create_structure(foundation=described(**below), by=platform, at=at)
    assert [each.field for each in refusal.value.missing] == ["part_of"]


def test_the_first_administrator_is_opened_by_a_command(db: None) -> None:
    finess, out = make_finess(77_010), StringIO()
    given = ["anne.roc@lisiere.example", "Anne Roc", finess]
    with pytest.raises(CommandError):  # the structure does not exist yet, and has no name
        call_command("first_administrator", *given, stdout=out)
    call_command("first_administrator", *given, structure="Agence", issuer="AGENCE", stdout=out)
    assert out.getvalue().strip()
    user = User.objects.get(email=given[0])
    assert Membership.objects.get(user=user).role == Role.PLATFORM_ADMINISTRATOR
    with pytest.raises(CommandError, match="compte"):
        call_command("first_administrator", *given, stdout=out)
