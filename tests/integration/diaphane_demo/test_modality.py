"""Play the scanner against a gateway over real sockets."""

import json
import logging
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file

from diaphane_demo.dose_report import MOMENT, write_dose_report
from diaphane_demo.modality import main
from diaphane_dicom.dose import read_dose_report
from tests.unit.diaphane_demo.items import make_image, make_item

from .gateways import TITLE, Gateway, serve_gateway


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images" / "CT" / "head"
    folder.mkdir(parents=True)
    for number in range(1, 6):
        make_image(number).save_as(folder / f"{number}.dcm", enforce_file_format=True)
    return tmp_path / "images"


def play(gateway: Gateway, *source: object, modality: str = "CT") -> int:
    return main(
        [
            *("--ae-title", "SCANNER1", "--modality", modality, "--called-ae", TITLE),
            *("--port", str(gateway.port), "--once", *map(str, source)),
        ]
    )


@pytest.mark.parametrize(
    "item",
    [
        make_item(status="READY"),
        make_item(status="SCHEDULED"),
        make_item(status=""),
        make_item(modality="MR"),
        make_item(station="SCANNER2"),
    ],
)
def test_a_step_that_is_not_under_way_on_this_scanner_sends_nothing(images: Path, item: object) -> None:
    with serve_gateway(item) as gateway:  # type: ignore[arg-type]
        assert play(gateway, "--images", images) == 0
    assert gateway.received == []


def test_a_started_step_sends_its_images_once_with_the_identity_of_the_item(images: Path) -> None:
    with serve_gateway(make_item()) as gateway:
        assert play(gateway, "--images", images) == 0
        assert play(gateway, "--images", images) == 0
    assert gateway.callers == {"SCANNER1"}
    assert gateway.associations == 1
    assert len(gateway.received) == 5
    assert {str(image.PatientName) for image in gateway.received} == {"Lescure^Émilienne"}
    assert {image.StudyInstanceUID for image in gateway.received} == {"2.25.1001"}
    assert {image.AccessionNumber for image in gateway.received} == {"LIS26001447"}
    assert len({image.SeriesInstanceUID for image in gateway.received}) == 1
    assert len({image.SOPInstanceUID for image in gateway.received}) == 5
    assert [image.InstanceNumber for image in gateway.received] == [1, 2, 3, 4, 5]
    assert gateway.received[0].PixelData == make_image().PixelData
    assert {image.StationName for image in gateway.received} == {"SCANNER1"}


def test_the_dose_report_comes_last_and_speaks_of_the_exam_that_was_made(images: Path) -> None:
    write_dose_report(images / "CT" / "dose", images)
    with serve_gateway(make_item()) as gateway:
        assert play(gateway, "--images", images) == 0
    report = gateway.received[-1]
    assert [each.Modality for each in gateway.received] == ["CT"] * 5 + ["SR"]
    assert (report.StudyInstanceUID, report.AccessionNumber) == ("2.25.1001", "LIS26001447")
    identifiers = [each.value for each in report.iterall() if each.keyword == "UID"]
    assert "2.25.1001" in identifiers
    assert not set(identifiers) & {
        each.value for each in dcmread(images / "CT" / "dose" / "0001.dcm").iterall() if each.keyword == "UID"
    }
    assert {each.value for each in report.iterall() if each.keyword == "DateTime"} != {MOMENT}
    assert {each.value for each in read_dose_report(report) if each.is_total} == {Decimal("769.3")}


def test_a_step_planned_without_a_scanner_is_taken(images: Path) -> None:
    with serve_gateway(make_item(station="")) as gateway:
        assert play(gateway, "--images", images) == 0
    assert len(gateway.received) == 5


def test_a_second_exam_gets_its_own_uids(images: Path) -> None:
    with serve_gateway(make_item(), make_item(study="2.25.1002")) as gateway:
        assert play(gateway, "--images", images) == 0
    assert len({image.SOPInstanceUID for image in gateway.received}) == 10
    assert len({image.SeriesInstanceUID for image in gateway.received}) == 2
    assert len({image.FrameOfReferenceUID for image in gateway.received}) == 2


def test_after_a_cut_only_the_rest_is_sent_and_the_exam_keeps_its_time(images: Path) -> None:
    with serve_gateway(make_item()) as gateway:
        gateway.abort_after = 2
        assert play(gateway, "--images", images) == 1
        assert play(gateway, "--images", images) == 0
    sent = [image.SOPInstanceUID for image in gateway.received]
    assert len(set(sent)) == 5
    assert len(sent) <= 6
    assert len({image.StudyTime for image in gateway.received}) == 1


