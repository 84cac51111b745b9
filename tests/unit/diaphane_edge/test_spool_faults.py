"""What a crash, a full disk or a refused write does to objects that were acknowledged: nothing."""

import os
import sqlite3
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from diaphane_dicom.part10 import read_part10
from diaphane_edge import recovery
from diaphane_edge.command import StoreRequest
from diaphane_edge.commitments import Named
from diaphane_edge.digests import DamagedFileError
from diaphane_edge.group_commit import CommitFailingError
from diaphane_edge.holdings import Holdings, NotYetKnownError
from diaphane_edge.journal import Entry
from diaphane_edge.logs import _Lines
from diaphane_edge.marks import Marked
from diaphane_edge.platform import Platform
from diaphane_edge.spool import Reception, Spool
from diaphane_edge.states import State
from diaphane_edge.store import DATA_SET_DOES_NOT_MATCH, IncomingObject
from diaphane_edge.unentered import count_unentered
from tests.unit.diaphane_dicom.files import image

from .arrivals import encode, keep, read, receive

UID = "1.2.3.4"
CT = "1.2.840.10008.5.1.4.1.1.2"
PATIENCE = 30


def slice_of(value: int, **elements: object) -> bytes:
    return image(np.full((4, 4), value, np.uint8), **elements)  # type: ignore[arg-type]


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close()


@pytest.fixture
def cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Spool]:
    """A spool whose journal never follows, as if the gateway were killed after each acknowledgement."""
    with monkeypatch.context() as patch:
        spool = Spool(tmp_path / "spool")
        patch.setattr(spool._commits, "submit", lambda _marked: None)
        yield spool
        spool.close()


def start_again(spool: Spool) -> Spool:
    spool.close()
    return Spool(spool.path_of_objects.parent)


