"""Accounts and roles: on one's own structure, never for oneself, never the last administrator (R18, R41)."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from diaphane.accounts.models import Invitation, Professional, User
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.organisations.closing import close_account, invite_again, reopen_account
from diaphane.organisations.employing import Post, cut_ended_roles, end_role, give_role, open_account
from diaphane.organisations.models import Membership, Structure
from diaphane.organisations.newcomers import Newcomer
from diaphane.organisations.queries import has_role, list_memberships
from tests.browsing import note_open, open_session
from tests.factories import (
    MembershipFactory,
    ProfessionalFactory,
    StructureFactory,
    UserFactory,
    make_actor,
    make_rpps,
)
from tests.scenes import Territory

pytestmark = pytest.mark.django_db
IMAGEUR, KEEPER = Role.IMAGEUR.value, Role.ADMINISTRATOR.value


@pytest.fixture
def keeper(territory: Territory) -> Actor:
    return make_actor(Role.ADMINISTRATOR, territory.site)


@pytest.fixture
def platform() -> Actor:
    return make_actor(Role.PLATFORM_ADMINISTRATOR, StructureFactory())


def anne(**changes: str) -> Newcomer:
    given = {"name": "Dr Anne Roc", "email": "anne.roc@lisiere.example", "rpps": make_rpps(910_001)}
    return Newcomer(**{**given, "speciality": "Radiologie", **changes})


def open_anne(by: Actor, structure: Structure, at: datetime, role: str = IMAGEUR) -> User:
    post = Post(structure.pk, role)
    return open_account(newcomer=anne(), post=post, by=by, at=at).invitation.user


def held(user: User) -> list[str]:
    return [each.role for each in list_memberships(user.pk)]


def missing_fields(refusal: pytest.ExceptionInfo[GuardError]) -> list[str]:
    return [each.field for each in refusal.value.missing]


@pytest.mark.parametrize("role", [Role.IMAGEUR, Role.TECHNOLOGIST, Role.DPO])
def test_nobody_else_opens_an_account(territory: Territory, role: Role, at: datetime) -> None:
    with pytest.raises(NotAllowedError):
        open_anne(make_actor(role, territory.site), territory.site, at)
    assert not User.objects.filter(email=anne().email).exists()


def test_an_administrator_does_nothing_at_another_structure(keeper: Actor, at: datetime) -> None:
    there, user = StructureFactory(), UserFactory()
    other = MembershipFactory(user=user, structure=there, role=IMAGEUR)
    with pytest.raises(NotAllowedError):
        open_anne(keeper, there, at)
    with pytest.raises(NotAllowedError):
        give_role(user_id=user.pk, post=Post(there.pk, IMAGEUR), by=keeper, at=at)
    with pytest.raises(Membership.DoesNotExist):
        end_role(membership_id=other.pk, last_day=None, by=keeper, at=at)
    with pytest.raises(User.DoesNotExist):
        close_account(user_id=user.pk, by=keeper, at=at)
    assert held(user) == [IMAGEUR]


def test_an_account_is_opened_in_a_role_and_invited(
    keeper: Actor, territory: Territory, at: datetime
) -> None:
    user = open_anne(keeper, territory.site, at)
    assert held(user) == [IMAGEUR]
    assert not user.has_usable_password()
    assert Professional.objects.get(user=user).rpps == anne().rpps
    assert Invitation.objects.get(user=user).invited_by_id == keeper.id
    traced = Entry.objects.filter(subject_id=user.pk, actor_id=keeper.id).order_by("id")
    assert [each.action for each in traced] == ["account.opened", "role.given", "invitation.sent"]


def test_a_second_account_for_one_rpps_is_refused_and_says_what_to_do(
    keeper: Actor, territory: Territory, at: datetime
) -> None:
    ProfessionalFactory(rpps=anne().rpps)
    with pytest.raises(GuardError) as refusal:
        open_anne(keeper, territory.site, at)
    assert missing_fields(refusal) == ["rpps"]
    assert "donnez-lui" in str(refusal.value.missing[0].what).lower()
    assert Entry.objects.filter(action="account.refused").count() == 1
    assert not User.objects.filter(email=anne().email).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "personne"}, "email"),
        ({"rpps": "10000000000"}, "rpps"),
        ({"name": "  "}, "name"),
        ({"speciality": ""}, "speciality"),
        ({"phone": "appelez-moi"}, "phone"),
    ],
)
def test_what_is_wrong_is_said_in_its_field(
    keeper: Actor, territory: Territory, at: datetime, changes: dict[str, str], field: str
) -> None:
    post = Post(territory.site.pk, IMAGEUR)
    with pytest.raises(GuardError) as refusal:
        open_account(newcomer=anne(**changes), post=post, by=keeper, at=at)
    assert missing_fields(refusal) == [field]


def test_an_address_that_an_account_has_is_refused(keeper: Actor, territory: Territory, at: datetime) -> None:
    UserFactory(email=anne().email)
    with pytest.raises(GuardError) as refusal:
        open_anne(keeper, territory.site, at)
    assert missing_fields(refusal) == ["email"]


def test_nobody_gives_themselves_a_role(
    keeper: Actor, platform: Actor, territory: Territory, at: datetime
) -> None:
    for by in (keeper, platform):
        with pytest.raises(GuardError):
            give_role(user_id=by.id, post=Post(territory.site.pk, IMAGEUR), by=by, at=at)
        assert not has_role(by.id, Role.IMAGEUR)


def test_the_role_of_the_platform_is_given_by_the_platform_alone(
    keeper: Actor, platform: Actor, territory: Territory, at: datetime
) -> None:
    user, post = UserFactory(), Post(territory.site.pk, Role.PLATFORM_ADMINISTRATOR.value)
    with pytest.raises(GuardError) as refusal:
        give_role(user_id=user.pk, post=post, by=keeper, at=at)
    assert missing_fields(refusal) == ["role"]
    give_role(user_id=user.pk, post=post, by=platform, at=at)
    assert held(user) == [Role.PLATFORM_ADMINISTRATOR]


def test_a_role_has_its_days(keeper: Actor, territory: Territory, at: datetime) -> None:
    user, today = UserFactory(), timezone.localdate(at)
    later = Post(territory.site.pk, IMAGEUR, today + timedelta(2), today + timedelta(9))
    made = give_role(user_id=user.pk, post=later, by=keeper, at=at)
    assert (held(user), made.last_day) == ([], today + timedelta(9))
    with pytest.raises(GuardError) as twice:
        give_role(user_id=user.pk, post=Post(territory.site.pk, IMAGEUR), by=keeper, at=at)
    assert missing_fields(twice) == ["role"]
    for wrong in ((today - timedelta(1), None), (today + timedelta(3), today + timedelta(2))):
        post = Post(territory.site.pk, Role.TECHNOLOGIST.value, *wrong)
        with pytest.raises(GuardError):
            give_role(user_id=user.pk, post=post, by=keeper, at=at)


def test_a_role_that_ends_now_closes_what_was_open_in_it(
    keeper: Actor, territory: Territory, at: datetime
) -> None:
    client = open_session(territory.technologist)
    note_open(client, territory.technologist)
    membership = Membership.objects.get(user_id=territory.technologist.id)
    end_role(membership_id=membership.pk, last_day=None, by=keeper, at=at)
    assert client.get("/manipulation/").status_code == 302
    assert Entry.objects.filter(action="session.ended", actor_id=keeper.id).count() == 1
    with pytest.raises(ConflictError):
        end_role(membership_id=membership.pk, last_day=None, by=keeper, at=at + timedelta(seconds=1))


def test_a_role_that_ends_by_its_day_is_cut_once_it_is_over(
    keeper: Actor, territory: Territory, at: datetime
) -> None:
    client = open_session(territory.technologist)
    note_open(client, territory.technologist)
    membership = Membership.objects.get(user_id=territory.technologist.id)
    end_role(membership_id=membership.pk, last_day=timezone.localdate(at), by=keeper, at=at)
    assert cut_ended_roles(at=at) == 0
    assert client.get("/manipulation/").status_code == 200
    Membership.objects.filter(pk=membership.pk).update(starts_at=None, ends_at=at - timedelta(minutes=1))
    assert client.get("/manipulation/").status_code == 403
    assert (cut_ended_roles(at=at), cut_ended_roles(at=at)) == (1, 0)
    assert client.get("/manipulation/").status_code == 302


def test_the_last_administrator_stays(keeper: Actor, territory: Territory, at: datetime) -> None:
    mine = Membership.objects.get(user_id=keeper.id)
    with pytest.raises(GuardError):
        end_role(membership_id=mine.pk, last_day=None, by=keeper, at=at)
    platform = make_actor(Role.PLATFORM_ADMINISTRATOR, StructureFactory())
    with pytest.raises(GuardError):
        close_account(user_id=keeper.id, by=platform, at=at)
    second = UserFactory()
    tomorrow = timezone.localdate(at) + timedelta(1)
    give_role(user_id=second.pk, post=Post(territory.site.pk, KEEPER, None, tomorrow), by=keeper, at=at)
    with pytest.raises(GuardError):  # the second one leaves before
        end_role(membership_id=mine.pk, last_day=tomorrow + timedelta(1), by=keeper, at=at)
    end_role(membership_id=mine.pk, last_day=None, by=keeper, at=at)
    assert held(second) == [KEEPER]


def test_the_last_who_runs_the_platform_stays(platform: Actor, at: datetime) -> None:
    mine = Membership.objects.get(user_id=platform.id)
    with pytest.raises(GuardError):
        end_role(membership_id=mine.pk, last_day=None, by=platform, at=at)


def test_a_closed_account_opens_nothing_and_keeps_what_was_signed(
    keeper: Actor, territory: Territory, at: datetime
) -> None:
    user = open_anne(keeper, territory.site, at)
    close_account(user_id=user.pk, by=keeper, at=at)
    user.refresh_from_db()
    assert (user.is_active, held(user)) == (False, [])
    assert Invitation.objects.get(user=user).revoked_at == at
    with pytest.raises(GuardError):
        close_account(user_id=keeper.id, by=keeper, at=at)
    with pytest.raises(ConflictError):
        invite_again(user_id=user.pk, by=keeper, at=at)
    with pytest.raises(GuardError):
        give_role(user_id=user.pk, post=Post(territory.site.pk, IMAGEUR), by=keeper, at=at)
    reopen_account(user_id=user.pk, by=keeper, at=at)
    give_role(user_id=user.pk, post=Post(territory.site.pk, IMAGEUR), by=keeper, at=at)
    assert held(user) == [IMAGEUR]


def test_who_works_elsewhere_too_is_closed_by_the_platform(
    keeper: Actor, platform: Actor, territory: Territory, at: datetime
) -> None:
    user = open_anne(keeper, territory.site, at)
    MembershipFactory(user=user, role=IMAGEUR)
    with pytest.raises(GuardError):
        close_account(user_id=user.pk, by=keeper, at=at)
    close_account(user_id=user.pk, by=platform, at=at)
    assert held(user) == []
