"""Commit in one go what comes at about the same time: it shares one sync of the disk."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from .logs import log

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_WAITING = 256
GATHER_SECONDS = 0.02
AGAIN_SECONDS = 0.5
STOP_SECONDS = 10.0


class CommitFailingError(OSError):
    """Say that what came before could not be committed yet: nothing more is taken."""


class GroupCommit(Generic[Item, Result]):
    """A thread that commits what is submitted, in its order, together with all that came meanwhile.

    `commit` takes the items of a group and returns a result for each. What it refuses with an OSError is
    tried again for as long as it takes: an item that was submitted is never given up. What it refuses
    otherwise is tried item by item, so that one that cannot be committed keeps no other out.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._commit = commit
        self._changed = threading.Condition()
        self._waiting: list[tuple[Item, Future[Result]]] = []
        self._submitted = self._done = 0
        self._is_failing = False
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="commit", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """See that commits go through, and wait when too much waits. Raises CommitFailingError."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._waiting) < MOST_WAITING or self._is_failing)
            if self._is_failing:
                raise CommitFailingError("the journal cannot be written")

    def submit(self, item: Item) -> Future[Result]:
        """Take an item, and return what will tell its result."""
        future: Future[Result] = Future()
        with self._changed:
            self._waiting.append((item, future))
            self._submitted += 1
            self._changed.notify_all()
        return future

    def settle(self) -> bool:
        """Wait until everything submitted before is done with, whatever comes later; tell whether it is."""
        with self._changed:
            awaited = self._submitted
            self._changed.wait_for(lambda: self._is_failing or self._done >= awaited)
            return self._done >= awaited

    def close(self) -> None:
        """Commit what waits, and end."""
        with self._changed:
            self._closing.set()
            self._changed.notify_all()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while group := self._take():
            while not self._try(group):
                if self._closing.wait(AGAIN_SECONDS):
                    return
            with self._changed:
                self._done += len(group)
                self._changed.notify_all()

    def _take(self) -> list[tuple[Item, Future[Result]]]:
        """Wait for items and take them all; none when it is time to end.

        While others follow the first, this thread is not woken by each: that would take the interpreter from
        those that receive.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing.is_set())
        self._closing.wait(GATHER_SECONDS)
        with self._changed:
            group, self._waiting = self._waiting, []
            self._changed.notify_all()
            return group

    def _try(self, group: Sequence[tuple[Item, Future[Result]]]) -> bool:
        """Commit what is left of a group; tell whether it needs no other try."""
        group = [each for each in group if not each[1].done()]
        try:
            results = self._commit([item for item, _ in group])
        except OSError as error:
            log.error("commit_failed", reason=str(error), waiting=len(group))
            self._note(is_failing=True)
            return False
        except Exception as error:  # handed to whoever asks for the result; the thread goes on
            return self._try_one_by_one(group, error)
        self._note(is_failing=False)
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)
        return True

    def _try_one_by_one(self, group: Sequence[tuple[Item, Future[Result]]], error: Exception) -> bool:
        """Find the item that cannot be committed, and commit the others."""
        if len(group) > 1:
            return all(self._try([each]) for each in group)
        log.error("commit_refused", exc_info=error)
        group[0][1].set_exception(error)
        return True

    def _note(self, *, is_failing: bool) -> None:
        with self._changed:
            self._is_failing = is_failing
            self._changed.notify_all()
