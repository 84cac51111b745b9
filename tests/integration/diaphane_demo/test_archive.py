"""The simulated archive, searched and emptied by the real gateway."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import MRImageStorage

from tests.integration.diaphane_edge.edge import ENVIRONMENT, Edge, free_port, wait_until
from tests.integration.diaphane_edge.receiver import TOKEN, Receiver
from tests.unit.diaphane_demo.items import make_image

PERSON = {"patient_id": "D1", "name": "LESCURE^Émilienne", "birth_date": "19540601", "sex": "F"}


@pytest.fixture
def platform() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.cut()
    assert receiver.problems == []


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[int]:
    """Run the archive on eight slices, and return its port."""
    images = tmp_path / "images"
    images.mkdir()
    for number in range(1, 9):
        image = make_image(number)
        image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = MRImageStorage
        image.save_as(images / f"{number}.dcm", enforce_file_format=True)
    people = tmp_path / "people.json"
    people.write_text(json.dumps([PERSON]))
    port = free_port()
    options = ("--ae-title", "ARCHIVE", "--port", str(port), "--people", str(people), "--images", str(images))
    command = [sys.executable, "-m", "diaphane_demo.archive", *options]
    process = subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
    yield port
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


@pytest.mark.parametrize(("birth_date", "count"), [("19540601", 2), ("19540602", 0)])
def test_the_gateway_fetches_the_earlier_exam_of_the_right_person(
    tmp_path: Path, platform: Receiver, archive: int, birth_date: str, count: int
) -> None:
    platform.searches = [
        {
            "id": "1",
            "identifiers": [{"value": "D1", "issuer": "LISIERE-1"}],
            "names": ["Lescure^Emilienne"],
            "birth_date": birth_date,
        }
    ]
    settings = {"ae_title": "ARCHIVE", "host": "127.0.0.1", "port": archive, "issuer": "LISIERE-1"}
    with Edge(tmp_path, platform_url=platform.url, token=TOKEN, archive=settings):
        wait_until(lambda: platform.outcomes and platform.outcomes[-1]["state"] == "done")
        wait_until(lambda: len(platform.objects) == count)
    for content in platform.objects.values():
        image = dcmread(BytesIO(content))
        assert str(image.PatientName) == PERSON["name"]
        assert "IssuerOfPatientID" not in image
        assert image.StudyDescription == "IRM cérébrale"
