"""Who may put the next piece on the link."""

import threading
from collections.abc import Iterable

import pytest

from diaphane_edge import flow as flowing
from diaphane_edge.ceilings import Ceiling
from diaphane_edge.flow import Flow
from diaphane_edge.lanes import Lane

MOMENT = 0.2
WHOLE_DAY = (Ceiling(0, 0, 0.1),)


class Sender:
    """A request whose body leaves in a thread of its own."""

    def __init__(self, flow: Flow, lane: Lane, pieces: Iterable[bytes]) -> None:
        self.sent: list[bytes] = []
        self._pieces = flow.pace(pieces, lane)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        self.sent.extend(self._pieces)

    def is_held(self) -> bool:
        self.thread.join(MOMENT)
        return self.thread.is_alive()

    def finishes(self) -> bool:
        self.thread.join(30)
        return not self.thread.is_alive()


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flowing, "LONGEST_PAUSE_SECONDS", 600)


@pytest.mark.parametrize("lane", [Lane.UNKNOWN, Lane.SCHEDULED, Lane.PRIOR])
def test_a_piece_waits_while_a_more_urgent_body_leaves(lane: Lane) -> None:
    flow = Flow()
    urgent = flow.pace([b"1", b"2"], Lane.URGENT)
    assert next(urgent) == b"1"
    routine = Sender(flow, lane, [b"a", b"b"])
    assert routine.is_held()
    assert routine.sent == []
    assert next(urgent) == b"2"
    urgent.close()
    assert routine.finishes()
    assert routine.sent == [b"a", b"b"]


def test_a_body_under_way_stops_when_a_more_urgent_one_begins() -> None:
    flow = Flow()
    routine = flow.pace([b"a", b"b"], Lane.SCHEDULED)
    assert next(routine) == b"a"
    urgent = flow.pace([b"1"], Lane.VITAL)
    assert next(urgent) == b"1"
    rest = threading.Thread(target=next, args=(routine,), daemon=True)
    rest.start()
    rest.join(MOMENT)
    assert rest.is_alive()
    urgent.close()
    rest.join(30)
    assert not rest.is_alive()


def test_a_lane_holds_neither_its_equals_nor_its_betters() -> None:
    flow = Flow()
    first = flow.pace([b"1"], Lane.URGENT)
    assert next(first) == b"1"
    assert Sender(flow, Lane.URGENT, [b"2"]).finishes()
    assert Sender(flow, Lane.VITAL, [b"3"]).finishes()


def test_a_body_that_a_cut_ends_holds_nobody() -> None:
    flow = Flow()
    urgent = flow.pace([b"1", b"2"], Lane.URGENT)
    next(urgent)
    urgent.close()
    assert Sender(flow, Lane.PRIOR, [b"a"]).finishes()


def test_an_overtaken_request_still_says_something_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flowing, "LONGEST_PAUSE_SECONDS", 0.01)
    flow = Flow()
    urgent = flow.pace([b"1", b"2"], Lane.URGENT)
    next(urgent)
    assert Sender(flow, Lane.PRIOR, [b"a", b"b"]).finishes()


def test_a_ceiling_holds_what_would_leave_too_fast() -> None:
    flow = Flow(WHOLE_DAY)
    routine = Sender(flow, Lane.URGENT, [bytes(100_000), b"the next piece, eight seconds later"])
    assert routine.is_held()
    assert len(routine.sent) == 1


def test_a_ceiling_does_not_hold_a_vital_emergency() -> None:
    flow = Flow(WHOLE_DAY)
    assert Sender(flow, Lane.VITAL, [bytes(100_000)] * 3).finishes()


def test_outside_its_hours_a_ceiling_holds_nothing() -> None:
    flow = Flow([Ceiling(8 * 60, 18 * 60, 0.1)], minute=lambda: 20 * 60)
    assert Sender(flow, Lane.SCHEDULED, [bytes(100_000)] * 3).finishes()


def test_the_speed_counts_what_left_lately() -> None:
    flow = Flow()
    assert flow.measure_speed() == 0
    assert Sender(flow, Lane.UNKNOWN, [bytes(1000)] * 5).finishes()
    assert 0 < flow.measure_speed() <= 5000
