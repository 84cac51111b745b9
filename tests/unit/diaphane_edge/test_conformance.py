"""The conformance statement says what the code does."""

from pathlib import Path

import pytest

from diaphane.imaging import relevance
from diaphane_dicom.htj2k import ENCODABLE_PHOTOMETRICS, ENCODABLE_SYNTAXES
from diaphane_dicom.identifiers import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from diaphane_edge import (
    archive,
    asides,
    backoff,
    commitment,
    dialogue,
    flow,
    gateway,
    reasons,
    step_rules,
    steps,
    store,
    tls,
    uplink,
    worklist,
)
from diaphane_edge.matching import SUPPORTED_KEYS
from diaphane_edge.states import State

STATEMENT = (Path(__file__).parents[3] / "docs" / "conformance" / "dicom.md").read_text("utf-8")


@pytest.mark.parametrize(
    "fact",
    [
        *sorted(SUPPORTED_KEYS),
        *sorted(map(str, ENCODABLE_SYNTAXES)),
        *sorted(ENCODABLE_PHOTOMETRICS),
        IMPLEMENTATION_CLASS_UID,
        IMPLEMENTATION_VERSION_NAME,
        gateway.VERIFICATION,
        gateway.MODALITY_WORKLIST_FIND,
        gateway.MODALITY_PERFORMED_PROCEDURE_STEP,
        f"{gateway.PDU_BYTES} bytes",
        f"{dialogue.LONGEST_COMMAND_BYTES} bytes",
        f"{gateway.ASSOCIATIONS} associations",
        f"| {store.SUCCESS:04X} |",
        f"| {store.PROCESSING_FAILURE:04X} |",
        f"| {store.SOP_CLASS_NOT_SUPPORTED:04X} |",
        f"| {store.OUT_OF_RESOURCES:04X} |",
        f"| {store.DATA_SET_DOES_NOT_MATCH:04X} |",
        f"| {store.CANNOT_UNDERSTAND:04X} |",
        f"| both | {step_rules.INVALID_VALUE:04X} |",
        f"| both | {step_rules.MISSING_ATTRIBUTE:04X}, {step_rules.MISSING_VALUE:04X} |",
        f"| both | {step_rules.PROCESSING_FAILURE:04X} |",
        f"| N-CREATE | {step_rules.DUPLICATE_INSTANCE:04X} |",
        f"| N-CREATE | {step_rules.INVALID_INSTANCE:04X} |",
        f"| N-SET | {step_rules.NO_SUCH_INSTANCE:04X} |",
        f"| N-SET | {step_rules.SOME_NOT_TAKEN:04X} |",
        f"error ID {step_rules.NO_LONGER_UPDATED:04X}",
        f"{steps.REMEMBERED_SECONDS / 86400:.0f} days after",
        f"erased after {asides.KEPT_SECONDS / 86400:.0f} days",
        f"set aside here ({reasons.DUPLICATE_INSTANCE:04X})",
        archive.STUDY_ROOT_FIND,
        archive.STUDY_ROOT_MOVE,
        archive.STUDY_ROOT_GET,
        f"{relevance.MOST} at most",
        commitment.STORAGE_COMMITMENT,
        f"instance {commitment.WELL_KNOWN_INSTANCE} | {commitment.NO_SUCH_INSTANCE:04X} |",
        f"action type other than {commitment.REQUEST_COMMITMENT} | {commitment.NO_SUCH_ACTION:04X} |",
        f"malformed UID | {commitment.INVALID_ARGUMENT:04X} |",
        f"held nowhere | {commitment.NO_SUCH_INSTANCE:04X} |",
        f"another SOP class | {commitment.CLASS_INSTANCE_CONFLICT:04X} |",
        f"for 24 hours | {commitment.PROCESSING_FAILURE:04X} |",
        ", ".join(tls.CIPHERS),
        f"{worklist.PENDING:04X}",
        f"{worklist.PENDING_WITHOUT_SOME_KEYS:04X}",
        f"{worklist.CANCELLED:04X}",
        f"{worklist.UNABLE_TO_PROCESS:04X}",
        f"Up to {uplink.REQUESTS_A_LANE} requests at once in a lane",
        f"{uplink.BATCH_OBJECTS} objects at most",
        f"about {uplink.BATCH_SECONDS:g} s",
        f"({uplink.LEAST_BATCH_BYTES >> 10} KiB to {uplink.MOST_BATCH_BYTES >> 20} MiB)",
        f"one piece of {flow.PIECE_BYTES >> 10} KiB every {flow.LONGEST_PAUSE_SECONDS:g} s",
        f"left alone {backoff.FIRST_PAUSE_SECONDS:g} s",
        f"up to {backoff.LONGEST_PAUSE_SECONDS:g} s",
    ],
)
def test_the_statement_names(fact: str) -> None:
    assert fact in STATEMENT


def test_the_statement_names_no_key_that_is_not_searched() -> None:
    table = STATEMENT.split("| key | matching |")[1].split("\n\n")[0]
    named = {name.strip() for row in table.splitlines()[2:] for name in row.split("|")[1].split(",")}
    assert named == SUPPORTED_KEYS


def test_the_statement_names_every_state_in_which_an_object_may_be() -> None:
    line = next(line for line in STATEMENT.splitlines() if line.startswith("Each object is in one state"))
    for state in State:
        assert state.replace("_", " ") in line
