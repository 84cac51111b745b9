"""Check what the scanner remembers."""

from datetime import UTC, datetime
from pathlib import Path

from diaphane_demo.memory import Memory

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 3, tzinfo=UTC)


def test_an_unknown_step_is_not_sent(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "state" / "S.json")
    assert not memory.is_sent("a")
    assert memory.get_settled("a") == set()


def test_a_step_keeps_its_first_acquisition_time_across_restarts(tmp_path: Path) -> None:
    path = tmp_path / "S.json"
    assert Memory(path).begin("a", NOW) == NOW
    assert Memory(path).begin("a", LATER) == NOW


def test_settled_images_add_up_until_the_step_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "S.json"
    Memory(path).begin("a", NOW)
    Memory(path).settle("a", ["1"], sent=False)
    Memory(path).settle("a", ["2"], sent=False)
    assert Memory(path).get_settled("a") == {"1", "2"}
    assert not Memory(path).is_sent("a")
    Memory(path).settle("a", ["3"], sent=True)
    assert Memory(path).is_sent("a")
