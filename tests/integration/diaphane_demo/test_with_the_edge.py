"""Play the scanner against the real gateway, and look at what reaches the platform."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from diaphane_demo.modality import main
from diaphane_dicom.part10 import from_dicom_json, to_dicom_json
from tests.integration.diaphane_edge.edge import EDGE_TITLE, SCANNER, Edge, wait_until
from tests.integration.diaphane_edge.receiver import TOKEN, Receiver
from tests.unit.diaphane_demo.items import make_image, make_item


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.cut()
    assert receiver.problems == []


@pytest.fixture
def edge(tmp_path: Path, receiver: Receiver) -> Iterator[Edge]:
    edge = Edge(tmp_path, platform_url=receiver.url, token=TOKEN)
    edge.start()
    yield edge
    edge.stop()


def serve(receiver: Receiver, status: str) -> None:
    """Put the exam on the worklist, and wait until the gateway has it."""
    receiver.worklist = [to_dicom_json(make_item(status=status, station=SCANNER))]
    receiver.worklist_version += 1
    known = receiver.not_modified
    # Two answers "not modified" since the change: the gateway holds this version.
    wait_until(lambda: receiver.not_modified >= known + 2)


def play(edge: Edge, images: Path) -> int:
    return main(
        [
            *("--ae-title", SCANNER, "--modality", "CT", "--called-ae", EDGE_TITLE),
            *("--port", str(edge.port), "--images", str(images), "--once"),
        ]
    )


def test_an_exam_goes_from_the_worklist_to_the_platform_by_itself(
    edge: Edge, receiver: Receiver, tmp_path: Path
) -> None:
    folder = tmp_path / "images" / "CT"
    folder.mkdir(parents=True)
    for number in range(1, 6):
        make_image(number).save_as(folder / f"{number}.dcm", enforce_file_format=True)
    serve(receiver, "READY")
    assert play(edge, folder.parent) == 0
    assert receiver.objects == {}
    serve(receiver, "STARTED")
    assert play(edge, folder.parent) == 0
    wait_until(lambda: len(receiver.objects) == 5)
    for content in receiver.objects.values():
        image = dcmread(BytesIO(content))
        assert str(image.PatientName) == "Lescure^Émilienne"
        assert image.StudyInstanceUID == "2.25.1001"
        assert image.StudyDescription == "TDM cérébrale sans injection"
    wait_until(lambda: [body["revision"] for _uid, body in receiver.steps][-1:] == [2])
    step = from_dicom_json(receiver.steps[-1][1]["attributes"])
    assert step.PerformedProcedureStepStatus == "COMPLETED"
    assert step.ScheduledStepAttributesSequence[0].StudyInstanceUID == "2.25.1001"
    [series] = step.PerformedSeriesSequence
    made = {each.ReferencedSOPInstanceUID for each in series.ReferencedImageSequence}
    assert made == receiver.objects.keys()


# pynetdicom leaves the socket of a refused connection to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_gateway_that_is_killed_gets_the_exam_when_it_is_back(
    edge: Edge, receiver: Receiver, tmp_path: Path
) -> None:
    folder = tmp_path / "images" / "CT"
    folder.mkdir(parents=True)
    make_image(1).save_as(folder / "1.dcm", enforce_file_format=True)
    serve(receiver, "STARTED")
    edge.kill()
    assert play(edge, folder.parent) == 1
    edge.start()
    assert play(edge, folder.parent) == 0
    wait_until(lambda: len(receiver.objects) == 1)


@pytest.mark.slow
def test_the_demo_ct_arrives_whole(edge: Edge, receiver: Receiver, built: Path) -> None:
    serve(receiver, "STARTED")
    state = edge.folder / "state"
    look = [
        *("--ae-title", SCANNER, "--modality", "CT", "--called-ae", EDGE_TITLE, "--once"),
        *("--port", str(edge.port), "--images", str(built), "--state", str(state)),
    ]
    # On a loaded machine pynetdicom, as a sender, may miss an answer; the scanner then looks again.
    assert any(main(look) == 0 for _look in range(3))
    sent = len(list(built.rglob("CT/**/*.dcm")))
    wait_until(lambda: len(receiver.objects) == sent, seconds=120)
    came = [dcmread(BytesIO(content), stop_before_pixels=True) for content in receiver.objects.values()]
    headers = [each for each in came if "AXIAL" in each.get("ImageType", [])]
    assert len({header.FrameOfReferenceUID for header in headers}) == 1
    assert sorted(header.InstanceNumber for header in headers) == list(range(1, 301))
    assert {header.CTDIvol for header in headers} == {42.6}


def test_an_end_that_was_not_heard_is_said_again(edge: Edge, receiver: Receiver, tmp_path: Path) -> None:
    folder = tmp_path / "images" / "CT"
    folder.mkdir(parents=True)
    make_image(1).save_as(folder / "1.dcm", enforce_file_format=True)
    serve(receiver, "STARTED")
    assert play(edge, folder.parent) == 0
    memory = folder.parent / ".state" / f"{SCANNER}.json"
    memory.write_text(memory.read_text().replace('"sent": true', '"sent": false'))
    assert play(edge, folder.parent) == 0
    assert '"sent": true' in memory.read_text()
