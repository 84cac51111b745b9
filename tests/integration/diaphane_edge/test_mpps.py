"""Performed procedure steps sent by a modality to a real gateway (PS3.4 annex F)."""

from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from diaphane_dicom.identifiers import new_uid

from .edge import Edge, wait_until
from .receiver import TOKEN, Receiver
from .scu import MPPS, association, change, create

STATUS = "00400252"


def beginning(**elements: object) -> Dataset:
    """What a modality says when it begins."""
    scheduled = Dataset()
    scheduled.StudyInstanceUID, scheduled.AccessionNumber = new_uid(), "A1"
    step = Dataset()
    step.SpecificCharacterSet = "ISO_IR 100"
    step.ScheduledStepAttributesSequence = Sequence([scheduled])
    step.PatientName, step.PatientID = "LÉVÊQUE^ÉLOÏSE", "P1"
    step.PerformedProcedureStepID, step.PerformedStationAETitle = "PPS1", "SCANNER1"
    step.PerformedProcedureStepStartDate, step.PerformedProcedureStepStartTime = "20261122", "0930"
    step.PerformedProcedureStepStatus, step.Modality = "IN PROGRESS", "CT"
    for keyword, value in elements.items():
        setattr(step, keyword, value)
    return step


def end(status: str = "COMPLETED", **elements: object) -> Dataset:
    """What a modality says when it is over: one series of two images, and its dose."""
    image = Dataset()
    image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", new_uid()
    series = Dataset()
    series.SeriesInstanceUID, series.ProtocolName = new_uid(), "Crâne"
    series.ReferencedImageSequence = Sequence([image, image])
    step = Dataset()
    step.SpecificCharacterSet = "ISO_IR 100"
    step.PerformedProcedureStepStatus = status
    step.PerformedProcedureStepEndDate, step.PerformedProcedureStepEndTime = "20261122", "0942"
    step.PerformedSeriesSequence = Sequence([series])
    for keyword, value in elements.items():
        setattr(step, keyword, value)
    return step


def without(dataset: Dataset, keyword: str) -> Dataset:
    delattr(dataset, keyword)
    return dataset


def begun(edge: Edge) -> str:
    uid = new_uid()
    assert create(edge, uid, beginning()).Status == 0x0000
    return uid


def said_to(receiver: Receiver, uid: str) -> list[dict]:
    return [body for step, body in receiver.steps if step == uid]


@pytest.mark.parametrize(
    ("attributes", "status", "comment"),
    [
        (without(beginning(), "Modality"), 0x0120, "Modality"),
        (without(beginning(), "ScheduledStepAttributesSequence"), 0x0120, "ScheduledStepAttributesSequence"),
        (beginning(PerformedProcedureStepID=""), 0x0121, "PerformedProcedureStepID"),
        (beginning(ScheduledStepAttributesSequence=[Dataset()]), 0x0120, "StudyInstanceUID"),
        (
            beginning(PerformedProcedureStepStatus="COMPLETED"),
            0x0106,
            "PerformedProcedureStepStatus: a step begins IN PROGRESS",
        ),
        (
            beginning(PerformedProcedureStepStatus="OVER"),
            0x0106,
            "PerformedProcedureStepStatus: a step begins IN PROGRESS",
        ),
    ],
)
def test_a_step_that_cannot_begin_so_is_refused_and_says_why(
    edge: Edge, attributes: Dataset, status: int, comment: str
) -> None:
    uid = new_uid()
    answer = create(edge, uid, attributes)
    assert (answer.Status, answer.ErrorComment) == (status, comment)
    assert change(edge, uid, end()).Status == 0x0112


def test_a_step_without_a_well_formed_identifier_is_refused(edge: Edge) -> None:
    assert create(edge, "1.02.3", beginning()).Status == 0x0117


def test_a_step_begins_once(edge: Edge) -> None:
    assert create(edge, begun(edge), beginning()).Status == 0x0111


def test_an_unknown_step_cannot_change(edge: Edge) -> None:
    assert change(edge, new_uid(), end()).Status == 0x0112


@pytest.mark.parametrize(
    ("changes", "status", "comment"),
    [
        (end(status="OVER"), 0x0106, "PerformedProcedureStepStatus"),
        (without(end(), "PerformedProcedureStepEndTime"), 0x0120, "PerformedProcedureStepEndTime"),
        (end(PerformedProcedureStepEndDate=""), 0x0121, "PerformedProcedureStepEndDate"),
        (without(end(), "PerformedSeriesSequence"), 0x0120, "PerformedSeriesSequence"),
        (end(PerformedSeriesSequence=[]), 0x0121, "PerformedSeriesSequence"),
        (end(PerformedSeriesSequence=[Dataset()]), 0x0120, "SeriesInstanceUID"),
        (
            without(end("DISCONTINUED"), "PerformedProcedureStepEndDate"),
            0x0120,
            "PerformedProcedureStepEndDate",
        ),
    ],
)
def test_a_step_ends_with_what_the_final_state_needs(
    edge: Edge, changes: Dataset, status: int, comment: str
) -> None:
    uid = begun(edge)
    answer = change(edge, uid, changes)
    assert (answer.Status, answer.ErrorComment) == (status, comment)
    assert change(edge, uid, end()).Status == 0x0000


