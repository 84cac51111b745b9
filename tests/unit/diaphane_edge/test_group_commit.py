"""What comes together is committed together, and nothing that was taken is given up."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from diaphane_edge.group_commit import CommitFailingError, GroupCommit

PATIENCE = 30


class Commits:
    """What was committed, and errors to raise first."""

    def __init__(self, *errors: Exception) -> None:
        self.groups: list[list[int]] = []
        self.errors = list(errors)
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.began = threading.Event()

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.began.set()
        assert self.may_go_on.wait(PATIENCE)
        if self.errors:
            raise self.errors.pop(0)
        self.groups.append(list(items))
        return [item * 10 for item in items]


@contextmanager
def grouping(commits: Commits) -> Iterator[GroupCommit[int, int]]:
    group_commit = GroupCommit(commits)
    try:
        yield group_commit
    finally:
        group_commit.close()


def test_an_item_is_committed_and_its_result_told() -> None:
    commits = Commits()
    with grouping(commits) as group_commit:
        assert group_commit.submit(4).result(PATIENCE) == 40
    assert commits.groups == [[4]]


def test_what_comes_during_a_commit_shares_the_next_one_in_order() -> None:
    commits = Commits()
    commits.may_go_on.clear()
    with grouping(commits) as group_commit:
        first = group_commit.submit(0)
        assert commits.began.wait(PATIENCE)
        others = [group_commit.submit(number) for number in range(1, 5)]
        commits.may_go_on.set()
        assert [future.result(PATIENCE) for future in (first, *others)] == [0, 10, 20, 30, 40]
    assert commits.groups == [[0], [1, 2, 3, 4]]


def test_what_a_full_disk_refuses_is_tried_again_and_nothing_more_is_taken_meanwhile() -> None:
    commits = Commits(OSError("full"), OSError("full"))
    with grouping(commits) as group_commit:
        future = group_commit.submit(1)
        group_commit.settle()
        with pytest.raises(CommitFailingError):
            group_commit.check()
        assert future.result(PATIENCE) == 10
        group_commit.check()


def test_a_fault_of_ours_is_told_and_the_next_goes_on() -> None:
    with grouping(Commits(ValueError("a fault"))) as group_commit:
        with pytest.raises(ValueError, match="a fault"):
            group_commit.submit(1).result(PATIENCE)
        assert group_commit.submit(2).result(PATIENCE) == 20


def test_closing_commits_what_waits() -> None:
    commits = Commits()
    with grouping(commits) as group_commit:
        futures = [group_commit.submit(number) for number in range(3)]
    assert [future.result(0) for future in futures] == [0, 10, 20]


def test_settling_waits_for_what_was_submitted() -> None:
    commits = Commits()
    with grouping(commits) as group_commit:
        group_commit.settle()
        future = group_commit.submit(1)
        group_commit.settle()
        assert future.done()


def test_one_that_cannot_be_committed_keeps_no_other_out() -> None:
    def commit(items: Sequence[int]) -> list[int]:
        if 13 in items:
            raise ValueError("thirteen")
        return list(items)

    group_commit = GroupCommit(commit)
    futures = [group_commit.submit(number) for number in (12, 13, 14)]
    assert [futures[0].result(PATIENCE), futures[2].result(PATIENCE)] == [12, 14]
    with pytest.raises(ValueError, match="thirteen"):
        futures[1].result(PATIENCE)
    group_commit.close()


def test_what_is_tried_again_after_a_fault_of_another_is_committed_once() -> None:
    commits = Commits(ValueError("a fault"), OSError("full"))
    commits.may_go_on.clear()
    with grouping(commits) as group_commit:
        first = group_commit.submit(0)
        assert commits.began.wait(PATIENCE)
        others = [group_commit.submit(number) for number in (1, 2)]
        commits.may_go_on.set()
        with pytest.raises(ValueError, match="a fault"):
            first.result(PATIENCE)
        assert [future.result(PATIENCE) for future in others] == [10, 20]
    assert sorted(number for group in commits.groups for number in group) == [1, 2]


def test_settling_does_not_wait_for_what_comes_later() -> None:
    stream = iter(range(10**9))
    is_over = threading.Event()

    def commit(items: Sequence[int]) -> list[int]:
        if not is_over.is_set():
            group_commit.submit(next(stream))
        return list(items)

    group_commit = GroupCommit(commit)
    group_commit.submit(next(stream))
    assert group_commit.settle()
    is_over.set()
    group_commit.close()


def test_settling_tells_when_commits_fail() -> None:
    with grouping(Commits(OSError("full"))) as group_commit:
        group_commit.submit(1)
        assert not group_commit.settle()
