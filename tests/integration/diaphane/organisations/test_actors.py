"""An account acts in one role at one structure; a convention opens an act while it runs (R26, R41)."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from diaphane.accounts.models import User
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import NotAllowedError
from diaphane.organisations.covering import Wanted, find_covering
from diaphane.organisations.middleware import SESSION_MEMBERSHIP, get_actor, require_actor
from diaphane.organisations.models import Membership
from diaphane.organisations.queries import list_rooms
from tests.factories import ConventionFactory, MembershipFactory, RoomFactory, StructureFactory, UserFactory
from tests.scenes import Territory

pytestmark = pytest.mark.django_db


def make_session() -> SessionStore:
    session = SessionStore()
    session.create()
    return session


def test_an_account_that_no_structure_knows_does_not_act() -> None:
    assert get_actor(UserFactory(), make_session()) is None
    with pytest.raises(NotAllowedError):
        require_actor(HttpRequest())


def test_a_person_with_two_roles_acts_in_the_one_chosen_for_the_session(territory: Territory) -> None:
    user = User.objects.get(pk=territory.requester.id)
    second = MembershipFactory(user=user, structure=territory.reader, role=Role.ADMINISTRATOR.value)
    session = make_session()
    first = get_actor(user, session)
    session[SESSION_MEMBERSHIP] = second.pk
    chosen = get_actor(user, session)
    assert first is not None
    assert chosen is not None
    assert (first.role, first.structure_id) == (Role.REQUESTING_PHYSICIAN, territory.site.pk)
    assert (chosen.role, chosen.structure_id) == (Role.ADMINISTRATOR, territory.reader.pk)


def test_the_role_of_somebody_else_cannot_be_chosen(territory: Territory) -> None:
    user = User.objects.get(pk=territory.requester.id)
    session = make_session()
    session[SESSION_MEMBERSHIP] = Membership.objects.get(user_id=territory.imageur.id).pk
    actor = get_actor(user, session)
    assert actor is not None
    assert actor.role == Role.REQUESTING_PHYSICIAN


def test_the_session_is_named_without_being_given_away(territory: Territory) -> None:
    session = make_session()
    actor = get_actor(User.objects.get(pk=territory.requester.id), session)
    assert actor is not None
    assert session.session_key
    assert session.session_key not in actor.session
    assert actor.session


@pytest.mark.parametrize(("start", "end"), [(1, 10), (-10, -1)])
def test_a_convention_outside_its_dates_opens_nothing(start: int, end: int) -> None:
    today = timezone.localdate()
    convention = ConventionFactory(valid_from=today + timedelta(start), valid_until=today + timedelta(end))
    assert find_covering(Wanted(convention.requesting_site_id, now())) is None


@pytest.mark.parametrize(("start", "end"), [(0, 0), (-1, 0), (0, 1)])
def test_a_convention_counts_on_its_first_and_last_day(start: int, end: int) -> None:
    today = timezone.localdate()
    convention = ConventionFactory(valid_from=today + timedelta(start), valid_until=today + timedelta(end))
    assert find_covering(Wanted(convention.requesting_site_id, now())) == convention
    assert convention.is_in_force(today)


def test_a_convention_joins_two_structures_in_the_right_order_of_dates() -> None:
    today, structure = timezone.localdate(), StructureFactory()
    with pytest.raises(IntegrityError, match="joins_two"), transaction.atomic():
        ConventionFactory(requesting_site=structure, reading_structure=structure)
    with pytest.raises(IntegrityError, match="ends_after"), transaction.atomic():
        ConventionFactory(valid_from=today, valid_until=today - timedelta(days=1))


def test_a_structure_whose_finess_is_wrong_is_refused() -> None:
    with pytest.raises(ValidationError, match="FINESS"):
        StructureFactory.build(finess="123456789").full_clean()


def test_the_rooms_of_another_site_are_not_listed(territory: Territory) -> None:
    mine, _elsewhere = RoomFactory(structure=territory.site), RoomFactory()
    RoomFactory(structure=territory.site, name="IRM", modality="MR")
    assert list(list_rooms(structure_id=territory.site.pk, modality="CT")) == [mine]
