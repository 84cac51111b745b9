"""The platform reads what the gateway writes of what waits beside images."""

import json
from dataclasses import asdict

import pytest

from diaphane.imaging.gateways import BacklogTally
from diaphane.interop.edge_api import status
from diaphane.interop.edge_api.bodies import MalformedBodyError
from diaphane.interop.edge_api.status import read_status
from diaphane_edge import steps
from diaphane_edge.backlog import Backlog

BARE = {"ae_title": "LISIERE", "queue": {"waiting": 0, "set_aside": 0, "oldest_seconds": 0}, "studies": []}


def read(backlog: object) -> BacklogTally:
    return read_status(json.loads(json.dumps(BARE | {"backlog": backlog}))).backlog


@pytest.mark.parametrize(
    "wrong",
    [
        "much",
        {"steps_waiting": -1},
        {"steps_oldest_seconds": "long"},
        {"studies": "2.25.1"},
        {"studies": [3]},
        {"studies": ["GARNIER"]},
    ],
    ids=str,
)
def test_a_backlog_that_makes_no_sense_is_refused(wrong: object) -> None:
    with pytest.raises(MalformedBodyError):
        read(wrong)


def test_what_the_gateway_writes_is_what_the_platform_reads() -> None:
    written = asdict(Backlog(1, 2, 3, 40, 50, ("2.25.1", "2.25.2")))
    assert read(written) == BacklogTally(
        steps_waiting=1,
        steps_refused=2,
        commitments_waiting=3,
        steps_oldest_seconds=40,
        commitments_oldest_seconds=50,
        steps_studies=("2.25.1", "2.25.2"),
    )
    assert status.MOST_STUDIES == steps.MOST_STUDIES


def test_a_gateway_of_yesterday_says_less() -> None:
    assert read_status(BARE).backlog == BacklogTally()
    assert read({"steps_waiting": 1, "steps_refused": 0, "commitments_waiting": 2}) == BacklogTally(
        steps_waiting=1, commitments_waiting=2
    )
