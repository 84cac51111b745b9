"""Shifts: who makes them, what is refused, and that nobody has two at once (R10, R135)."""

import threading
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.rosters.models import Shift
from diaphane.rosters.operations import ShiftTerms, add_shift, cancel_shift, say_saturated
from diaphane.rosters.queries import list_on_duty, list_reachable
from tests.factories import MembershipFactory, StructureFactory, make_actor
from tests.scenes import Territory, make_territory

EIGHT = datetime.fromisoformat("2099-03-02T08:00:00+01:00")


@pytest.fixture
def keeper(territory: Territory) -> Actor:
    return make_actor(Role.ADMINISTRATOR, territory.reader)


def terms(user_id: UUID, *, hour: int = 0, hours: float = 12, **changes: object) -> ShiftTerms:
    starts_at = EIGHT + timedelta(hours=hour)
    given = {"user_id": user_id, "kind": "on_call", "starts_at": starts_at, "phone": "01 99 00 00 09"}
    return ShiftTerms(**(given | {"ends_at": starts_at + timedelta(hours=hours)} | changes))  # type: ignore[arg-type]


def on_duty(territory: Territory, user_id: UUID, *, kind: str = "on_call") -> Shift:
    at = now()
    return Shift.objects.create(
        user_id=user_id,
        structure=territory.reader,
        kind=kind,
        starts_at=at - timedelta(hours=1),
        ends_at=at + timedelta(hours=1),
        phone="01 99 00 00 09",
        languages=["fr"],
        made_by_label="Direction",
    )


def test_nobody_else_makes_a_roster(territory: Territory) -> None:
    elsewhere = make_actor(Role.ADMINISTRATOR, StructureFactory())
    for by in (territory.imageur, territory.requester, territory.technologist):
        with pytest.raises(NotAllowedError):
            add_shift(terms=terms(territory.imageur.id), by=by, at=now())
    with pytest.raises(GuardError):  # the person reads for another structure
        add_shift(terms=terms(territory.imageur.id), by=elsewhere, at=now())
    shift = on_duty(territory, territory.imageur.id)
    with pytest.raises(Shift.DoesNotExist):
        cancel_shift(shift_id=shift.pk, by=elsewhere, at=now())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "asleep"}, "kind"),
        ({"ends_at": EIGHT}, "ends_at"),
        ({"ends_at": EIGHT + timedelta(days=5)}, "ends_at"),
        ({"phone": "plus tard"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"languages": ["xx"]}, "languages"),
        ({"languages": []}, "languages"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    territory: Territory, keeper: Actor, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(GuardError) as refusal:
        add_shift(terms=terms(territory.imageur.id, **changes), by=keeper, at=now())
    assert [each.field for each in refusal.value.missing] == [field]


def test_a_past_shift_is_not_written(territory: Territory, keeper: Actor) -> None:
    past = {"starts_at": now() - timedelta(hours=9), "ends_at": now() - timedelta(hours=1)}
    with pytest.raises(GuardError):
        add_shift(terms=terms(territory.imageur.id, **past), by=keeper, at=now())


def test_a_person_has_one_shift_at_once_even_for_two_structures(territory: Territory, keeper: Actor) -> None:
    add_shift(terms=terms(territory.imageur.id), by=keeper, at=now())
    other = StructureFactory()
    MembershipFactory(user_id=territory.imageur.id, user=None, structure=other, role=Role.IMAGEUR.value)
    for by in (keeper, make_actor(Role.ADMINISTRATOR, other)):
        with pytest.raises(ConflictError):
            add_shift(terms=terms(territory.imageur.id, hour=11, kind="second_line"), by=by, at=now())
    add_shift(terms=terms(territory.imageur.id, hour=12), by=keeper, at=now())
    assert Shift.objects.count() == 2


def test_a_shift_that_was_cancelled_leaves_room(territory: Territory, keeper: Actor) -> None:
    first = add_shift(terms=terms(territory.imageur.id), by=keeper, at=now())
    cancel_shift(shift_id=first.pk, by=keeper, at=now())
    with pytest.raises(ConflictError):
        cancel_shift(shift_id=first.pk, by=keeper, at=now())
    add_shift(terms=terms(territory.imageur.id), by=keeper, at=now())
    assert Entry.objects.filter(action__in=["shift.added", "shift.cancelled"]).count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_at_the_same_instant_one_is_told() -> None:
    territory = make_territory()
    keepers = [make_actor(Role.ADMINISTRATOR, territory.reader) for _ in range(2)]
    begun, outcomes = threading.Barrier(2, timeout=10), []

    def run(by: Actor) -> None:
        try:
            with transaction.atomic():
                begun.wait()
                add_shift(terms=terms(territory.imageur.id), by=by, at=now())
                threading.Event().wait(0.3)
            outcomes.append("written")
        except ConflictError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[by]) for by in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(outcomes) == ["refused", "written"]
    assert Shift.objects.count() == 1


def test_the_database_alone_refuses_two_at_once(territory: Territory) -> None:
    on_duty(territory, territory.imageur.id)
    with pytest.raises(IntegrityError, match="no_two_shifts_at_once"), transaction.atomic():
        on_duty(territory, territory.imageur.id, kind="second_line")


def test_who_is_saturated_comes_after_the_second_line(territory: Territory) -> None:
    second = make_actor(Role.IMAGEUR, territory.reader)
    on_duty(territory, territory.imageur.id)
    on_duty(territory, second.id, kind="second_line")
    order = [territory.imageur.id, second.id]
    assert [each.user_id for each in list_on_duty(territory.reader.pk, at=now())] == order
    say_saturated(is_saturated=True, by=territory.imageur, at=now())
    say_saturated(is_saturated=True, by=territory.imageur, at=now())  # said twice, traced once
    assert [each.user_id for each in list_on_duty(territory.reader.pk, at=now())] == order[::-1]
    assert list_reachable(territory.requester, at=now())[0].is_saturated
    assert Entry.objects.filter(action="shift.saturated").count() == 1
    say_saturated(is_saturated=False, by=territory.imageur, at=now())
    assert not list_reachable(territory.technologist, at=now())[0].is_saturated


def test_only_who_is_on_duty_says_that_they_are_saturated(territory: Territory) -> None:
    with pytest.raises(ConflictError):
        say_saturated(is_saturated=True, by=territory.imageur, at=now())
    with pytest.raises(NotAllowedError):
        say_saturated(is_saturated=True, by=territory.requester, at=now())


def test_a_site_reaches_only_those_who_read_for_it(territory: Territory) -> None:
    on_duty(territory, territory.imageur.id)
    assert [each.structure.pk for each in list_reachable(territory.requester, at=now())] == [
        territory.reader.pk
    ]
    assert list_reachable(territory.outsider, at=now()) == []
