"""Command sets, against pynetdicom's."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage
from pynetdicom.dimse_messages import C_ECHO_RQ, C_STORE_RQ
from pynetdicom.dimse_primitives import C_ECHO, C_STORE
from pynetdicom.dsutils import decode

from diaphane_edge.command import (
    MalformedCommandError,
    StoreRequest,
    encode_command_pdus,
    encode_store_response,
    has_data_set,
    parse_store_request,
)
from diaphane_edge.pdu import Fragment, PduReader

REQUEST = StoreRequest(7, str(CTImageStorage), "1.2.3.45", has_data_set=True)


def as_sent_by_pynetdicom() -> bytes:
    primitive = C_STORE()
    primitive.MessageID = 7
    primitive.AffectedSOPClassUID = CTImageStorage
    primitive.AffectedSOPInstanceUID = "1.2.3.45"
    primitive.Priority = 0
    primitive.DataSet = BytesIO(b"\0\0")
    message = C_STORE_RQ()
    message.primitive_to_message(primitive)
    values = [item for pdu in message.encode_msg(1, 16382) for item in pdu.presentation_data_value_list]
    return b"".join(value[1:] for _, value in values if value[0] & 1)


def as_read_by_pynetdicom(command: bytes) -> Dataset:
    return decode(BytesIO(command), True, True)


def test_a_request_is_read_as_pynetdicom_writes_it() -> None:
    assert parse_store_request(as_sent_by_pynetdicom()) == REQUEST


def test_another_request_is_not_ours() -> None:
    primitive = C_ECHO()
    primitive.MessageID = 3
    message = C_ECHO_RQ()
    message.primitive_to_message(primitive)
    [pdu] = message.encode_msg(1, 16382)
    command = pdu.presentation_data_value_list[0][1][1:]
    assert parse_store_request(command) is None
    assert not has_data_set(command)


@pytest.mark.parametrize(("status", "comment"), [(0, ""), (0xA700, "no room"), (0xC000, "é" * 100)])
def test_pynetdicom_reads_our_response(status: int, comment: str) -> None:
    answer = as_read_by_pynetdicom(encode_store_response(REQUEST, status, comment))
    assert answer.CommandField == 0x8001
    assert answer.MessageIDBeingRespondedTo == 7
    assert answer.AffectedSOPClassUID == CTImageStorage
    assert answer.AffectedSOPInstanceUID == "1.2.3.45"
    assert answer.CommandDataSetType == 0x0101
    assert answer.Status == status
    assert len(answer.get("ErrorComment", "")) <= 64
    assert ("ErrorComment" in answer) == bool(comment)


@given(st.integers(0, 300))
def test_a_response_is_cut_to_what_the_peer_takes(longest: int) -> None:
    command = encode_store_response(REQUEST, 0)
    sent = encode_command_pdus(command, context_id=5, longest=longest)
    longest_sent = max(longest, 8) if longest else 1 << 20
    parts = list(PduReader(longest_sent).read(memoryview(sent)))
    assert b"".join(bytes(part.value) for part in parts if isinstance(part, Fragment)) == command
    assert [part.is_last for part in parts if isinstance(part, Fragment)][-1]
    assert {part.context_id for part in parts if isinstance(part, Fragment)} == {5}


@given(st.binary(max_size=80) | st.binary(max_size=20).map(lambda rest: as_sent_by_pynetdicom()[:-7] + rest))
def test_any_bytes_are_read_or_refused(command: bytes) -> None:
    try:
        request = parse_store_request(command)
    except MalformedCommandError:
        return
    assert request is None or encode_store_response(request, 0)


@pytest.mark.parametrize("length", range(1, 16))
def test_a_command_set_cut_short_is_refused(length: int) -> None:
    with pytest.raises(MalformedCommandError):
        parse_store_request(as_sent_by_pynetdicom()[:-length])
