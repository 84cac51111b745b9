"""One account per RPPS, its key verified; people are seen by their own administrator (R18)."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from diaphane.accounts.models import Professional, User
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError, NotAllowedError
from diaphane.organisations import people
from diaphane.organisations.people import get_person, list_people, write_professional
from tests.factories import (
    MembershipFactory,
    ProfessionalFactory,
    StructureFactory,
    UserFactory,
    make_actor,
    make_rpps,
    put_out_of_order,
)
from tests.scenes import Territory

pytestmark = pytest.mark.django_db


def write(territory: Territory, user: User, rpps: str) -> Professional:
    by = make_actor(Role.ADMINISTRATOR, territory.site)
    given = {"speciality": "Manipulatrice", "phone": "01 99 00 00 09"}
    return write_professional(user_id=user.pk, rpps=rpps, by=by, at=now(), **given)


def employ(territory: Territory) -> User:
    user: User = UserFactory()
    MembershipFactory(user=user, structure=territory.site, role=Role.TECHNOLOGIST.value)
    return user


def test_an_administrator_elsewhere_knows_nobody_here(territory: Territory) -> None:
    elsewhere = make_actor(Role.ADMINISTRATOR, StructureFactory())
    with pytest.raises(User.DoesNotExist):
        get_person(territory.imageur.id, actor=elsewhere, on=timezone.localdate())
    assert [each.user.pk for each in list_people(elsewhere, on=timezone.localdate())] == [elsewhere.id]


def test_a_second_account_for_the_same_rpps_is_refused_and_traced(territory: Territory) -> None:
    taken = Professional.objects.get(user_id=territory.imageur.id).rpps
    newcomer = employ(territory)
    with pytest.raises(GuardError) as refusal:
        write(territory, newcomer, taken)
    assert [each.field for each in refusal.value.missing] == ["rpps"]
    assert "un autre compte porte déjà ce RPPS" in str(refusal.value.missing[0].what)
    assert territory.imageur.label not in f"{refusal.value} {refusal.value.missing[0].what}"
    assert Professional.objects.filter(rpps=taken).count() == 1
    assert Entry.objects.filter(action="professional.refused", subject_id=newcomer.pk).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ProfessionalFactory(user=newcomer, rpps=taken)


def test_a_number_taken_meanwhile_is_refused_in_the_same_words(
    territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = Professional.objects.get(user_id=territory.imageur.id).rpps
    newcomer = employ(territory)
    weigh, answers = people._weigh_number, [[]]
    monkeypatch.setattr(
        people, "_weigh_number", lambda *who, **what: (answers or [weigh(*who, **what)]).pop()
    )
    with pytest.raises(GuardError) as refusal:
        write(territory, newcomer, taken)
    assert [each.field for each in refusal.value.missing] == ["rpps"]
    assert Entry.objects.filter(action="professional.refused", subject_id=newcomer.pk).count() == 1


def test_nobody_but_an_administrator_writes_a_number(territory: Territory) -> None:
    newcomer = employ(territory)
    given = {"rpps": make_rpps(900_001), "speciality": "Radiologie", "phone": ""}
    for role in (Role.IMAGEUR, Role.TECHNOLOGIST):
        by = make_actor(role, territory.site)
        with pytest.raises(NotAllowedError):
            write_professional(user_id=newcomer.pk, by=by, at=now(), **given)
    assert not Professional.objects.filter(user=newcomer).exists()


@pytest.mark.parametrize("rpps", ["", "12345678901", "1234", "89900000A18"])
def test_a_wrong_rpps_is_refused(territory: Territory, rpps: str) -> None:
    with pytest.raises(GuardError) as refusal:
        write(territory, employ(territory), rpps)
    assert refusal.value.missing[0].field == "rpps"


def test_a_right_rpps_is_written_once_and_not_exchanged_for_another(territory: Territory) -> None:
    newcomer, number = employ(territory), make_rpps(900_001)
    written = write(territory, newcomer, f"{number[:3]} {number[3:]}")
    assert (written.user_id, written.rpps) == (newcomer.pk, number)
    assert Entry.objects.get(action="professional.written").subject_id == newcomer.pk
    with pytest.raises(GuardError) as refusal:
        write(territory, newcomer, make_rpps(900_002))
    assert "déjà inscrit" in str(refusal.value.missing[0].what)


def test_people_are_found_by_words_and_by_role(territory: Territory) -> None:
    by, today = make_actor(Role.ADMINISTRATOR, territory.reader), timezone.localdate()
    number = Professional.objects.get(user_id=territory.imageur.id).rpps
    assert [each.user.pk for each in list_people(by, on=today, words=number)] == [territory.imageur.id]
    assert [each.user.pk for each in list_people(by, on=today, role="imageur")] == [territory.imageur.id]
    assert list_people(by, on=today, words="personne de ce nom") == []


def test_who_is_out_of_order_is_seen_so(territory: Territory) -> None:
    by, today = make_actor(Role.ADMINISTRATOR, territory.reader), timezone.localdate()
    assert get_person(territory.imageur.id, actor=by, on=today).gaps == []
    put_out_of_order(territory.imageur, "insurance")
    found = get_person(territory.imageur.id, actor=by, on=today)
    assert [point.requirement for point in found.gaps] == ["R20"]
