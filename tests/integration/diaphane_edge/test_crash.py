"""A gateway killed right after it acknowledged, its journal held back: nothing lost, nothing doubled."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from .edge import Edge, uid_of, wait_until
from .receiver import TOKEN, Receiver
from .synthetic import make_image, make_images


@pytest.fixture
def edge(tmp_path: Path, receiver: Receiver) -> Iterator[Edge]:
    edge = Edge(tmp_path, platform_url=receiver.url, token=TOKEN)
    edge.start()
    yield edge
    edge.stop()


@contextmanager
def journal_held_back(edge: Edge) -> Iterator[None]:
    """Let nobody write in the journal, which the gateway waits for."""
    journal = sqlite3.connect(edge.folder / "spool" / "journal.sqlite", isolation_level=None)
    with closing(journal):
        journal.execute("BEGIN IMMEDIATE")
        yield


def test_what_was_acknowledged_leaves_once_after_a_kill(
    edge: Edge, receiver: Receiver, images: list[Path]
) -> None:
    with journal_held_back(edge):
        assert edge.storescu(*images).returncode == 0
        edge.kill()
    assert edge.states(images) == {}
    told = edge.status()
    assert "La passerelle est arrêtée" in told
    assert f"{len(images)} images sont en route" in told
    edge.start()
    wait_until(lambda: edge.states(images) == {"acknowledged": len(images)} and edge.has_no_stray_file())
    assert {receiver.deliveries[uid_of(path)] for path in images} == {1}


def test_what_is_sent_again_after_a_kill_leaves_once(
    edge: Edge, receiver: Receiver, images: list[Path]
) -> None:
    with journal_held_back(edge):
        assert edge.storescu(*images[:3]).returncode == 0
        edge.kill()
    receiver.cut()
    edge.start()
    assert edge.storescu(*images).returncode == 0
    receiver.connect()
    wait_until(lambda: edge.states(images) == {"acknowledged": len(images)} and edge.has_no_stray_file())
    assert {receiver.deliveries[uid_of(path)] for path in images} == {1}


def test_a_kill_in_the_middle_of_everything_loses_nothing_that_was_acknowledged(
    edge: Edge, receiver: Receiver, tmp_path: Path
) -> None:
    """Slots are written over between the kills, so that old marks and new objects meet."""
    acknowledged: list[Path] = []
    for turn in range(4):
        images = make_images(tmp_path / f"turn{turn}", count=6)
        assert edge.storescu(*images[:3]).returncode == 0
        with journal_held_back(edge):
            assert edge.storescu(*images[3:]).returncode == 0
            edge.kill()
        acknowledged += images
        edge.start()
    wait_until(lambda: edge.states(acknowledged) == {"acknowledged": len(acknowledged)})
    wait_until(edge.has_no_stray_file)
    assert receiver.objects.keys() >= {uid_of(path) for path in acknowledged}


def test_two_contents_under_one_identifier_are_both_kept_the_first_alone_leaves(
    edge: Edge, receiver: Receiver, tmp_path: Path
) -> None:
    first = make_image(tmp_path / "first" / "1.dcm", seed=1)
    second = make_image(tmp_path / "second" / "1.dcm", seed=2, SOPInstanceUID=uid_of(first))
    with journal_held_back(edge):
        assert edge.storescu(first, second).returncode == 0
        edge.kill()
    edge.start()
    wait_until(lambda: edge.states([first]) == {"acknowledged": 1, "set_aside": 1})
    [found_by] = edge.reasons(first)  # the gateway; or the platform, once the first had left
    assert receiver.deliveries[uid_of(first)] == {"other_content": 1, "refused 0111": 2}[found_by]
