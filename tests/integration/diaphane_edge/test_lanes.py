"""A stroke overtakes the exam that is under way, as the worklist says how urgent each is."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from bench.link import Link
from bench.passage import Shape
from pydicom import dcmread
from pydicom.dataset import Dataset

from diaphane_dicom.identifiers import new_uid

from .edge import Edge, uid_of, wait_until
from .receiver import TOKEN, Receiver
from .synthetic import make_image, make_images


def announce(receiver: Receiver, path: Path, priority: str) -> None:
    """Put the study of an image in the platform's worklist."""
    item = Dataset()
    item.StudyInstanceUID = dcmread(path, stop_before_pixels=True).StudyInstanceUID
    item.RequestedProcedurePriority = priority
    receiver.worklist.append(item.to_json_dict())
    receiver.worklist_version += 1


def wait_for_worklist(edge: Edge, *, items: int) -> None:
    """Wait until the gateway holds a worklist of so many items."""
    refreshed = {"event": "worklist_refreshed", "items": items}
    wait_until(lambda: any(event.items() >= refreshed.items() for event in edge.events()))


@pytest.fixture
def worklist(receiver: Receiver) -> Iterator[Receiver]:
    yield receiver
    receiver.worklist.clear()
    receiver.worklist_version += 1


def test_an_urgent_exam_never_waits_for_a_place(edge: Edge, worklist: Receiver, tmp_path: Path) -> None:
    routine = make_images(tmp_path / "routine", count=30)
    urgent = make_images(tmp_path / "urgent", count=3)
    announce(worklist, routine[0], "ROUTINE")
    announce(worklist, urgent[0], "STAT")
    wait_for_worklist(edge, items=2)
    worklist.answers_gate.clear()  # the platform takes bodies and answers none of them
    for path in routine:
        assert edge.storescu(path).returncode == 0
    wait_until(lambda: edge.states(routine).get("sent", 0) > 0)
    assert edge.storescu(*urgent).returncode == 0
    wait_until(lambda: {uid_of(path) for path in urgent} <= worklist.objects.keys())
    assert edge.states(routine).get("acknowledged", 0) == 0
    worklist.answers_gate.set()
    wait_until(lambda: edge.states([*routine, *urgent]) == {"acknowledged": 33})
    assert {worklist.deliveries[uid_of(path)] for path in [*routine, *urgent]} == {1}


def test_an_urgent_exam_overtakes_an_image_that_is_half_way(
    receiver: Receiver, worklist: Receiver, tmp_path: Path
) -> None:
    pixels = np.random.default_rng(1).integers(0, 2**16, (1200, 1200), dtype=np.uint16)  # nothing to compress
    routine = make_image(tmp_path / "routine.dcm", pixels=pixels, StudyInstanceUID=new_uid())
    urgent = make_images(tmp_path / "urgent", count=3)
    announce(worklist, urgent[0], "HIGH")
    slow = Shape(megabits=2, milliseconds=20)
    with (
        Link(to=receiver.port, shape=slow) as link,
        Edge(tmp_path, platform_url=f"http://127.0.0.1:{link.port}", token=TOKEN) as edge,
    ):
        wait_for_worklist(edge, items=1)
        assert edge.storescu(routine).returncode == 0
        begun = link.carried_up
        wait_until(lambda: link.carried_up > begun + 300_000)
        assert edge.storescu(*urgent).returncode == 0
        wait_until(lambda: edge.states(urgent) == {"acknowledged": 3})
        assert uid_of(routine) not in worklist.objects
        wait_until(lambda: edge.states([routine]) == {"acknowledged": 1})
