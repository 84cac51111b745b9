"""A transition table refuses by role, then by state, then by every guard at once (design rules 1 and 2)."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.db.models import TextChoices

from diaphane.kernel import transitions
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.transitions import Guard, Transition, TransitionTable, iter_guards


class Light(TextChoices):
    RED = "red", "Rouge"
    GREEN = "green", "Vert"
    OFF = "off", "Éteint"


@dataclass
class Lamp:
    state: str
    has_bulb: bool = True
    has_shade: bool = True


def bulb(lamp: Lamp, by: Actor) -> Missing | None:
    wire = Missing("R2", "a wire", "anyone")
    return None if lamp.has_bulb else Missing("R1", "a bulb", "the technologist", others=(wire,))


def shade(lamp: Lamp, by: Actor) -> Missing | None:
    return None if lamp.has_shade else Missing("R3", "a shade", "the imageur")


BULB = Guard("R1", "lamp.bulb", "It has a bulb", bulb)
SHADE = Guard("R3", "lamp.shade", "It has a shade", shade, yields_to_vital=True)
TECHNOLOGIST = Actor(id=uuid4(), role=Role.TECHNOLOGIST, label="M. Test")
PATIENT = Actor(id=uuid4(), role=Role.PATIENT, label="Mme Test")


@pytest.fixture(autouse=True)
def _no_global_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transitions, "TABLES", {})


def make_table(*more: Transition) -> TransitionTable:
    light = Transition(
        "light",
        "Allumer",
        frozenset({Light.RED}),
        Light.GREEN,
        frozenset({Role.TECHNOLOGIST}),
        (BULB, SHADE),
    )
    return TransitionTable("lamp", "Lampe", Light, (light, *more))


def test_a_role_without_the_right_is_refused_before_anything_is_weighed() -> None:
    with pytest.raises(NotAllowedError):
        make_table().check(Lamp(Light.OFF, has_bulb=False), "light", by=PATIENT)


def test_a_step_from_another_state_is_a_conflict() -> None:
    with pytest.raises(ConflictError, match="Vert"):
        make_table().check(Lamp(Light.GREEN), "light", by=TECHNOLOGIST)


def test_every_guard_that_blocks_is_reported_at_once() -> None:
    with pytest.raises(GuardError) as caught:
        make_table().check(Lamp(Light.RED, has_bulb=False, has_shade=False), "light", by=TECHNOLOGIST)
    assert [each.requirement for each in caught.value.missing] == ["R1", "R2", "R3"]


def test_in_a_vital_emergency_a_guard_that_does_not_yield_still_blocks() -> None:
    lamp = Lamp(Light.RED, has_bulb=False, has_shade=False)
    with pytest.raises(GuardError) as caught:
        make_table().check(lamp, "light", by=TECHNOLOGIST, is_vital=True)
    assert [each.requirement for each in caught.value.missing] == ["R1", "R2"]


def test_in_a_vital_emergency_a_guard_that_yields_is_told_apart_from_a_satisfied_one() -> None:
    outcome = make_table().check(Lamp(Light.RED, has_shade=False), "light", by=TECHNOLOGIST, is_vital=True)
    assert outcome.satisfied == (BULB,)
    assert [guard for guard, _ in outcome.yielded] == [SHADE]


def test_a_step_whose_guards_hold_passes_without_moving_anything() -> None:
    lamp = Lamp(Light.RED)
    assert make_table().check(lamp, "light", by=TECHNOLOGIST).satisfied == (BULB, SHADE)
    assert lamp.state == Light.RED


def test_what_is_missing_can_be_listed_without_trying() -> None:
    missing = make_table().list_missing(Lamp(Light.RED, has_bulb=False), "light", by=TECHNOLOGIST)
    assert [each.requirement for each in missing] == ["R1", "R2"]


def test_open_steps_depend_on_state_and_role() -> None:
    table = make_table()
    assert [each.name for each in table.list_open(Lamp(Light.RED), role=Role.TECHNOLOGIST)] == ["light"]
    assert table.list_open(Lamp(Light.RED), role=Role.PATIENT) == []
    assert table.list_open(Lamp(Light.OFF), role=Role.TECHNOLOGIST) == []


def test_two_steps_of_one_name_are_refused() -> None:
    twin = Transition("light", "Encore", frozenset(), Light.OFF, frozenset())
    with pytest.raises(ValueError, match="share a name"):
        make_table(twin)


def test_guards_are_walked_in_the_order_of_the_table() -> None:
    make_table()
    assert [guard.code for _, _, guard in iter_guards()] == ["lamp.bulb", "lamp.shade"]
