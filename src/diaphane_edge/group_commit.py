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
    tried again for as long as it takes: an item that was submitted is never given up.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._commit = commit
        self._changed = threading.Condition()
        self._waiting: list[tuple[Item, Future[Result]]] = []
        self._is_busy = self._is_failing = self._is_closing = False
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
            self._changed.notify_all()
        return future

    def settle(self) -> None:
        """Wait until everything submitted before is committed, or commits fail."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_failing or not (self._waiting or self._is_busy))

    def close(self) -> None:
        """Commit what waits, and end."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while group := self._take():
            while not self._try(group):
                with self._changed:
                    self._changed.wait_for(lambda: self._is_closing, AGAIN_SECONDS)
                    if self._is_closing:
                        return

    def _take(self) -> list[tuple[Item, Future[Result]]]:
        """Wait for items and take them all; none when it is time to end."""
        with self._changed:
            self._is_busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            self._changed.wait_for(lambda: self._is_closing, GATHER_SECONDS)
            group, self._waiting = self._waiting, []
            self._is_busy = bool(group)
            return group

    def _try(self, group: Sequence[tuple[Item, Future[Result]]]) -> bool:
        """Commit a group; tell whether it needs no other try."""
        try:
            results = self._commit([item for item, _ in group])
        except OSError as error:
            log.error("commit_failed", reason=str(error), waiting=len(group))
            self._note(is_failing=True)
            return False
        except Exception as error:  # handed to whoever asks for the result; the thread goes on
            log.exception("commit_refused")
            for _, future in group:
                future.set_exception(error)
            return True
        self._note(is_failing=False)
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)
        return True

    def _note(self, *, is_failing: bool) -> None:
        with self._changed:
            self._is_failing = is_failing
            self._changed.notify_all()
