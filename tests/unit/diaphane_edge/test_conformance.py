"""The conformance statement says what the code does."""

import re
from pathlib import Path

import pytest
from pydicom.uid import UID as PydicomUID
from pynetdicom import DEFAULT_TRANSFER_SYNTAXES
from pynetdicom._globals import DEFAULT_MAX_LENGTH

from diaphane.imaging import prior_fetching, relevance
from diaphane_dicom.decode import DECODABLE
from diaphane_dicom.htj2k import ENCODABLE_PHOTOMETRICS, ENCODABLE_SYNTAXES
from diaphane_dicom.identifiers import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from diaphane_edge import (
    archive,
    asides,
    backoff,
    commitment,
    commitment_reporter,
    dialogue,
    flow,
    gateway,
    outgoing,
    reasons,
    step_rules,
    steps,
    store,
    tls,
    uplink,
    worklist,
)
from diaphane_edge.config import Config
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
        f"Maximum PDU received: {gateway.PDU_BYTES} bytes, and {DEFAULT_MAX_LENGTH} bytes",
        f"accepted: {gateway.ACSE_SECONDS:.0f} s to be made or released",
        f"{gateway.DIMSE_SECONDS:.0f} s for the answer to a report",
        f"{gateway.NETWORK_SECONDS:.0f} s without anything",
        f"opened: {outgoing.CONNECTION_SECONDS:.0f} s for the connection",
        f"{outgoing.ANSWER_SECONDS:.0f} s to be made or released and for an answer",
        f"{archive.RETRIEVE_SECONDS:.0f} s for each answer to a C-GET or a C-MOVE",
        f"first {archive.LARGEST_ANSWER} answers of a query",
        f"tried again for {commitment_reporter.LONGEST_WAIT_SECONDS / 3600:.0f} hours",
        f"asked again for {prior_fetching.ASKED_FOR.total_seconds() / 3600:.0f} hours",
        {0.5: "half a second later"}[commitment.SAME_ASSOCIATION_SECONDS],
        {3650: "none older than ten years"}[relevance.OLDEST.days],
        f"{Config.remembered_days:.0f} days after the platform verified the last object",
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
        f"{relevance.MOST} at most",
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


CONFIG = Config("s", "LISIERE", "h", 104, Path(), "u", Path(), ())
UID = re.compile(r"\b1\.2\.840\.10008(?:\.\d+)+")


def test_the_services_provided_are_those_that_associations_are_granted() -> None:
    granted = {str(each.abstract_syntax) for each in gateway._make_entity(CONFIG).supported_contexts}
    first, _second = STATEMENT.split("It opens associations to configured")[:2]
    provided = [line for line in first.splitlines() if line.endswith("| SCP |")]
    assert {uid for line in provided for uid in UID.findall(line)} == granted
    assert sum("C-STORE" in line for line in provided) == 1
    assert len(provided) == len(granted) + 1


def test_the_services_used_are_those_that_the_archive_is_asked_for() -> None:
    used = {uid for line in STATEMENT.splitlines() if line.endswith("| SCU |") for uid in UID.findall(line)}
    assert used == {archive.STUDY_ROOT_FIND, archive.STUDY_ROOT_MOVE, archive.STUDY_ROOT_GET}


def test_the_classes_fetched_with_c_get_are_those_proposed() -> None:
    lines = (
        STATEMENT.split("| class fetched with C-GET | UID |\n|---|---|\n")[1].split("\n\n")[0].splitlines()
    )
    told = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    assert told == [(each.name, str(each)) for each in archive.STORAGE_CLASSES]


def line_of(beginning: str) -> str:
    return next(line for line in STATEMENT.splitlines() if line.strip().startswith(beginning))


@pytest.mark.parametrize(
    ("line", "syntaxes"),
    [
        ("For the other services, accepted and proposed:", DEFAULT_TRANSFER_SYNTAXES),
        ("- With C-GET the classes of the table", archive.UNCOMPRESSED),
        ("Compressed:", archive.COMPRESSED),
        ("For rendering and for clients that read only", DECODABLE),
    ],
)
def test_the_transfer_syntaxes_are_those_of_the_code(line: str, syntaxes: list[str]) -> None:
    assert set(UID.findall(line_of(line))) == set(map(str, syntaxes))


def test_no_unique_identifier_of_the_statement_is_unknown_to_the_standard() -> None:
    for uid in set(UID.findall(STATEMENT)):
        assert PydicomUID(uid).name != uid, uid
