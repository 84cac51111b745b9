"""Real threads with real transactions."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import TypeVar

from django.db import connections

_T = TypeVar("_T")
_PATIENCE = 60


def at_once(*functions: Callable[[], object]) -> list[object]:
    """Start every function at the same instant; return what each gave, or the exception it raised."""
    barrier = Barrier(len(functions))

    def play(function: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=_PATIENCE)
            return function()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(functions)) as threads:
        return list(threads.map(play, functions))


@contextmanager
def elsewhere() -> Iterator[Callable[[Callable[[], _T]], _T]]:
    """Yield what runs a function in another thread, on its own connection, the same each time."""
    with ThreadPoolExecutor(1) as thread:

        def run(function: Callable[[], _T]) -> _T:
            return thread.submit(function).result(timeout=_PATIENCE)

        try:
            yield run
        finally:
            run(connections.close_all)  # type: ignore[arg-type]
