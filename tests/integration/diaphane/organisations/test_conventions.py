"""A convention opens what it says, when it says, once both structures have signed it (R26)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError, NotAllowedError
from diaphane.organisations.contracting import (
    Span,
    Terms,
    accept_convention,
    ask_end,
    decline_convention,
    end_convention,
    keep_convention,
    propose_convention,
)
from diaphane.organisations.covering import Wanted, explain_closed, explain_off_hours, find_covering
from diaphane.organisations.models import Convention, ConventionSpan, ConventionState, Day
from diaphane.organisations.opening import find_next_opening, is_open_at
from tests.documents import PDF
from tests.factories import ConventionFactory, StructureFactory, make_actor
from tests.scenes import Territory

pytestmark = pytest.mark.django_db
MONDAY, HOLIDAY_WEDNESDAY = date(2026, 3, 2), date(2026, 11, 11)


def at(day: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))


def make_open(*spans: tuple[Day, str, str], zone: str = "") -> Convention:
    convention = ConventionFactory(
        valid_from=date(2026, 1, 1), valid_until=date(2027, 12, 31), requesting_site__holiday_zone=zone
    )
    for day, opens, closes in spans:
        ConventionSpan.objects.create(
            convention=convention,
            day=day,
            opens=time.fromisoformat(opens),
            closes=time.fromisoformat(closes),
        )
    return convention


@pytest.fixture
def asking(territory: Territory) -> Actor:
    return make_actor(Role.ADMINISTRATOR, territory.site)


@pytest.fixture
def reading(territory: Territory) -> Actor:
    return make_actor(Role.ADMINISTRATOR, territory.reader)


def make_terms(territory: Territory, **changes: object) -> Terms:
    today = timezone.localdate()
    terms = Terms(
        territory.site.pk,
        territory.reader.pk,
        "Essai",
        today,
        today + timedelta(300),
        ("CT",),
        ("imageur",),
        (Span(0, time(8), time(18)),),
    )
    return replace(terms, **changes)  # type: ignore[arg-type]


def test_a_third_structure_neither_proposes_nor_signs(territory: Territory, reading: Actor) -> None:
    third = make_actor(Role.ADMINISTRATOR, StructureFactory())
    with pytest.raises(NotAllowedError):
        propose_convention(terms=make_terms(territory), document=None, by=third, at=now())
    proposed = propose_convention(terms=make_terms(territory), document=None, by=reading, at=now())
    with pytest.raises(Convention.DoesNotExist):
        accept_convention(convention_id=proposed.pk, by=third, at=now())


def test_only_an_administrator_proposes(territory: Territory) -> None:
    with pytest.raises(NotAllowedError):
        propose_convention(terms=make_terms(territory), document=None, by=territory.imageur, at=now())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_until": date(2020, 1, 1)}, "valid_until"),
        ({"modalities": ()}, "modalities"),
        ({"readers": ()}, "readers"),
        ({"reference": " "}, "reference"),
    ],
)
def test_terms_that_cannot_be_are_refused(
    territory: Territory, reading: Actor, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(GuardError) as refusal:
        propose_convention(terms=make_terms(territory, **changes), document=PDF, by=reading, at=now())
    assert field in [each.field for each in refusal.value.missing]


def test_one_structure_does_not_sign_for_both(territory: Territory, asking: Actor, reading: Actor) -> None:
    Convention.objects.all().delete()
    proposed = propose_convention(terms=make_terms(territory), document=PDF, by=reading, at=now())
    wanted = Wanted(territory.site.pk, now(), "CT")
    assert "signée" in str(getattr(explain_closed(wanted), "what", ""))
    with pytest.raises(GuardError):
        accept_convention(convention_id=proposed.pk, by=reading, at=now())
    assert accept_convention(convention_id=proposed.pk, by=asking, at=now()).state == ConventionState.AGREED
    assert find_covering(wanted, heeds_hours=False) == proposed
    with pytest.raises(ConflictError):
        decline_convention(convention_id=proposed.pk, by=asking, at=now())


def test_an_end_is_signed_by_both_and_explained(territory: Territory, asking: Actor, reading: Actor) -> None:
    one, today = territory.convention.pk, timezone.localdate()
    with pytest.raises(GuardError) as refusal:
        ask_end(convention_id=one, last_day=None, reason="", by=asking, at=now())
    assert {each.field for each in refusal.value.missing} == {"reason", "last_day"}
    ask_end(convention_id=one, last_day=today, reason="Nouvel accord", by=asking, at=now())
    with pytest.raises(GuardError):
        end_convention(convention_id=one, by=asking, at=now())
    assert keep_convention(convention_id=one, by=reading, at=now()).state == ConventionState.AGREED
    ask_end(convention_id=one, last_day=today, reason="Nouvel accord", by=asking, at=now())
    ended = end_convention(convention_id=one, by=reading, at=now())
    assert ended.is_in_force(today)
    assert not ended.is_in_force(today + timedelta(days=1))


@pytest.mark.parametrize(
    ("wanted", "word"),
    [({"modality": "MR"}, "n’ouvre que"), ({"reader": "second_expert"}, "n’ouvre que")],
)
def test_what_a_convention_does_not_say_is_not_open(
    territory: Territory, wanted: dict[str, str], word: str
) -> None:
    Convention.objects.update(modalities=["CT"])
    found = Wanted(territory.site.pk, now(), **wanted)
    assert find_covering(found, heeds_hours=False) is None
    assert word in str(getattr(explain_closed(found), "what", ""))


@pytest.mark.parametrize(
    ("day", "clock", "is_open"),
    [
        (MONDAY, "17:59", False),
        (MONDAY, "18:00", True),
        (MONDAY + timedelta(1), "07:59", True),
        (MONDAY + timedelta(1), "08:00", False),
        (HOLIDAY_WEDNESDAY, "19:00", False),
        (HOLIDAY_WEDNESDAY, "10:00", True),
    ],
)
def test_hours_run_past_midnight_and_holidays_replace_their_weekday(
    day: date, clock: str, is_open: bool
) -> None:
    convention = make_open(
        (Day.MONDAY, "18:00", "08:00"), (Day.WEDNESDAY, "18:00", "08:00"), (Day.HOLIDAY, "09:00", "12:00")
    )
    assert is_open_at(convention, at(day, clock)) is is_open


def test_the_holidays_are_those_of_the_territory_that_asks() -> None:
    abolition = date(2026, 12, 20)  # kept in Réunion alone
    noon = at(abolition, "12:00")
    assert is_open_at(make_open((Day.HOLIDAY, "08:00", "18:00"), zone="974"), noon)
    assert not is_open_at(make_open((Day.HOLIDAY, "08:00", "18:00")), noon)


def test_off_hours_one_is_told_when_it_opens_and_whom_to_call() -> None:
    convention = make_open((Day.MONDAY, "08:00", "18:00"))
    saturday = at(MONDAY + timedelta(5), "10:00")
    wanted = Wanted(convention.requesting_site_id, saturday, "CT")
    missing = explain_off_hours(wanted)
    assert missing is not None
    assert "9 mars, 08:00" in str(missing.what)
    assert convention.reading_structure.phone in str(missing.who)
    assert explain_closed(wanted) is None
    assert find_covering(wanted) is None
    assert find_next_opening(convention, saturday) == at(date(2026, 3, 9), "08:00")


def test_two_conventions_open_together_what_neither_opens_alone() -> None:
    day = make_open((Day.MONDAY, "08:00", "18:00"))
    night = ConventionFactory(
        requesting_site=day.requesting_site,
        reading_structure=day.reading_structure,
        valid_from=day.valid_from,
        valid_until=day.valid_until,
    )
    ConventionSpan.objects.create(convention=night, day=Day.MONDAY, opens=time(18), closes=time(8))
    evening = Wanted(day.requesting_site_id, at(MONDAY, "20:00"), "CT")
    assert find_covering(evening) == night
    assert find_covering(replace(evening, at=at(MONDAY, "10:00"))) == day
