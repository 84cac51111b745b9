"""Write what survives a power cut: files whole or not at all, and small databases synced at each change."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

UNFINISHED = ".part"
Row = tuple[Any, ...]


class Database:
    """A SQLite file. Every method may be called from any thread, and returns once its change is synced."""

    def __init__(self, path: Path, schema: str) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(schema)

    def close(self) -> None:
        """Close the file. What was committed stays."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is inside, together and synced, or none of it."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def change(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement and return how many rows it touched."""
        with self._lock:
            return self._connection.execute(statement, parameters).rowcount

    def query(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Return the rows of a query."""
        with self._lock:
            return self._connection.execute(statement, parameters).fetchall()


def write_durably(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, its content and its directory entry synced. Raises OSError."""
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        with unfinished.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def link_durably(path: Path, other: Path) -> None:
    """Give a file a second name that survives a power cut. Raises OSError."""
    os.link(path, other)
    sync_directory(other.parent)


def sync_file(path: Path) -> None:
    """Sync what was written in a file. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(directory: Path) -> None:
    """Sync the names in a directory."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
