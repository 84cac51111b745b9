"""The messages of one association, without a socket."""

import gc
import os
import struct
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom.dsutils import decode, encode

from diaphane_dicom.identifiers import new_uid
from diaphane_edge.command import MalformedCommandError, encode_value_pdu
from diaphane_edge.dialogue import Agreed, ProtocolError, StoreDialogue
from diaphane_edge.pdu import Fragment, MalformedPduError, OtherPdu, PduReader
from diaphane_edge.spool import Spool
from tests.unit.diaphane_dicom.files import image

STORAGE, FIND, IMPLICIT = 1, 3, 7
AGREED = Agreed(
    "SCANNER1",
    {STORAGE: ExplicitVRLittleEndian, FIND: ExplicitVRLittleEndian, IMPLICIT: ImplicitVRLittleEndian},
    frozenset({STORAGE, IMPLICIT}),
    16384,
)
ECHO_RQ, FIND_RQ, STORE_RQ = 0x0030, 0x0020, 0x0001
RELEASE_RQ = bytes.fromhex("05 00 00000004 00000000")
DATA_SET = encode(dcmread(BytesIO(image(np.zeros((16, 16), np.uint8)))), False, True) or b""


def data_set_of(uid: str) -> bytes:
    dataset = dcmread(BytesIO(image(np.zeros((16, 16), np.uint8), SOPInstanceUID=uid)))
    return encode(dataset, False, True) or b""


def command(field: int, *, uid: str = "", has_data_set: bool) -> bytes:
    def element(number: int, value: bytes) -> bytes:
        value += b"\0" * (len(value) % 2)
        return struct.pack("<HHL", 0, number, len(value)) + value

    return (
        element(0x0002, CTImageStorage.encode())
        + element(0x0100, struct.pack("<H", field))
        + element(0x0110, struct.pack("<H", 9))
        + element(0x0800, struct.pack("<H", 1 if has_data_set else 0x0101))
        + element(0x1000, uid.encode())
    )


