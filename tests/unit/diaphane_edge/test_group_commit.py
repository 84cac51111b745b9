"""What comes together is committed together."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from diaphane_edge.group_commit import GroupCommit


def test_alone_an_item_is_committed_at_once() -> None:
    groups: list[list[int]] = []

    def commit(items: Sequence[int]) -> list[int]:
        groups.append(list(items))
        return [item * 10 for item in items]

    assert GroupCommit(commit).submit(4) == 40
    assert groups == [[4]]


def test_what_comes_during_a_commit_shares_the_next_one() -> None:
    groups: list[list[int]] = []
    is_committing, may_go_on = threading.Event(), threading.Event()

    def commit(items: Sequence[int]) -> list[int]:
        groups.append(list(items))
        is_committing.set()
        assert may_go_on.wait(30)
        return [item * 10 for item in items]

    group_commit = GroupCommit(commit)
    with ThreadPoolExecutor(5) as threads:
        first = threads.submit(group_commit.submit, 0)
        assert is_committing.wait(30)
        others = [threads.submit(group_commit.submit, number) for number in range(1, 5)]
        while len(group_commit._waiting) < 4:
            threading.Event().wait(0.001)
        may_go_on.set()
        assert [first.result()] + [other.result() for other in others] == [0, 10, 20, 30, 40]
    assert groups[0] == [0]
    assert sorted(groups[1]) == [1, 2, 3, 4]


def test_a_commit_that_fails_fails_for_each_and_the_next_goes_on() -> None:
    answers = iter([OSError("full"), None])

    def commit(items: Sequence[int]) -> Sequence[int]:
        error = next(answers)
        if error:
            raise error
        return items

    group_commit = GroupCommit(commit)
    with pytest.raises(OSError, match="full"):
        group_commit.submit(1)
    assert group_commit.submit(2) == 2
