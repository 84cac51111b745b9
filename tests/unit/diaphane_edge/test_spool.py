"""The spool and its journal."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from diaphane_dicom.htj2k import transcode_to_htj2k
from diaphane_edge import slots
from diaphane_edge.digests import DamagedFileError
from diaphane_edge.journal import Entry, IllegalTransitionError, Journal
from diaphane_edge.reasons import Reason
from diaphane_edge.spool import Reception, Spool, SpoolInUseError
from diaphane_edge.states import TRANSITIONS, State
from tests.unit.diaphane_dicom.files import image

from .arrivals import encode, keep, read, receive

PATIENCE = 30


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close()


def slice_of(value: int, **elements: object) -> bytes:
    return image(np.full((4, 4), value, np.uint8), **elements)  # type: ignore[arg-type]


def files(tmp_path: Path) -> list[Path]:
    """List the files that hold something: freed slots stay on the disk, blank."""
    return sorted(path for path in (tmp_path / "spool" / "objects").iterdir() if any(path.read_bytes()[:200]))


def flip_byte(path: Path, at: int = -1) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


ALL = [(before, after) for before in State for after in State]


@pytest.mark.parametrize(("before", "after"), [pair for pair in ALL if pair[1] not in TRANSITIONS[pair[0]]])
def test_a_state_change_outside_the_table_is_refused(spool: Spool, before: State, after: State) -> None:
    entry = Entry(1, "1.2", "1.3", "digest", before, "file")
    with pytest.raises(IllegalTransitionError):
        spool.journal.move(entry, after)


def test_a_state_change_of_an_object_that_has_moved_is_refused(spool: Spool) -> None:
    receive(spool, slice_of(1))
    [entry] = spool.take(State.RECEIVED, limit=1)
    spool.make_ready(entry, None)
    with pytest.raises(IllegalTransitionError):
        spool.journal.move(entry, State.COMPRESSED)


def test_the_journal_itself_refuses_two_live_objects_and_an_unexplained_set_aside(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    journal.add(sop="1.2", study="1.3", digest="a", file="x")
    with pytest.raises(sqlite3.IntegrityError):
        journal.add(sop="1.2", study="1.3", digest="b", file="y")
    [entry] = journal.list_in(State.RECEIVED)
    with pytest.raises(sqlite3.IntegrityError):
        journal.move(entry, State.SET_ASIDE)
    journal.close()


def test_a_second_gateway_on_the_same_folder_is_refused(spool: Spool, tmp_path: Path) -> None:
    with pytest.raises(SpoolInUseError):
        Spool(tmp_path / "spool")


def test_a_disk_that_refuses_leaves_nothing_behind(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(slots.os, "fdatasync", full)
    with pytest.raises(OSError, match="No space"):
        receive(spool, slice_of(1))
    assert spool.journal.count()[State.RECEIVED] == 0
    assert files(tmp_path) == []


def test_while_the_journal_refuses_nothing_is_taken_and_what_was_acknowledged_follows(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_values: object) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(spool.journal, "add", full)
    acknowledged = keep(spool, slice_of(1))
    spool.settle()
    with pytest.raises(OSError, match="journal"):
        keep(spool, slice_of(2))
    assert len(files(tmp_path)) == 1
    monkeypatch.undo()
    assert acknowledged.result(PATIENCE) is Reception.KEPT
    assert receive(spool, slice_of(2)) is Reception.KEPT


def test_what_is_taken_by_one_worker_is_not_given_to_another(spool: Spool) -> None:
    receive(spool, slice_of(1))
    receive(spool, slice_of(2))
    first = spool.take(State.RECEIVED, limit=1)
    second = spool.take(State.RECEIVED, limit=5)
    assert len(first) == len(second) == 1
    assert first != second
    assert spool.take(State.RECEIVED, limit=5) == []
    spool.release(first)
    assert spool.take(State.RECEIVED, limit=5) == first


def test_the_same_data_set_is_ignored_and_another_waits_to_be_compared_once(
    spool: Spool, tmp_path: Path
) -> None:
    content = slice_of(1)
    other = content[:-2] + b"\x07\x07"
    assert receive(spool, content) is Reception.KEPT
    assert receive(spool, content) is Reception.ALREADY_HELD
    assert receive(spool, other) is Reception.TO_COMPARE
    assert receive(spool, other) is Reception.ALREADY_HELD
    assert len(files(tmp_path)) == 2
    assert spool.journal.count()[State.DOUBLE] == 1


def test_other_content_stays_aside_when_what_was_refused_is_tried_again(spool: Spool) -> None:
    content = slice_of(1)
    receive(spool, content)
    receive(spool, content[:-2] + b"\x07\x07")
    spool.set_aside(spool.journal.list_in(State.DOUBLE)[0], Reason.OTHER_CONTENT)
    receive(spool, slice_of(2))
    spool.set_aside(spool.journal.list_in(State.RECEIVED)[1], "refused 0124")
    assert spool.journal.retry_set_aside(but_for=Reason.OTHER_CONTENT) == 1
    assert spool.journal.count()[State.SET_ASIDE] == 1
    assert spool.journal.count()[State.RECEIVED] == 2


def test_a_refused_object_that_came_twice_is_put_back_once(spool: Spool) -> None:
    for name in ("a", "b"):
        spool.journal.add(
            sop="1.2", study="1.3", digest=name, file=name, state=State.SET_ASIDE, reason="refused"
        )
    assert spool.journal.retry_set_aside(but_for=Reason.OTHER_CONTENT) == 1


def test_the_file_meta_does_not_make_an_object_different(spool: Spool) -> None:
    content = slice_of(1)
    assert receive(spool, content) is Reception.KEPT
    assert receive(spool, content.replace(b"PYDICOM", b"OTHERSW")) is Reception.ALREADY_HELD


def test_a_file_leaves_the_disk_only_when_acknowledged(spool: Spool, tmp_path: Path) -> None:
    content = slice_of(1)
    receive(spool, content)
    [entry] = spool.take(State.RECEIVED, limit=1)
    ready = spool.make_ready(entry, encode(spool, content))
    assert len(files(tmp_path)) == 1
    sent = spool.move_all([ready], State.SENT)
    assert len(files(tmp_path)) == 1
    spool.move_all(sent, State.ACKNOWLEDGED)
    assert files(tmp_path) == []


def test_a_received_file_that_has_changed_on_the_disk_is_not_read(spool: Spool, tmp_path: Path) -> None:
    receive(spool, slice_of(1))
    [entry] = spool.take(State.RECEIVED, limit=1)
    flip_byte(files(tmp_path)[0])
    with pytest.raises(DamagedFileError):
        read(spool, entry)


@pytest.mark.parametrize("is_encoded", [False, True])
def test_a_ready_file_that_has_changed_on_the_disk_does_not_leave(
    spool: Spool, tmp_path: Path, is_encoded: bool
) -> None:
    content = slice_of(1)
    receive(spool, content)
    [entry] = spool.take(State.RECEIVED, limit=1)
    ready = spool.make_ready(entry, encode(spool, content) if is_encoded else None)
    assert spool.get_ready(ready).sha256
    flip_byte(files(tmp_path)[0])
    with pytest.raises(DamagedFileError):
        spool.get_ready(ready)


def test_a_refused_object_is_read_again_as_it_was_ready(spool: Spool) -> None:
    content = slice_of(1)
    receive(spool, content)
    [entry] = spool.take(State.RECEIVED, limit=1)
    spool.set_aside(spool.make_ready(entry, encode(spool, content)), "refused 0124")
    spool.release([entry])
    spool.journal.retry_set_aside(but_for=Reason.OTHER_CONTENT)
    [again] = spool.take(State.RECEIVED, limit=1)
    assert read(spool, again) == transcode_to_htj2k(content).content


def test_after_a_crash_what_had_no_answer_is_ready_to_go_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    receive(spool, slice_of(1))
    [entry] = spool.take(State.RECEIVED, limit=1)
    spool.move_all([spool.make_ready(entry, None)], State.SENT)
    spool.close()
    again = Spool(tmp_path / "spool")
    assert again.journal.count()[State.COMPRESSED] == 1
    again.close()


def test_after_a_crash_what_was_acknowledged_is_entered_even_if_the_journal_had_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, held = slice_of(1), slice_of(2)
    spool = Spool(tmp_path / "spool")
    receive(spool, held)
    monkeypatch.setattr(spool._commits, "submit", lambda _marked: None)
    keep(spool, content)
    keep(spool, held)  # sent again: acknowledged, and held already
    spool.close()
    again = Spool(tmp_path / "spool")
    assert again.journal.count()[State.RECEIVED] == 2
    assert len(files(tmp_path)) == 2
    assert {read(again, entry) for entry in again.take(State.RECEIVED, limit=2)} == {content, held}
    again.close()


@pytest.mark.parametrize("at", [9, 40, 50, -1])
def test_after_a_crash_a_slot_that_is_not_what_its_mark_says_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    spool = Spool(tmp_path / "spool")
    monkeypatch.setattr(spool._commits, "submit", lambda _marked: None)
    keep(spool, slice_of(1))
    spool.close()
    flip_byte(files(tmp_path)[0], at)
    again = Spool(tmp_path / "spool")
    assert again.journal.count()[State.RECEIVED] == 0
    assert files(tmp_path) == []
    again.close()


def test_a_mark_never_leaves_the_gateway(spool: Spool) -> None:
    content = slice_of(1)
    receive(spool, content)
    [entry] = spool.take(State.RECEIVED, limit=1)
    assert spool.path(entry).read_bytes()[:8] == b"diaphane"
    assert read(spool, entry) == content
    ready = spool.get_ready(spool.make_ready(entry, None))
    assert ready.path.read_bytes() == content


def test_after_a_crash_stray_files_are_settled(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    held, unknown = slice_of(1), slice_of(2)
    receive(spool, held)
    spool.close()
    objects = tmp_path / "spool" / "objects"
    (objects / "unfinished.dcm.part").write_bytes(held[:200])
    (objects / "again.dcm").write_bytes(held)
    (objects / "unknown.dcm").write_bytes(unknown)
    (objects / "rubbish.dcm").write_bytes(b"rubbish")
    again = Spool(tmp_path / "spool")
    assert again.journal.count()[State.RECEIVED] == 2
    assert {path.name for path in files(tmp_path)} >= {"unknown.dcm", "rubbish.dcm"}
    assert len(files(tmp_path)) == 3
    again.close()


def test_after_a_crash_a_missing_file_is_shown_and_its_object_can_come_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    content = slice_of(1)
    receive(spool, content)
    spool.close()
    files(tmp_path)[0].unlink()
    again = Spool(tmp_path / "spool")
    assert again.journal.count()[State.SET_ASIDE] == 1
    assert receive(again, content) is Reception.KEPT
    assert again.journal.count()[State.SET_ASIDE] == 0
    assert read(again, again.take(State.RECEIVED, limit=1)[0]) == content
    again.close()


def test_studies_are_counted_by_object_received_and_acknowledged(spool: Spool) -> None:
    uids = {"StudyInstanceUID": "1.2.3", "SeriesInstanceUID": "1.2.4"}
    for value in range(3):
        receive(spool, slice_of(value, **uids))
    first = spool.take(State.RECEIVED, limit=1)[0]
    spool.move_all(spool.move_all([spool.make_ready(first, None)], State.SENT), State.ACKNOWLEDGED)
    [study] = spool.journal.count_studies(since=0)
    assert (study.study_instance_uid, study.received, study.acknowledged) == ("1.2.3", 3, 1)
    assert spool.journal.count_studies(since=2**40) == []
