"""One person, one RPPS, one account: the second is refused in words (R18, R46)."""

from datetime import datetime

import pytest

from diaphane.accounts.models import Professional
from diaphane.accounts.professionals import register_professional
from diaphane.audit.models import Entry
from diaphane.kernel.actors import SYSTEM, Role
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from tests.factories import ProfessionalFactory, StructureFactory, UserFactory, make_actor, make_rpps

pytestmark = pytest.mark.django_db

NUMBER = make_rpps(987)


def test_nobody_but_an_administrator_registers_one(at: datetime) -> None:
    by = make_actor(Role.IMAGEUR, StructureFactory())
    with pytest.raises(NotAllowedError):
        register_professional(user=UserFactory(), rpps=NUMBER, speciality="Radiologie", by=by, at=at)
    assert not Professional.objects.filter(rpps=NUMBER).exists()


@pytest.mark.parametrize("number", ["", "12345", NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)])
def test_what_is_no_rpps_is_refused(number: str, at: datetime) -> None:
    with pytest.raises(GuardError) as refused:
        register_professional(user=UserFactory(), rpps=number, speciality="Radiologie", by=SYSTEM, at=at)
    assert refused.value.missing[0].field == "rpps"


def test_a_second_account_of_one_rpps_is_refused_with_what_to_do(at: datetime) -> None:
    first = ProfessionalFactory()
    second = UserFactory()
    with pytest.raises(ConflictError) as refused:
        register_professional(user=second, rpps=first.rpps, speciality="Radiologie", by=SYSTEM, at=at)
    assert "a déjà un compte" in str(refused.value)
    assert first.user.name not in str(refused.value)
    assert Entry.objects.get(action="professional.refused").subject_id == second.pk
    assert Professional.objects.count() == 1


def test_an_account_has_one_number(at: datetime) -> None:
    held = ProfessionalFactory()
    with pytest.raises(ConflictError) as refused:
        register_professional(user=held.user, rpps=NUMBER, speciality="Radiologie", by=SYSTEM, at=at)
    assert "un autre numéro RPPS" in str(refused.value)


def test_a_professional_is_registered_and_traced(at: datetime) -> None:
    user = UserFactory()
    spaced = f"{NUMBER[:3]} {NUMBER[3:]}"
    held = register_professional(user=user, rpps=spaced, speciality="Radiologie", by=SYSTEM, at=at)
    assert held.rpps == NUMBER
    assert Entry.objects.get(action="professional.registered").subject_id == user.pk
