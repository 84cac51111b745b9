"""Files written over."""

import os
from pathlib import Path

import pytest

from diaphane_edge import slots
from diaphane_edge.slots import LARGEST_KEPT_BYTES, Slots


def make(folder: Path, **settings: int) -> Slots:
    return Slots(folder, **{"spared_bytes": 0, "reserved_bytes": 0} | settings)


def put(place: Slots, content: bytes) -> str:
    slot = place.take()
    slot.write(content)
    slot.sync()
    slot.close()
    return slot.name


def test_a_disk_with_less_than_is_spared_takes_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        make(tmp_path, spared_bytes=1 << 60).take()
    assert list(tmp_path.iterdir()) == []


def test_what_the_disk_takes_in_parts_is_written_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots.os, "writev", lambda descriptor, pieces: os.write(descriptor, pieces[0][:3]))
    slot = make(tmp_path).take()
    slot.write(b"abcd", memoryview(b"efgh"))
    slot.write(b"ij")
    assert (slot.size, slot.map()[:]) == (10, b"abcdefghij")
    slot.close()


def test_a_freed_slot_is_blanked_and_written_over(tmp_path: Path) -> None:
    place = make(tmp_path)
    first = put(place, b"PATIENT" * 20_000)
    place.give_back(first)
    assert b"PATIENT" not in (tmp_path / first).read_bytes()[: 64 << 10]
    assert put(place, b"short") == first
    assert (tmp_path / first).read_bytes().startswith(b"short")
    assert (tmp_path / first).stat().st_size == 140_000


def test_what_was_written_is_seen_and_nothing_behind_it(tmp_path: Path) -> None:
    place = make(tmp_path)
    place.give_back(put(place, b"x" * 100))
    slot = place.take()
    slot.write(b"ab")
    slot.write(memoryview(b"cd"))
    with slot.map() as content:
        assert content[:] == b"abcd"
    assert slot.size == 4
    slot.close()


def test_two_objects_never_share_a_slot(tmp_path: Path) -> None:
    place = make(tmp_path)
    place.give_back(put(place, b"x"))
    assert len({put(place, b"y") for _ in range(10)}) == 10


def test_what_is_too_large_or_too_many_leaves_the_disk(tmp_path: Path) -> None:
    place = make(tmp_path)
    place.give_back(put(place, bytes(LARGEST_KEPT_BYTES + 1)))
    assert list(tmp_path.iterdir()) == []
    for name in [put(place, b"x") for _ in range(40)]:
        place.give_back(name)
    assert len(list(tmp_path.iterdir())) == slots.FEWEST_KEPT


def test_a_dropped_object_leaves_no_new_file_and_frees_an_old_one(tmp_path: Path) -> None:
    place = make(tmp_path)
    slot = place.take()
    slot.write(b"PATIENT")
    place.drop(slot)
    assert list(tmp_path.iterdir()) == []
    place.give_back(put(place, b"x"))
    slot = place.take()
    slot.write(b"PATIENT")
    place.drop(slot)
    assert [path.read_bytes()[:7] for path in tmp_path.iterdir()] == [bytes(7)]


def test_slots_are_reserved_up_to_what_is_asked_and_as_the_disk_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make(tmp_path, reserved_bytes=3 * slots.USUAL_BYTES)
    assert [place.reserve_one() for _ in range(5)] == [True, True, True, False, False]
    assert {path.stat().st_size for path in tmp_path.iterdir()} == {slots.USUAL_BYTES}
    assert not make(tmp_path, reserved_bytes=1 << 40, spared_bytes=1 << 60).reserve_one()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(slots.os, "fdatasync", full)
    before = set(tmp_path.iterdir())
    assert not make(tmp_path, reserved_bytes=1 << 40).reserve_one()
    assert set(tmp_path.iterdir()) == before


def test_an_object_given_its_own_file_keeps_it_when_the_slot_is_freed(tmp_path: Path) -> None:
    place = make(tmp_path)
    name = put(place, b"object")
    (tmp_path / "own.dcm").hardlink_to(tmp_path / name)
    place.give_back(name)
    assert [path.name for path in tmp_path.iterdir()] == ["own.dcm"]
    put(place, b"another")
    assert (tmp_path / "own.dcm").read_bytes() == b"object"


def test_after_a_crash_a_slot_whose_object_has_its_own_file_is_not_written_over(tmp_path: Path) -> None:
    place = make(tmp_path)
    name = put(place, b"object")
    (tmp_path / "own.dcm").hardlink_to(tmp_path / name)
    again = make(tmp_path)
    again.adopt([name])
    put(again, b"another")
    assert (tmp_path / "own.dcm").read_bytes() == b"object"


def test_no_file_stays_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    place = make(tmp_path, reserved_bytes=2 * slots.USUAL_BYTES)
    place.give_back(put(place, b"x"))
    place.drop(place.take())
    while place.reserve_one():
        pass
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_slot_that_could_not_be_opened_is_not_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make(tmp_path)
    first, second = put(place, b"x"), put(place, b"y")
    place.give_back(first)
    place.give_back(second)

    def refuse(*_: object) -> int:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(slots.os, "open", refuse)
        with pytest.raises(OSError, match="Too many"):
            place.take()
    taken = [place.take() for _ in range(2)]
    assert [each.name for each in taken] == [first, second]
    for each in taken:
        each.close()


def test_a_slot_that_cannot_be_blanked_keeps_no_other_from_being_free(tmp_path: Path) -> None:
    place = make(tmp_path)
    name = put(place, b"x")
    make(tmp_path).adopt(["gone.slot"])
    again = make(tmp_path)
    again.adopt(["gone.slot", name])
    assert put(again, b"y") == name


def test_a_slot_freed_twice_is_given_once(tmp_path: Path) -> None:
    place = make(tmp_path)
    name = put(place, b"x")
    place.give_back(name)
    place.give_back(name)
    first, second = place.take(), place.take()
    assert first.path != second.path
    first.close()
    second.close()
