"""Machines and professionals: a token is known by its digest, a code serves once (R18, R20, R39)."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError

from diaphane.accounts.machines import recognise_machine
from diaphane.accounts.models import ServiceToken, User
from diaphane.accounts.operations import activate_totp, confirm_second_factor, issue_service_token
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from tests.browsing import TOTP_SECRET, show_code
from tests.factories import ProfessionalFactory, UserFactory
from tests.scenes import Territory

pytestmark = pytest.mark.django_db


def issue(territory: Territory) -> str:
    return issue_service_token(label="Passerelle", role=Role.EDGE, structure_id=territory.site.pk)


def test_an_unknown_token_speaks_for_nobody(territory: Territory) -> None:
    issue(territory)
    assert recognise_machine("nothing", at=now()) is None
    assert recognise_machine("", at=now()) is None


def test_a_revoked_or_expired_token_speaks_for_nobody(territory: Territory) -> None:
    token = issue(territory)
    ServiceToken.objects.update(expires_at=now())
    assert recognise_machine(token, at=now()) is None
    ServiceToken.objects.update(expires_at=None, revoked_at=now())
    assert recognise_machine(token, at=now()) is None


def test_a_token_speaks_for_its_role_at_its_structure_and_is_not_kept(territory: Territory) -> None:
    token = issue(territory)
    actor = recognise_machine(token, at=now())
    assert actor is not None
    assert (actor.role, actor.structure_id) == (Role.EDGE, territory.site.pk)
    assert token not in ServiceToken.objects.values_list("digest", flat=True)


def test_what_a_machine_views_is_audited_each_day(territory: Territory) -> None:
    token = issue(territory)
    today, tomorrow = (recognise_machine(token, at=now() + timedelta(days=days)) for days in (0, 1))
    assert today is not None
    assert tomorrow is not None
    assert today.session != tomorrow.session


@pytest.mark.parametrize("code", ["", "000000x", "12345", "not a code"])
def test_a_wrong_code_is_refused_and_traced(territory: Territory, code: str) -> None:
    activate_totp(user=User.objects.get(pk=territory.imageur.id), secret=TOTP_SECRET)
    with pytest.raises(GuardError) as caught:
        confirm_second_factor(user_id=territory.imageur.id, code=code, by=territory.imageur, at=now())
    assert [each.requirement for each in caught.value.missing] == ["R39"]
    assert Entry.objects.filter(action="second_factor.refused").count() == 1


def test_without_an_authenticator_no_code_is_right(territory: Territory) -> None:
    with pytest.raises(GuardError):
        confirm_second_factor(user_id=territory.imageur.id, code=show_code(), by=territory.imageur, at=now())


def test_a_code_serves_once(territory: Territory) -> None:
    activate_totp(user=User.objects.get(pk=territory.imageur.id), secret=TOTP_SECRET)
    code = show_code()
    confirm_second_factor(user_id=territory.imageur.id, code=code, by=territory.imageur, at=now())
    with pytest.raises(GuardError):
        confirm_second_factor(user_id=territory.imageur.id, code=code, by=territory.imageur, at=now())
    assert Entry.objects.filter(action="second_factor.confirmed").count() == 1


def test_a_secret_is_bound_to_one_account(territory: Territory) -> None:
    activate_totp(user=User.objects.get(pk=territory.requester.id), secret=TOTP_SECRET)
    with pytest.raises(GuardError):
        confirm_second_factor(user_id=territory.imageur.id, code=show_code(), by=territory.imageur, at=now())
    assert Authenticator.objects.count() == 1


def test_an_account_without_a_password_does_not_log_in() -> None:
    user = User.objects.create_user(email="A.B@Lisiere.Example", name="A. B.", password=None)
    assert not user.has_usable_password()
    assert user.email == "a.b@lisiere.example"


def test_a_professional_whose_rpps_is_wrong_is_refused() -> None:
    with pytest.raises(ValidationError, match="RPPS"):
        ProfessionalFactory.build(user=UserFactory(), rpps="12345678901").full_clean()