class Conversation:
    """A dialogue on a spool of its own, with what it answered and offered."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self.answers: list[int] = []
        self.offered: list[bytes] = []
        self.dialogue = StoreDialogue(AGREED, spool, answer=self._answered, offer=self.offered.append)
        self._reader = PduReader(1 << 17)

    def hear(self, stream: bytes) -> None:
        self.dialogue.take(self._reader.read(memoryview(stream)))

    def say(self, message: bytes, *, context: int = STORAGE, is_command: bool, pieces: int = 1) -> None:
        """Send a command set or a data set in so many values."""
        size = -(-len(message) // pieces) or 1
        parts = [message[at : at + size] for at in range(0, len(message), size)] or [b""]
        for number, part in enumerate(parts):
            is_last = number == len(parts) - 1
            self.hear(encode_value_pdu(part, context_id=context, is_command=is_command, is_last=is_last))

    def store(self, uid: str, content: bytes, *, context: int = STORAGE, pieces: int = 1) -> int:
        self.say(
            command(STORE_RQ, uid=uid, has_data_set=True), context=context, is_command=True, pieces=pieces
        )
        self.say(content, context=context, is_command=False, pieces=pieces)
        return self.answers[-1]

    def held(self) -> int:
        self.spool.settle()
        return sum(self.spool.journal.count().values())

    def _answered(self, pdu: bytes) -> None:
        [part] = PduReader(1 << 17).read(memoryview(pdu))
        assert isinstance(part, Fragment)
        self.answers.append(int(decode(BytesIO(bytes(part.value)), True, True).Status))


@contextmanager
def conversing() -> Iterator[Conversation]:
    with tempfile.TemporaryDirectory() as folder, closing(Spool(Path(folder))) as spool:
        yield Conversation(spool)


@pytest.fixture
def conversation() -> Iterator[Conversation]:
    with conversing() as conversation:
        yield conversation


def test_a_context_that_is_not_for_objects_refuses_them_and_the_next_is_taken(
    conversation: Conversation,
) -> None:
    uid = new_uid()
    assert conversation.store(uid, data_set_of(uid), context=FIND) == 0x0122
    assert conversation.held() == 0
    assert conversation.store(uid, data_set_of(uid)) == 0


def test_a_request_without_a_data_set_is_refused(conversation: Conversation) -> None:
    conversation.say(command(STORE_RQ, uid="1.2.3", has_data_set=False), is_command=True)
    assert conversation.answers == [0xC000]


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 0xC000), (b"rubbish", 0xC000), (DATA_SET[:-100], 0xC000), (DATA_SET, 0xA900)],
    ids=["empty", "rubbish", "truncated", "another object"],
)
def test_a_wrong_object_is_refused_and_leaves_nothing(
    conversation: Conversation, content: bytes, status: int
) -> None:
    before = len(os.listdir("/proc/self/fd"))
    assert conversation.store("1.2.3", content, pieces=3) == status
    assert conversation.held() == 0
    assert list((conversation.spool.path_of_objects).iterdir()) == []
    assert len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.filterwarnings("ignore:Expected implicit VR")
@pytest.mark.parametrize(("agreed", "is_implicit"), [(STORAGE, True), (IMPLICIT, False)])
def test_a_data_set_written_otherwise_than_agreed_is_taken_as_it_is(
    conversation: Conversation, agreed: int, is_implicit: bool
) -> None:
    uid = new_uid()
    dataset = dcmread(BytesIO(image(np.zeros((16, 16), np.uint8), SOPInstanceUID=uid)))
    assert conversation.store(uid, encode(dataset, is_implicit, True) or b"", context=agreed) == 0


def test_other_messages_are_offered_whole_and_objects_between_them_are_kept(
    conversation: Conversation,
) -> None:
    echo = command(ECHO_RQ, has_data_set=False)
    find, query = command(FIND_RQ, has_data_set=True), b"\x08\x00\x52\x00CS\x00\x00"
    conversation.say(echo, is_command=True, pieces=5)
    uid = new_uid()
    assert conversation.store(uid, data_set_of(uid), pieces=7) == 0
    conversation.say(find, context=FIND, is_command=True, pieces=3)
    conversation.say(query, context=FIND, is_command=False, pieces=2)
    conversation.hear(RELEASE_RQ)
    offered = list(PduReader(1 << 17).read(memoryview(b"".join(conversation.offered))))
    assert [bytes(part.value) for part in offered if isinstance(part, Fragment) and part.is_command] == [
        echo,
        find,
    ]
    assert b"".join(bytes(p.value) for p in offered if isinstance(p, Fragment) and not p.is_command) == query
    assert [part.content for part in offered if isinstance(part, OtherPdu)] == [RELEASE_RQ]
    assert conversation.held() == 1


def test_a_message_may_come_in_one_pdu_with_the_next(conversation: Conversation) -> None:
    uids = [new_uid(), new_uid()]
    values = b"".join(
        struct.pack(">LBB", len(value) + 2, STORAGE, control) + value
        for uid in uids
        for control, value in ((3, command(STORE_RQ, uid=uid, has_data_set=True)), (2, data_set_of(uid)))
    )
    conversation.hear(struct.pack(">BxL", 4, len(values)) + values)
    assert conversation.answers == [0, 0]


@pytest.mark.parametrize(
    "messages",
    [
        [(STORAGE, 2, b"data set")],
        [(STORAGE, 3, command(STORE_RQ, uid="1.2", has_data_set=True)), (STORAGE, 3, b"command")],
        [(STORAGE, 3, command(STORE_RQ, uid="1.2", has_data_set=True)), (FIND, 2, b"data set")],
        [(STORAGE, 1, b"\0"), (FIND, 3, b"\0")],
        [(STORAGE, 3, command(ECHO_RQ, has_data_set=False)), (STORAGE, 2, b"data set")],
        [(FIND, 3, command(FIND_RQ, has_data_set=True)), (FIND, 3, command(ECHO_RQ, has_data_set=False))],
        [(5, 3, command(STORE_RQ, uid="1.2", has_data_set=True))],
        [(5, 2, b"data set")],
        [(STORAGE, 1, bytes(20_000))],
    ],
    ids=[
        "a data set alone",
        "a command in a data set",
        "a data set under another context",
        "a command under two contexts",
        "a data set after an echo",
        "a command in a data set that is not ours",
        "a command under an unknown context",
        "a data set under an unknown context",
        "a command without end",
    ],
)
def test_what_the_standard_does_not_allow_ends_the_dialogue(
    conversation: Conversation, messages: list[tuple[int, int, bytes]]
) -> None:
    bodies = [
        struct.pack(">LBB", len(value) + 2, context, control) + value for context, control, value in messages
    ]
    stream = b"".join(struct.pack(">BxL", 4, len(body)) + body for body in bodies)
    with pytest.raises(ProtocolError):
        conversation.hear(stream)
    assert conversation.answers == []


def test_a_failure_of_ours_is_answered_and_the_next_object_is_taken(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_slot: object) -> None:
        raise ZeroDivisionError

    uid = new_uid()
    monkeypatch.setattr("diaphane_edge.slots.Slot.sync", fail)
    assert conversation.store(uid, data_set_of(uid)) == 0x0110
    monkeypatch.undo()
    assert conversation.store(uid, data_set_of(uid)) == 0
    assert "store_failed" in caplog.text


messages = st.one_of(
    st.tuples(st.just("store"), st.integers(1, 9), st.integers(0, 4)),
    st.tuples(st.just("echo"), st.integers(1, 3), st.just(0)),
    st.tuples(st.just("cut"), st.integers(1, 9), st.integers(1, 250)),
)


@given(st.lists(messages, max_size=6), st.integers(0, 4000), st.binary(max_size=30))
@settings(max_examples=60, deadline=None)
def test_whatever_comes_each_whole_object_is_answered_once_and_nothing_leaks(
    sequence: list[tuple[str, int, int]], cut_at: int, rubbish: bytes
) -> None:
    uids = [new_uid() for _ in range(5)]
    gc.collect()  # what another test left open would close meanwhile
    before = len(os.listdir("/proc/self/fd"))
    with conversing() as conversation:
        expected: list[int] = []
        for kind, pieces, number in sequence:
            if kind == "echo":
                conversation.say(command(ECHO_RQ, has_data_set=False), is_command=True, pieces=pieces)
                continue
            uid = uids[number % 5]
            content = data_set_of(uid)
            whole = kind == "store"
            conversation.store(uid, content if whole else content[:-number], pieces=pieces)
            expected.append(0 if whole else 0xC000)
        last = encode_value_pdu(
            command(STORE_RQ, uid="1.2.3", has_data_set=True), context_id=STORAGE, is_last=True
        ) + encode_value_pdu(DATA_SET, context_id=STORAGE, is_command=False, is_last=True)
        cut_at = min(cut_at, len(last) - 1)
        with suppress(MalformedPduError, MalformedCommandError, ProtocolError):
            conversation.hear(last[:cut_at])
            conversation.hear(rubbish)
        conversation.dialogue.abandon()
        assert conversation.answers[: len(expected)] == expected
        kept = {uids[number % 5] for kind, _, number in sequence if kind == "store"}
        conversation.spool.settle()
        rows = conversation.spool.journal.query("SELECT sop_instance_uid, state FROM object")
        assert {uid for uid, state in rows if state == "received"} - {"1.2.3"} == kept
        held = conversation.spool.journal.list_files()
        slots = {path.name for path in conversation.spool.path_of_objects.iterdir()}
        assert held | set(conversation.spool.slots._free) == slots
    assert len(os.listdir("/proc/self/fd")) == before
