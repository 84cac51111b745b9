"""The journal forgets what the platform verified long ago, study by study, a few rows at a time."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from diaphane_dicom.identifiers import new_uid
from diaphane_edge import forgetting
from diaphane_edge.asides import Choice, decide, tell_decisions
from diaphane_edge.forgetting import BATCH_ROWS, Forgetter
from diaphane_edge.journal import Entry
from diaphane_edge.lanes import Lane, StudyLane
from diaphane_edge.reasons import Reason
from diaphane_edge.spool import Reception, Spool
from diaphane_edge.states import State
from tests.unit.diaphane_dicom.files import image

from . import arrivals

DAY = 24 * 3600.0
KEPT = 90 * DAY


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close()


def enter(spool: Spool, study: str, count: int, *, days: float, state: str = "acknowledged") -> None:
    """Write rows as they are so many days after their objects were verified."""
    at = time.time() - days * DAY
    file, reason = (None, None) if state == "acknowledged" else ("x.slot", None)
    with spool.journal.transaction():
        for _ in range(count):
            spool.journal.change(
                "INSERT INTO object (sop_instance_uid, study_instance_uid, digest, state, file, received_at,"
                " changed_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (new_uid(), study, "0" * 64, state, file, at, at, reason),  # type: ignore[arg-type]
            )


def count(spool: Spool, table: str = "object") -> int:
    return int(spool.journal.query(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608


def forget_all(spool: Spool, *, days: float = 90) -> list[int]:
    """Run a forgetter until it rests; return the size of each batch."""
    forgetter = Forgetter(spool, remembered_seconds=days * DAY)
    return list(iter(forgetter.forget_some, 0))


def test_what_is_recent_or_not_verified_is_remembered(spool: Spool) -> None:
    enter(spool, "1.1", 3, days=89)
    enter(spool, "1.2", 3, days=400, state="received")
    enter(spool, "1.3", 3, days=400, state="sent")
    assert forget_all(spool) == []
    assert count(spool) == 9


def test_a_study_of_which_anything_is_recent_or_waits_is_remembered_whole(spool: Spool) -> None:
    enter(spool, "1.1", 3, days=400)
    enter(spool, "1.1", 1, days=1)
    enter(spool, "1.2", 3, days=400)
    enter(spool, "1.2", 1, days=400, state="compressed")
    assert forget_all(spool) == []
    assert count(spool) == 8


def test_a_study_that_is_over_is_forgotten_in_small_batches(spool: Spool) -> None:
    enter(spool, "1.1", 2 * BATCH_ROWS + 1, days=91)
    enter(spool, "1.2", 2, days=1)
    assert forget_all(spool) == [BATCH_ROWS, BATCH_ROWS, 1]
    assert count(spool) == 2


def test_a_stop_in_the_middle_is_taken_up_where_it_was(spool: Spool) -> None:
    enter(spool, "1.1", BATCH_ROWS + 5, days=91)
    assert Forgetter(spool, remembered_seconds=KEPT).forget_some() == BATCH_ROWS
    assert forget_all(spool) == [5]


def test_what_comes_for_a_study_that_is_being_forgotten_stays(spool: Spool) -> None:
    enter(spool, "1.1", BATCH_ROWS + 5, days=91)
    forgetter = Forgetter(spool, remembered_seconds=KEPT)
    assert forgetter.forget_some() == BATCH_ROWS
    enter(spool, "1.1", 1, days=0, state="received")
    assert list(iter(forgetter.forget_some, 0)) == []
    assert count(spool) == 6


def test_many_studies_that_must_stay_hide_none_that_may_go(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "PAGE_ROWS", 2)
    for number in range(6):
        enter(spool, f"1.{number}", 2, days=400 - number)
        enter(spool, f"1.{number}", 1, days=300, state="received")
    enter(spool, "1.9", 2, days=200)
    assert forget_all(spool) == [2]


def test_it_rests_when_nothing_is_left_and_while_objects_come(spool: Spool) -> None:
    forgetter = Forgetter(spool, remembered_seconds=KEPT)
    assert forgetter.forget_some() == 0
    enter(spool, "1.1", 1, days=91)
    assert forgetter.forget_some() == 0, "it rests"
    busy = Forgetter(spool, remembered_seconds=KEPT)
    enter(spool, "1.2", BATCH_ROWS + 1, days=400)
    assert busy.forget_some() == BATCH_ROWS
    spool.slots.drop(spool.slots.take())
    assert busy.forget_some() == 0, "an object has just come"


def test_lanes_and_decisions_go_too_once_nothing_needs_them(spool: Spool) -> None:
    spool.journal.set_lanes([StudyLane("1.1", "A1", Lane.VITAL), StudyLane("1.2", "A2", Lane.URGENT)])
    enter(spool, "1.1", 1, days=1)
    kept = arrivals.receive(spool, image(np.zeros((4, 4), np.uint8), StudyInstanceUID="1.3"))
    assert kept is Reception.KEPT
    spool.set_aside(spool.journal.list_in(State.RECEIVED)[0], Reason.FILE_MISSING)
    for choice in (Choice.DISCARD, Choice.RESTORE):
        decide(spool.journal, spool.journal.list_for_a_person()[0].id, choice, by="M. Roux")
    spool.journal.change("UPDATE decision SET made_at = 0")
    assert count(spool, "decision") == 2
    assert forget_all(spool) == [], "not in the log yet, noted today"
    tell_decisions(spool.journal)
    spool.journal.change("UPDATE study SET noted_at = 0")
    assert forget_all(spool) == [3]
    assert [row[0] for row in spool.journal.query("SELECT study_instance_uid FROM study")] == ["1.1"]
    assert count(spool, "decision") == 0


def acknowledge(spool: Spool) -> None:
    [entry] = spool.journal.list_in(State.RECEIVED)
    ready: Entry = spool.make_ready(entry, None)
    [sent] = spool.move_all([ready], State.SENT)
    spool.move_all([sent], State.ACKNOWLEDGED)


def test_what_was_forgotten_and_comes_again_is_sent_for_the_platform_to_judge(spool: Spool) -> None:
    content = image(np.zeros((4, 4), np.uint8), StudyInstanceUID="1.4", SOPInstanceUID="1.5")
    other = image(np.ones((4, 4), np.uint8), StudyInstanceUID="1.4", SOPInstanceUID="1.5")
    assert arrivals.receive(spool, content) is Reception.KEPT
    acknowledge(spool)
    assert arrivals.receive(spool, content) is Reception.ALREADY_HELD
    spool.journal.change("UPDATE object SET changed_at = 0")
    assert forget_all(spool) == [1]
    assert arrivals.receive(spool, content) is Reception.KEPT
    assert arrivals.receive(spool, content) is Reception.ALREADY_HELD
    assert arrivals.receive(spool, other) is Reception.TO_COMPARE
    acknowledge(spool)
