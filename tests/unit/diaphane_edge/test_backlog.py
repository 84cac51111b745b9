"""What waits beside images: how much, since when, and of which studies."""

import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest

from diaphane_edge.backlog import Backlog
from diaphane_edge.commitments import Commitments
from diaphane_edge.steps import MOST_STUDIES, Steps


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", lambda: clock.now)
    return clock


@pytest.fixture
def steps(tmp_path: Path, clock: Clock) -> Steps:
    return Steps(tmp_path / "steps.sqlite")


@pytest.fixture
def commitments(tmp_path: Path, clock: Clock) -> Commitments:
    return Commitments(tmp_path / "commitments.sqlite")


def of_studies(*uids: str) -> dict[str, object]:
    items = [{"0020000D": {"vr": "UI", "Value": [uid]}} for uid in uids]
    return {"00400270": {"vr": "SQ", "Value": items}}


def test_steps_and_commitments_are_counted_on_the_disk(steps: Steps, commitments: Commitments) -> None:
    assert Backlog.of(steps, commitments) == Backlog()
    for uid in ("1.2", "1.3", "1.4"):
        steps.create(uid, {})
    waiting = steps.list_unsent()
    steps.mark_refused(waiting[0], "HTTP 409")
    steps.mark_sent(waiting[1])
    commitments.add("1.5", "SCANNER1", (), due_at=0)
    assert Backlog.of(steps, commitments) == Backlog(1, 1, 1)


def test_a_step_waits_since_the_first_word_that_the_platform_lacks(
    steps: Steps, commitments: Commitments, clock: Clock
) -> None:
    steps.create("1.2", {})
    clock.now += 60
    [step] = steps.list_unsent()
    assert steps.update(step, {}, is_final=False)
    clock.now += 60
    assert Backlog.of(steps, commitments).steps_oldest_seconds == 120
    steps.mark_sent(steps.list_unsent()[0])
    assert Backlog.of(steps, commitments).steps_oldest_seconds == 0
    clock.now += 3600
    step = steps.get("1.2")  # type: ignore[assignment]
    assert steps.update(step, {}, is_final=True)
    clock.now += 5
    assert Backlog.of(steps, commitments).steps_oldest_seconds == 5


def test_a_commitment_waits_since_it_was_asked(steps: Steps, commitments: Commitments, clock: Clock) -> None:
    commitments.add("1.5", "SCANNER1", (), due_at=0)
    clock.now += 7200
    commitments.postpone(commitments.list_due()[0], due_at=0)
    assert Backlog.of(steps, commitments).commitments_oldest_seconds == 7200
    commitments.forget(commitments.list_due()[0])
    assert Backlog.of(steps, commitments) == Backlog()


def test_the_studies_of_steps_that_wait_or_are_refused_are_named(
    steps: Steps, commitments: Commitments
) -> None:
    steps.create("1.2", of_studies("2.25.1", "2.25.2"))
    steps.create("1.3", of_studies("2.25.3"))
    steps.create("1.4", of_studies("2.25.4"))
    steps.create("1.5", {})
    of_uid = {step.sop_instance_uid: step for step in steps.list_unsent()}
    steps.mark_refused(of_uid["1.3"], "HTTP 409")
    steps.mark_sent(of_uid["1.4"])
    assert Backlog.of(steps, commitments).studies == ("2.25.1", "2.25.2", "2.25.3")


def test_a_report_names_so_many_studies_at_most(steps: Steps) -> None:
    steps.create("1.2", of_studies(*(f"2.25.{number}" for number in range(1, MOST_STUDIES + 9))))
    assert len(steps.list_studies()) == MOST_STUDIES


def test_time_alone_is_no_fact() -> None:
    some = Backlog(1, 0, 1, 10, 20, ("2.25.1",))
    assert some.facts == replace(some, steps_oldest_seconds=99, commitments_oldest_seconds=99).facts
    assert some.facts != replace(some, studies=()).facts


def test_the_file_of_an_older_gateway_is_brought_up_to_date(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "older.sqlite"
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE step (sop_instance_uid TEXT PRIMARY KEY, attributes TEXT NOT NULL,"
            " is_final INTEGER NOT NULL, revision INTEGER NOT NULL,"
            " sent_revision INTEGER NOT NULL DEFAULT 0, refusal TEXT, changed_at REAL NOT NULL)"
        )
        database.execute("INSERT INTO step VALUES ('1.2', '{}', 0, 1, 0, NULL, ?)", (clock.now - 30,))
    database.close()
    assert Steps(path).find_oldest() == clock.now - 30
    assert [step.sop_instance_uid for step in Steps(path).list_unsent()] == ["1.2"]
