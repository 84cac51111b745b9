"""What goes first."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from diaphane_dicom.identifiers import new_uid
from diaphane_edge.journal import Entry
from diaphane_edge.lanes import PRIORITIES, Lane, StudyLane, list_study_lanes
from diaphane_edge.spool import Spool
from diaphane_edge.states import State
from tests.unit.diaphane_dicom.files import image

from . import arrivals


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close()


def receive(spool: Spool, study: str, *, accession_number: str = "") -> None:
    content = image(
        np.zeros((4, 4), np.uint8),
        StudyInstanceUID=study,
        SOPInstanceUID=new_uid(),
        AccessionNumber=accession_number,
    )
    arrivals.receive(spool, content)


def studies(entries: list[Entry]) -> list[str]:
    return [entry.study_instance_uid for entry in entries]


def take_all(spool: Spool) -> list[str]:
    """Take everything, in the order in which it would leave."""
    taken: list[str] = []
    while more := spool.take(State.RECEIVED, limit=10):
        taken += studies(more)
    return taken


def test_a_stroke_goes_first_what_is_unknown_in_between_and_priors_last() -> None:
    order = ["VITAL", "URGENT", "UNKNOWN", "DELAYED", "SCHEDULED", "PRIOR"]
    assert [lane.name for lane in sorted(Lane, reverse=True)] == order


def test_the_worklist_says_how_urgent_its_studies_are() -> None:
    items = []
    for priority in [*PRIORITIES, "", "WHENEVER"]:
        item = Dataset()
        item.StudyInstanceUID, item.AccessionNumber = f"1.{len(items)}", "A1"
        item.RequestedProcedurePriority = priority
        items.append(item)
    assert list_study_lanes([*items, Dataset()]) == [
        StudyLane(f"1.{number}", "A1", lane) for number, lane in enumerate(PRIORITIES.values())
    ]


def test_objects_leave_by_lane_then_by_age(spool: Spool) -> None:
    spool.journal.set_lanes([StudyLane("1.1", "", Lane.PRIOR), StudyLane("1.2", "", Lane.SCHEDULED)])
    for study in ("1.1", "1.2", "1.3", "1.2", "1.3", "1.4"):
        receive(spool, study)
    spool.journal.set_lanes([StudyLane("1.4", "", Lane.VITAL)])
    assert take_all(spool) == ["1.4", "1.3", "1.3", "1.2", "1.2", "1.1"]


def test_one_request_holds_one_lane(spool: Spool) -> None:
    spool.journal.set_lanes([StudyLane("1.1", "", Lane.URGENT)])
    for study in ("1.1", "1.2", "1.1"):
        receive(spool, study)
    assert studies(spool.take(State.RECEIVED, limit=10)) == ["1.1", "1.1"]


def test_only_what_is_more_urgent_is_taken_above_a_lane(spool: Spool) -> None:
    spool.journal.set_lanes([StudyLane("1.1", "", Lane.URGENT)])
    receive(spool, "1.2")
    assert spool.take(State.RECEIVED, limit=10, above=Lane.UNKNOWN) == []
    receive(spool, "1.1")
    assert studies(spool.take(State.RECEIVED, limit=10, above=Lane.UNKNOWN)) == ["1.1"]
    assert spool.take(State.RECEIVED, limit=10, above=Lane.URGENT) == []


def test_a_study_that_becomes_urgent_moves_at_once(spool: Spool) -> None:
    spool.journal.set_lanes([StudyLane("1.1", "", Lane.SCHEDULED)])
    receive(spool, "1.1")
    receive(spool, "1.2")
    spool.journal.set_lanes([StudyLane("1.1", "", Lane.VITAL)])
    assert take_all(spool) == ["1.1", "1.2"]


def test_a_lane_outlives_the_worklist_and_a_restart(tmp_path: Path) -> None:
    first = Spool(tmp_path / "spool")
    first.journal.set_lanes([StudyLane("1.1", "", Lane.VITAL)])
    first.journal.set_lanes([])
    first.close()
    again = Spool(tmp_path / "spool")
    receive(again, "1.2")
    receive(again, "1.1")
    assert take_all(again) == ["1.1", "1.2"]
    again.close()


def test_a_study_under_another_uid_takes_the_lane_of_its_accession_number(spool: Spool) -> None:
    spool.journal.set_lanes([StudyLane("1.1", "A7", Lane.VITAL)])
    receive(spool, "1.2")
    receive(spool, "1.9", accession_number="A7")
    with arrivals.encoding(spool) as encoder:
        encoder.encode_next()
        encoder.encode_next()
    assert studies(spool.take(State.COMPRESSED, limit=10)) == ["1.9"]


def test_an_accession_number_that_is_empty_means_nothing(spool: Spool) -> None:
    spool.journal.set_lanes([StudyLane("1.1", "", Lane.VITAL)])
    receive(spool, "1.9")
    with arrivals.encoding(spool) as encoder:
        encoder.encode_next()
    assert spool.take(State.COMPRESSED, limit=10)[0].lane is Lane.UNKNOWN
