"""Commit what several threads bring at the same time in one go: they share one sync of the disk."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """Whoever comes first commits for all who came meanwhile; a thread alone commits at once.

    `commit` takes the items of a group and returns a result for each.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._commit = commit
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._waiting: list[tuple[Item, Future[Result]]] = []

    def submit(self, item: Item) -> Result:
        """Return the result of an item once its group is committed, or raise what the commit raised."""
        future: Future[Result] = Future()
        with self._lock:
            self._waiting.append((item, future))
        with self._turn:
            if not future.done():
                self._lead()
        return future.result()

    def _lead(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting, []
        try:
            results = self._commit([item for item, _ in group])
        except Exception as error:  # handed to every thread of the group, which raises it
            for _, future in group:
                future.set_exception(error)
            return
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)
