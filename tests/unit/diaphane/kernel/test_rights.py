"""The table of rights is the only one: every step, every view and every action of the code has its line."""

import re
from pathlib import Path

import pytest

from diaphane.kernel.actors import SYSTEM, Role
from diaphane.kernel.rights import DOORS, RIGHTS, is_door, may, roles_of
from diaphane.kernel.transitions import TABLES
from tests.addresses import Served, list_addresses

SOURCES = Path(__file__).parents[4] / "src" / "diaphane"
ADDRESSES = list_addresses()
KEEPERS = (Role.ADMINISTRATOR, Role.PLATFORM_ADMINISTRATOR)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda each: each.label)
def test_every_address_has_a_right_or_is_a_door(address: Served) -> None:
    needed = address.list_needs()
    assert is_door(address.name) != bool(needed)
    assert all(RIGHTS[action].roles for action in needed)


def test_every_step_takes_its_roles_from_its_line() -> None:
    for table in TABLES.values():
        for step in table.transitions:
            assert step.roles == roles_of(f"{table.machine}.{step.name}")


def test_no_door_leads_nowhere() -> None:
    served = {each.name for each in ADDRESSES}
    named = {name for door in DOORS for name in door.names if not name.startswith("demo:")}
    assert named <= served


def test_no_line_is_written_for_nothing() -> None:
    steps = {f"{table.machine}.{step.name}" for table in TABLES.values() for step in table.transitions}
    viewed = {action for each in ADDRESSES for action in each.list_needs()}
    written = "".join(path.read_text() for path in SOURCES.rglob("*.py") if path.parent.name != "rights")
    asked = set(re.findall(r'may\(\w+, "([\w.]+)"\)', written))
    assert set(RIGHTS) == steps | viewed | asked


def test_no_other_list_of_roles_stands_beside_the_table() -> None:
    """A role may be told apart for what it is, or owes; what it may do is asked of the table."""
    for path in SOURCES.rglob("*.py"):
        content = path.read_text()
        assert "for_roles" not in content, path
        refused = re.findall(
            r"if \w+\.role (?:is not|not in) (?!OWNERS|transition\.)[^:]*:\n\s+raise NotAllowed", content
        )
        assert not refused, path


def test_an_action_without_a_line_is_nobody_s() -> None:
    with pytest.raises(KeyError):
        may(SYSTEM, "exam.invent")


def test_a_patient_and_an_administrator_decide_nothing_of_an_act() -> None:
    elsewhere = {"identity", "identity_pair", "credential", "convention", "erasure", "paper"}
    of_acts = [table for table in TABLES.values() if table.machine not in elsewhere]
    steps = {f"{table.machine}.{step.name}" for table in of_acts for step in table.transitions}
    for role in (Role.PATIENT, *KEEPERS, Role.DPO, Role.OUTSIDE_PROFESSIONAL):
        mine = {action for action, right in RIGHTS.items() if role in right.roles}
        assert not mine & steps