def test_a_slot_that_cannot_be_freed_costs_no_object_of_its_group(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, held = slice_of(1), slice_of(2)
    receive(spool, held)
    real, refusals = spool.slots.give_back, iter([True])

    def give_back(name: str) -> None:
        if next(refusals, False):
            raise OSError(5, "Input/output error")
        real(name)

    monkeypatch.setattr(spool.slots, "give_back", give_back)
    with spool.journal._lock:  # the next ones make one group
        futures = [keep(spool, each) for each in (slice_of(3), content, held)]
    results = [future.result(PATIENCE) for future in futures]
    assert results == [Reception.KEPT, Reception.KEPT, Reception.ALREADY_HELD]
    assert {read(spool, each) for each in spool.take(State.RECEIVED, limit=9)} >= {content, held}


@pytest.mark.parametrize("other", [None, 7])
def test_an_object_that_is_entered_twice_keeps_its_file(
    spool: Spool, monkeypatch: pytest.MonkeyPatch, other: int | None
) -> None:
    if other is not None:
        receive(spool, slice_of(other, SOPInstanceUID=UID))
    submitted: list[Marked] = []
    real = spool._commits.submit
    monkeypatch.setattr(spool._commits, "submit", lambda each: (submitted.append(each), real(each))[1])
    content = slice_of(1, SOPInstanceUID=UID)
    first = receive(spool, content)
    assert real(submitted[0]).result(PATIENCE) is first
    [entry] = spool.journal.list_in(State.DOUBLE if other else State.RECEIVED)
    assert read(spool, entry) == content


def test_a_journal_that_is_damaged_takes_nothing_more(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_sop: str) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    with monkeypatch.context() as patch:
        patch.setattr(spool.journal, "list_all", fail)
        future = keep(spool, slice_of(1))
        assert not spool.settle()
        with pytest.raises(CommitFailingError):
            keep(spool, slice_of(2))
    assert future.result(PATIENCE) is Reception.KEPT


def test_a_full_disk_of_logs_stops_nothing() -> None:
    class FullDisk(StringIO):
        def write(self, _line: str) -> int:
            raise OSError(28, "No space left on device")

    _Lines(FullDisk()).info("object_received")


@pytest.mark.parametrize("is_first_older", [True, False])
def test_after_a_crash_objects_are_entered_as_they_came(cut: Spool, is_first_older: bool) -> None:
    contents = [slice_of(value, SOPInstanceUID=UID) for value in (1, 2)]
    for content in contents:
        keep(cut, content)
    for path in cut.path_of_objects.iterdir():
        is_first = path.read_bytes()[128:].startswith(contents[0][128:])
        os.utime(path, (1, 1 if is_first is is_first_older else 2))
    again = start_again(cut)
    [live], [double] = again.journal.list_in(State.RECEIVED), again.journal.list_in(State.DOUBLE)
    assert (read(again, live), read(again, double)) == tuple(contents if is_first_older else contents[::-1])
    again.close()


def test_after_a_crash_an_object_is_synced_before_it_is_entered(
    cut: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(cut, slice_of(1))
    [path] = cut.path_of_objects.iterdir()
    seen: list[object] = []
    enter = Spool._enter
    monkeypatch.setattr(recovery, "sync_file", seen.append)
    monkeypatch.setattr(Spool, "_enter", lambda self, each: (seen.append(each.file), enter(self, each))[1])
    start_again(cut).close()
    assert seen == [path, path.name]


def test_after_a_crash_what_the_journal_has_is_not_taken_twice_from_a_slot_not_blanked(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool.slots, "give_back", lambda _name: None)  # the disk had not synced it
    content = slice_of(1)
    receive(spool, content)
    [entry] = spool.take(State.RECEIVED, limit=1)
    spool.make_ready(entry, encode(spool, content))
    again = start_again(spool)
    assert again.journal.count()[State.COMPRESSED] == 1
    assert again.journal.count()[State.RECEIVED] == 0
    assert not any((again.path_of_objects / str(entry.file)).read_bytes()[:200])
    again.close()


def test_after_a_crash_what_was_refused_does_not_come_back(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = slice_of(1, SOPInstanceUID=UID)
    monkeypatch.setattr(spool.slots, "drop", lambda slot: slot.close())  # the disk had not synced it
    incoming = IncomingObject(
        StoreRequest(1, CT, "1.2.3.999", has_data_set=True),
        spool,
        transfer_syntax_uid=read_part10(content).transfer_syntax_uid,
        calling_ae_title="SCANNER1",
    )
    meta_length = int(read_part10(content).file_meta[0x00020000].value)
    incoming.write(content[132 + 12 + meta_length :])
    assert incoming.finish().status == DATA_SET_DOES_NOT_MATCH
    again = start_again(spool)
    assert sum(again.journal.count().values()) == 0
    again.close()


def test_what_is_acknowledged_and_not_entered_is_counted_from_outside(cut: Spool) -> None:
    folder = cut.path_of_objects.parent
    assert count_unentered(folder, cut.journal) == 0
    for content in (slice_of(1), twice := slice_of(2), twice):
        keep(cut, content)
    assert count_unentered(folder, cut.journal) == 2
    again = start_again(cut)
    assert count_unentered(folder, again.journal) == 0
    again.close()


def test_an_object_that_is_encoded_while_it_is_looked_for_is_held(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = slice_of(1, SOPInstanceUID=UID)
    receive(spool, content)
    real = spool.read

    def read_late(entry: Entry) -> object:
        if entry.state is State.RECEIVED:
            spool.make_ready(entry, encode(spool, content))
        return real(entry)

    monkeypatch.setattr(spool, "read", read_late)
    assert holdings(spool).list_failures([Named(CT, UID)]) == {}


def test_nothing_is_said_of_what_is_held_while_the_journal_lags(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool._commits, "settle", lambda: False)
    with pytest.raises(NotYetKnownError):
        holdings(spool).list_failures([Named(CT, UID)])


def test_an_object_that_the_disk_has_damaged_is_not_held(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(spool, slice_of(1, SOPInstanceUID=UID))

    def fail(_entry: Entry) -> None:
        raise DamagedFileError

    monkeypatch.setattr(spool, "read", fail)
    assert holdings(spool).list_failures([Named(CT, UID)]) == {Named(CT, UID): 0x0112}


@pytest.mark.parametrize("is_first_gone", [True, False])
def test_nothing_is_promised_of_an_object_whose_second_copy_is_not_compared_yet(
    spool: Spool, is_first_gone: bool
) -> None:
    receive(spool, slice_of(1, SOPInstanceUID=UID))
    if is_first_gone:
        [first] = spool.take(State.RECEIVED, limit=1)
        spool.move_all(spool.move_all([spool.make_ready(first, None)], State.SENT), State.ACKNOWLEDGED)
    receive(spool, slice_of(2, SOPInstanceUID=UID))
    with pytest.raises(NotYetKnownError):
        holdings(spool).list_failures([Named(CT, UID)])
    assert holdings(spool).list_failures([Named(CT, "1.2.9")]) == {Named(CT, "1.2.9"): 0x0112}


@pytest.mark.parametrize("refusing", ["read_mark", "read_intact"])
def test_a_start_goes_on_past_a_sector_that_cannot_be_read_and_writes_nothing_there(
    cut: Spool, monkeypatch: pytest.MonkeyPatch, refusing: str
) -> None:
    lost, found = slice_of(1), slice_of(2)
    for content in (lost, found):
        keep(cut, content)
    [unreadable] = [path for path in cut.path_of_objects.iterdir() if lost[-16:] in path.read_bytes()]
    before, real = unreadable.read_bytes(), getattr(recovery, refusing)

    def read_or_refuse(path: Path, **options: object) -> object:
        if path == unreadable:
            raise OSError(5, "Input/output error")
        return real(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(recovery, refusing, read_or_refuse)
        again = start_again(cut)
    [entry] = again.journal.list_in(State.RECEIVED)
    assert read(again, entry) == found
    receive(again, slice_of(3))
    assert unreadable.read_bytes() == before
    again = start_again(again)
    assert again.journal.count()[State.RECEIVED] == 3
    again.close()


@pytest.mark.parametrize("name", ["folder.slot", "folder.dcm"])
def test_what_is_not_even_a_file_keeps_no_gateway_from_starting(spool: Spool, name: str) -> None:
    receive(spool, slice_of(1))
    (spool.path_of_objects / name).mkdir()
    assert count_unentered(spool.path_of_objects.parent, spool.journal) == 0
    again = start_again(spool)
    assert again.journal.count()[State.RECEIVED] == 1
    again.close()


class EmptyPlatform:
    """A platform that holds nothing."""

    def find_classes(self, _uids: object) -> dict[str, str]:
        return {}


def holdings(spool: Spool) -> Holdings:
    return Holdings(spool, cast(Platform, EmptyPlatform()))