@pytest.mark.parametrize("status", ["COMPLETED", "DISCONTINUED"])
def test_a_final_step_no_longer_changes(edge: Edge, receiver: Receiver, status: str) -> None:
    uid = begun(edge)
    assert change(edge, uid, end(status)).Status == 0x0000
    answer = change(edge, uid, end("IN PROGRESS"))
    assert (answer.Status, answer.ErrorID) == (0x0110, 0xA710)
    wait_until(lambda: said_to(receiver, uid) and said_to(receiver, uid)[-1]["revision"] == 2)
    assert said_to(receiver, uid)[-1]["attributes"][STATUS]["Value"] == [status]


def test_a_discontinued_step_may_have_made_no_series(edge: Edge) -> None:
    changes = without(end("DISCONTINUED"), "PerformedSeriesSequence")
    assert change(edge, begun(edge), changes).Status == 0x0000


def test_whose_step_it_is_does_not_change(edge: Edge, receiver: Receiver) -> None:
    uid = begun(edge)
    answer = change(edge, uid, end(PatientID="P2", PatientName="LÉVÊQUE^ÉLOÏSE"))
    assert (answer.Status, answer.AttributeIdentifierList) == (0x0107, 0x00100020)
    wait_until(lambda: said_to(receiver, uid) and said_to(receiver, uid)[-1]["revision"] == 2)
    assert said_to(receiver, uid)[-1]["attributes"]["00100020"]["Value"] == ["P1"]


def test_the_platform_gets_the_step_as_it_came(edge: Edge, receiver: Receiver) -> None:
    uid = begun(edge)
    dose = Dataset()
    dose.CTDIvol = 42.1
    private = Dataset()
    private.add_new(0x00091001, "LO", "à part")
    assert change(edge, uid, end(ExposureDoseSequence=[dose])).Status == 0x0000
    wait_until(lambda: said_to(receiver, uid) and said_to(receiver, uid)[-1]["revision"] == 2)
    said = said_to(receiver, uid)[-1]["attributes"]
    assert said["00080005"]["Value"] == ["ISO_IR 192"]
    assert said["00100010"]["Value"] == [{"Alphabetic": "LÉVÊQUE^ÉLOÏSE"}]
    assert said["0040030E"]["Value"][0]["00189345"]["Value"] == [42.1]
    [series] = said["00400340"]["Value"]
    assert len(series["00081140"]["Value"]) == 2
    assert series["00181030"]["Value"] == ["Crâne"]


def test_steps_said_while_the_link_is_down_survive_a_kill_and_arrive_once_it_is_back(
    tmp_path: Path, receiver: Receiver
) -> None:
    with Edge(tmp_path, platform_url=receiver.url, token=TOKEN) as edge:
        receiver.cut()
        uid = begun(edge)
        edge.kill()
        edge.start()
        assert change(edge, uid, end()).Status == 0x0000
        edge.kill()
        receiver.connect()
        edge.start()
        wait_until(lambda: said_to(receiver, uid))
        assert [said["revision"] for said in said_to(receiver, uid)] == [2]
        assert "LÉVÊQUE" not in edge.log.read_text()


def test_a_step_that_the_platform_refuses_is_kept_and_tried_again_on_request(
    tmp_path: Path, receiver: Receiver
) -> None:
    with Edge(tmp_path, platform_url=receiver.url, token=TOKEN) as edge:
        receiver.http_status = 422
        uid = begun(edge)
        wait_until(lambda: any(each["event"] == "step_not_taken" for each in edge.events()))
        receiver.behave()
        wait_until(
            lambda: [each["backlog"] for each in receiver.statuses if each["backlog"]["steps_refused"]]
        )
        told = receiver.statuses[-1]["backlog"]
        assert (told["steps_refused"], len(told["studies"])) == (1, 1)
        edge.command("retry")
        wait_until(lambda: said_to(receiver, uid))


def test_a_stranger_cannot_say_that_it_performs_a_step(edge: Edge) -> None:
    with association(edge, MPPS, ae_title="STRANGER") as opened:
        assert opened.is_rejected