def test_an_image_that_the_gateway_has_no_room_for_is_sent_again(images: Path) -> None:
    with serve_gateway(make_item()) as gateway:
        gateway.statuses = [0x0000, 0xA700, 0x0000, 0x0000, 0x0000]
        assert play(gateway, "--images", images) == 1
        assert play(gateway, "--images", images) == 0
    assert sorted(image.InstanceNumber for image in gateway.received) == [1, 2, 3, 4, 5]
    assert len(gateway.received) == 5


def test_an_image_that_the_gateway_refuses_is_not_sent_for_ever(images: Path) -> None:
    with serve_gateway(make_item()) as gateway:
        gateway.statuses = [0xC000]
        assert play(gateway, "--images", images) == 0
        assert play(gateway, "--images", images) == 0
    assert len(gateway.received) == 4


# pynetdicom leaves the socket of a refused connection to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_without_a_gateway_one_look_fails_and_nothing_is_forgotten(images: Path) -> None:
    with serve_gateway(make_item()) as gateway:
        pass
    assert play(gateway, "--images", images) == 1
    with serve_gateway(make_item(), port=gateway.port) as gateway:
        assert play(gateway, "--images", images) == 0
    assert len(gateway.received) == 5


def test_without_images_of_its_own_the_scanner_says_so(tmp_path: Path) -> None:
    (tmp_path / "CT").mkdir()
    with serve_gateway(make_item()) as gateway:
        assert play(gateway, "--images", tmp_path) == 1
    assert gateway.received == []


def test_my_own_files_are_sent_in_their_own_syntax_and_the_others_skipped(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    for name in ("CT_small.dcm", "MR_small_jp2klossless.dcm", "rtplan.dcm"):
        (mine / name).write_bytes(Path(str(get_testdata_file(name, download=False))).read_bytes())
    (mine / "letter.txt").write_text("not an image")
    before = sorted(mine.rglob("*"))
    with serve_gateway(make_item()) as gateway:
        assert play(gateway, "--dicom", mine, "--state", tmp_path / "state") == 0
    syntaxes = {image.Modality: image.file_meta.TransferSyntaxUID.name for image in gateway.received}
    assert syntaxes == {
        "CT": "Explicit VR Little Endian",
        "MR": "JPEG 2000 Image Compression (Lossless Only)",
    }
    assert {str(image.PatientName) for image in gateway.received} == {"Lescure^Émilienne"}
    assert len(gateway.received) == 2
    assert sorted(mine.rglob("*")) == before


def test_neither_the_log_nor_the_memory_holds_anything_of_the_patient(
    images: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (images / "CT" / "head" / "LESCURE.pdf").write_bytes(b"%PDF")
    with caplog.at_level(logging.DEBUG), serve_gateway(make_item()) as gateway:
        play(gateway, "--images", images)
    kept = (images / ".state" / "SCANNER1.json").read_text()
    assert "exam_sent" in caplog.text
    assert json.loads(kept)["2.25.1001/ETAPE1"]["sent"] is True
    for told in (caplog.text, kept):
        assert "lescure" not in told.lower()
        assert "254069999900193" not in told
        assert "LIS26001447" not in told


def test_the_scanner_polls_until_it_is_told_to_stop(images: Path, tmp_path: Path) -> None:
    log = tmp_path / "scanner.log"
    with serve_gateway(make_item()) as gateway, log.open("wb") as output:
        options = ["--ae-title", "SCANNER1", "--modality", "CT", "--called-ae", TITLE, "--poll", "0.1"]
        options += ["--port", str(gateway.port), "--images", str(images)]
        scanner = subprocess.Popen([sys.executable, "-m", "diaphane_demo.modality", *options], stderr=output)
        try:
            _wait_until_told(log, "exam_sent", 1)
            gateway.items.append(make_item(study="2.25.1002"))
            _wait_until_told(log, "exam_sent", 2)
            scanner.send_signal(signal.SIGTERM)
            scanner.wait(timeout=60)
        finally:
            scanner.kill()
    assert scanner.returncode == 0
    assert len(gateway.received) == 10
    assert log.read_text().count("exam_sent") == 2
    assert "Traceback" not in log.read_text()


def _wait_until_told(log: Path, event: str, count: int) -> None:
    """Wait for the scanner's own word: the gateway holds an image before the scanner knows it."""
    deadline = time.monotonic() + 60
    while log.read_text().count(event) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert log.read_text().count(event) == count
