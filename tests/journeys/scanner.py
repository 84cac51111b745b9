"""A scanner: asks the gateway what to do with DCMTK's findscu, and sends a small series with storescu."""

import time
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.uid import generate_uid

from tests.images import make_ct

from .people import STATION
from .stack import Stack

SLICES = 12
PATIENCE_SECONDS = 40
_IDENTITY = (
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "AccessionNumber",
    "StudyInstanceUID",
)
_STEP = "ScheduledProcedureStepSequence[0]"


def await_worklist(stack: Stack) -> list[Dataset]:
    """Ask again until the gateway has an answer: it takes the platform's list at its own pace."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (items := ask_worklist(stack)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return items


def ask_worklist(stack: Stack) -> list[Dataset]:
    """Return the gateway's answers to a worklist query of this scanner."""
    folder = stack.folder / "worklist"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    keys = (
        *_IDENTITY,
        "RequestedProcedureDescription",
        f"{_STEP}.Modality=CT",
        f"{_STEP}.ScheduledStationAETitle={STATION}",
        f"{_STEP}.ScheduledProcedureStepStatus",
    )
    options = [part for key in keys for part in ("-k", key)]
    done = stack.edge.tool(
        "findscu", "-W", "-X", "-od", str(folder), *options, "127.0.0.1", str(stack.edge.port)
    )
    assert done.returncode == 0, done.stderr
    return [dcmread(path, force=True) for path in sorted(folder.iterdir())]


def scan(stack: Stack, item: Dataset) -> None:
    """Make a series for one worklist item and send it."""
    files = _write_series(stack.folder / "series", item)
    done = stack.edge.storescu(*files)
    assert done.returncode == 0, done.stderr


def _write_series(folder: Path, item: Dataset) -> list[Path]:
    """Write slices with the identity of the worklist item, as a modality does."""
    folder.mkdir()
    series, frame_of_reference, files = generate_uid(), generate_uid(), []
    for number in range(1, SLICES + 1):
        path = folder / f"{number}.dcm"
        path.write_bytes(
            make_ct(
                number=number,
                size=128,
                SeriesInstanceUID=series,
                FrameOfReferenceUID=frame_of_reference,
                **{keyword: item.get(keyword, "") for keyword in _IDENTITY},
            )
        )
        files.append(path)
    return files
