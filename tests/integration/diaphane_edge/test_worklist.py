"""Worklist queries by DCMTK, against a real gateway."""

from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from diaphane_dicom.identifiers import new_uid
from diaphane_dicom.part10 import to_dicom_json

from .edge import Edge, wait_until
from .receiver import Receiver

STEP = "ScheduledProcedureStepSequence[0]."
ASKED = [
    "PatientName",
    "PatientID",
    "AccessionNumber",
    f"{STEP}Modality",
    f"{STEP}ScheduledProcedureStepStartDate",
]


def item(name: str, number: int, *, modality: str, date: str, time: str) -> dict[str, object]:
    step = Dataset()
    step.Modality, step.ScheduledStationAETitle = modality, "SCANNER1"
    step.ScheduledProcedureStepStartDate, step.ScheduledProcedureStepStartTime = date, time
    step.ScheduledProcedureStepDescription = "Scanner cérébral"
    step.ScheduledProcedureStepID, step.ScheduledProcedureStepStatus = f"S{number}", "SCHEDULED"
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientName, dataset.PatientID, dataset.AccessionNumber = name, f"P{number}", f"A{number}"
    dataset.PatientBirthDate, dataset.PatientSex = "19700101", "F"
    dataset.StudyInstanceUID = new_uid()
    dataset.ScheduledProcedureStepSequence = Sequence([step])
    return to_dicom_json(dataset)


def fill(edge: Edge, receiver: Receiver) -> Edge:
    if receiver.worklist:
        return edge
    receiver.worklist = [
        item("LÉVÊQUE^ÉLOÏSE", 1, modality="CT", date="20261122", time="0900"),
        item("MARTIN^PAUL", 2, modality="MR", date="20261123", time="1030"),
        item("ŁUCZAK^ZOË", 3, modality="CT", date="20261124", time="180000"),
    ]
    receiver.worklist_version += 1
    wait_until(lambda: any(e["event"] == "worklist_refreshed" and e["items"] == 3 for e in edge.events()))
    return edge


@pytest.fixture
def listed(edge: Edge, receiver: Receiver) -> Edge:
    return fill(edge, receiver)


def findscu(edge: Edge, folder: Path, *keys: str) -> list[Dataset]:
    """Query with DCMTK, and read the answers it extracted."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("rsp*.dcm"):
        old.unlink()
    wanted = [
        key for name in ASKED if name not in {k.partition("=")[0] for k in keys} for key in ("-k", name)
    ]
    given = [argument for key in keys for argument in ("-k", key)]
    options = ["-W", "-X", "-od", str(folder)]
    found = edge.tool("findscu", *options, *wanted, *given, "127.0.0.1", str(edge.port))
    assert found.returncode == 0, found.stderr
    assert "Failed" not in found.stderr, found.stderr
    return [dcmread(path, force=True) for path in sorted(folder.glob("rsp*.dcm"))]


def numbers(answers: list[Dataset]) -> list[str]:
    return sorted(str(answer.PatientID) for answer in answers)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([], ["P1", "P2", "P3"]),
        ([f"{STEP}Modality=MR"], ["P2"]),
        ([f"{STEP}Modality=US"], []),
        ([f"{STEP}ScheduledStationAETitle=SCANNER1"], ["P1", "P2", "P3"]),
        ([f"{STEP}ScheduledStationAETitle=SCANNER2"], []),
        ([f"{STEP}ScheduledProcedureStepStartDate=20261123"], ["P2"]),
        ([f"{STEP}ScheduledProcedureStepStartDate=20261123-"], ["P2", "P3"]),
        ([f"{STEP}ScheduledProcedureStepStartDate=-20261123"], ["P1", "P2"]),
        ([f"{STEP}ScheduledProcedureStepStartDate=20261122-20261123", f"{STEP}Modality=CT"], ["P1"]),
        (["PatientName=MARTIN*"], ["P2"]),
        (["PatientName=martin^paul"], ["P2"]),
        (["PatientName=LEV?QUE*"], ["P1"]),
        (["AccessionNumber=A3"], ["P3"]),
        (["AccessionNumber=A"], []),
        (["PatientID=P?"], ["P1", "P2", "P3"]),
    ],
)
def test_findscu_gets_the_matching_steps(
    listed: Edge, tmp_path: Path, keys: list[str], expected: list[str]
) -> None:
    assert numbers(findscu(listed, tmp_path / "found", *keys)) == expected


def test_accents_arrive_in_utf_8_and_only_what_was_asked(listed: Edge, tmp_path: Path) -> None:
    [answer] = findscu(listed, tmp_path / "found", "PatientID=P3", f"{STEP}ScheduledProcedureStepDescription")
    assert answer.SpecificCharacterSet == "ISO_IR 192"
    assert str(answer.PatientName) == "ŁUCZAK^ZOË"
    assert answer.ScheduledProcedureStepSequence[0].ScheduledProcedureStepDescription == "Scanner cérébral"
    assert "PatientBirthDate" not in answer
    assert "ScheduledProcedureStepID" not in answer.ScheduledProcedureStepSequence[0]


def test_a_query_in_latin_1_is_understood_and_answered_in_latin_1(listed: Edge, tmp_path: Path) -> None:
    keys = ["SpecificCharacterSet=ISO_IR 100", "PatientName=L\udcc9V\udccaQUE*"]
    [answer] = findscu(listed, tmp_path / "found", *keys, f"{STEP}ScheduledProcedureStepDescription")
    assert answer.SpecificCharacterSet == "ISO_IR 100"
    assert str(answer.PatientName) == "LÉVÊQUE^ÉLOÏSE"
    assert answer.ScheduledProcedureStepSequence[0].ScheduledProcedureStepDescription == "Scanner cérébral"


def test_the_worklist_is_answered_while_the_link_is_down_and_after_a_restart(
    listed: Edge, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.cut()
    assert numbers(findscu(listed, tmp_path / "found")) == ["P1", "P2", "P3"]
    listed.kill()
    listed.start()
    assert numbers(findscu(listed, tmp_path / "found")) == ["P1", "P2", "P3"]


def test_before_any_worklist_came_the_query_fails_rather_than_say_there_is_none(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.http_status = 503
    with Edge(tmp_path, platform_url=receiver.url, token="x") as edge:
        found = edge.tool("findscu", "-v", "-W", "-k", "PatientName", "127.0.0.1", str(edge.port))
    assert "UnableToProcess" in found.stdout + found.stderr


def test_an_unchanged_worklist_is_not_fetched_again(listed: Edge, receiver: Receiver) -> None:
    before = receiver.not_modified
    wait_until(lambda: receiver.not_modified > before + 2)
    refreshed = sum(e["event"] == "worklist_refreshed" for e in listed.events())
    wait_until(lambda: receiver.not_modified > before + 4)
    assert sum(e["event"] == "worklist_refreshed" for e in listed.events()) == refreshed


def test_no_patient_name_is_logged(listed: Edge, tmp_path: Path) -> None:
    findscu(listed, tmp_path / "found", "PatientName=MARTIN*")
    assert "MARTIN" not in listed.log.read_text()
