"""An object that comes again: the same pixels are ignored however they are written, other content is kept."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import ImplicitVRLittleEndian, RLELossless

from diaphane_dicom.htj2k import transcode_to_htj2k
from diaphane_edge.journal import Entry
from diaphane_edge.reasons import DUPLICATE_INSTANCE, Reason, refused
from diaphane_edge.spool import Reception, Spool
from diaphane_edge.states import State
from tests.unit.diaphane_dicom.files import image

from .arrivals import encoding, encoding_here, read, receive

UIDS = {"SOPInstanceUID": "2.25.1", "StudyInstanceUID": "2.25.2", "SeriesInstanceUID": "2.25.3"}
PIXELS = (np.arange(64 * 64).reshape(64, 64) % 4096).astype(np.uint16)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close()


def original() -> bytes:
    return image(PIXELS, **UIDS, AccessionNumber="LIS-7")


def altered() -> bytes:
    return image(PIXELS[::-1].copy(), **UIDS, AccessionNumber="LIS-7")


def implicit() -> bytes:
    dataset = pydicom.dcmread(BytesIO(original()))
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    stream = BytesIO()
    dataset.save_as(stream)
    return stream.getvalue()


def run_length() -> bytes:
    dataset = pydicom.dcmread(BytesIO(original()))
    dataset.compress(RLELossless, generate_instance_uid=False)
    stream = BytesIO()
    dataset.save_as(stream)
    return stream.getvalue()


def wavelet() -> bytes:
    return transcode_to_htj2k(original()).content


def acknowledge(spool: Spool) -> None:
    """Have everything that waits encoded already leave."""
    ready = spool.journal.list_in(State.COMPRESSED)
    spool.move_all(spool.move_all(ready, State.SENT), State.ACKNOWLEDGED)


def counts(spool: Spool) -> dict[State, int]:
    return {state: count for state, count in spool.journal.count().items() if count}


def test_the_encoding_process_compares_too(spool: Spool) -> None:
    for content in (original(), implicit(), altered()):
        receive(spool, content)
    with encoding(spool) as encoder:
        for _ in range(3):
            encoder.encode_next()
    assert counts(spool) == {State.COMPRESSED: 1, State.SET_ASIDE: 1}


@pytest.mark.parametrize("is_encoded", [False, True])
@pytest.mark.parametrize("rewrite", [implicit, run_length, wavelet])
def test_the_same_pixels_written_otherwise_are_ignored(
    spool: Spool, rewrite: object, is_encoded: bool
) -> None:
    receive(spool, original())
    with encoding_here(spool) as encoder:
        if is_encoded:
            encoder.encode_next()
        assert receive(spool, rewrite()) is Reception.TO_COMPARE  # type: ignore[operator]
        for _ in range(2 - is_encoded):
            encoder.encode_next()
    assert counts(spool) == {State.COMPRESSED: 1}
    held = [path for path in spool.path_of_objects.iterdir() if any(path.read_bytes()[:200])]
    assert [path.name for path in held] == [spool.journal.list_in(State.COMPRESSED)[0].file]


def test_other_content_is_set_aside_whole_with_the_number_of_its_exam(spool: Spool) -> None:
    receive(spool, original())
    receive(spool, altered())
    with encoding_here(spool) as encoder:
        encoder.encode_next()
        encoder.encode_next()
    assert counts(spool) == {State.COMPRESSED: 1, State.SET_ASIDE: 1}
    [aside] = spool.journal.list_in(State.SET_ASIDE)
    assert (aside.reason, aside.accession_number) == (Reason.OTHER_CONTENT, "LIS-7")
    assert read(spool, aside) == altered()
    assert receive(spool, altered()) is Reception.ALREADY_HELD


@pytest.mark.parametrize("rewrite", [implicit, altered])
def test_once_the_first_has_left_the_platform_judges(spool: Spool, rewrite: object) -> None:
    receive(spool, original())
    with encoding_here(spool) as encoder:
        encoder.encode_next()
        acknowledge(spool)
        assert receive(spool, original()) is Reception.ALREADY_HELD
        assert receive(spool, rewrite()) is Reception.KEPT  # type: ignore[operator]
        encoder.encode_next()
    assert counts(spool) == {State.ACKNOWLEDGED: 1, State.COMPRESSED: 1}
    [study] = spool.journal.count_studies(since=0)
    assert (study.received, study.acknowledged) == (1, 1)
    acknowledge(spool)
    assert receive(spool, rewrite()) is Reception.ALREADY_HELD  # type: ignore[operator]
    assert spool.journal.count_acknowledged(since=0) == 1


def test_what_the_platform_found_to_be_other_content_is_not_sent_to_it_again(spool: Spool) -> None:
    receive(spool, original())
    with encoding_here(spool) as encoder:
        encoder.encode_next()
        acknowledge(spool)
        receive(spool, altered())
        spool.set_aside(spool.journal.list_in(State.RECEIVED)[0], refused(DUPLICATE_INSTANCE))
    assert receive(spool, altered()) is Reception.ALREADY_HELD


def test_one_that_waits_to_be_compared_goes_its_way_when_the_first_leaves_or_is_set_aside(
    spool: Spool,
) -> None:
    receive(spool, original())
    receive(spool, implicit())
    spool.set_aside(spool.journal.list_in(State.RECEIVED)[0], Reason.FILE_DAMAGED)
    with encoding_here(spool) as encoder:
        encoder.encode_next()
        assert counts(spool) == {State.RECEIVED: 1, State.SET_ASIDE: 1}
        encoder.encode_next()
    assert counts(spool) == {State.COMPRESSED: 1, State.SET_ASIDE: 1}


def test_nothing_is_concluded_from_a_first_copy_that_the_disk_has_damaged(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(spool, original())
    [first] = spool.take(State.RECEIVED, limit=1)
    receive(spool, implicit())
    path = spool.path(first)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with encoding_here(spool) as encoder:
        monkeypatch.setattr(spool, "wait_for_change", lambda *_: None)
        encoder.encode_next()
    assert counts(spool) == {State.RECEIVED: 1, State.DOUBLE: 1}


def test_one_that_cannot_be_compared_without_killing_the_process_is_kept_aside(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(spool, original())
    spool.take(State.RECEIVED, limit=1)
    receive(spool, implicit())
    with encoding_here(spool) as encoder:
        monkeypatch.setattr(encoder, "_ask", lambda *_args, **_asked: None)
        encoder.encode_next()
    assert counts(spool) == {State.RECEIVED: 1, State.SET_ASIDE: 1}


def test_a_crash_before_an_ignored_copy_is_erased_takes_it_up_again(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(spool, original())
    receive(spool, implicit())
    [double] = spool.journal.list_in(State.DOUBLE)
    monkeypatch.setattr(spool, "_forget_file", lambda _entry: None)
    spool.forget(double)
    spool.close()
    again = Spool(spool.path_of_objects.parent)
    assert counts(again) == {State.RECEIVED: 1, State.DOUBLE: 1}
    again.close()


def test_three_versions_are_compared_with_the_first_and_one_alone_is_on_its_way(spool: Spool) -> None:
    entries: list[Entry] = []
    for content in (original(), altered(), implicit()):
        receive(spool, content)
    with encoding_here(spool) as encoder:
        for _ in range(3):
            encoder.encode_next()
    entries = spool.journal.list_all("2.25.1")
    assert [entry.state for entry in entries] == [State.COMPRESSED, State.SET_ASIDE]
