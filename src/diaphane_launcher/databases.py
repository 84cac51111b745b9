"""Give a command its database: the one named by the environment, the running demo's, or our own."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from . import postgres
from .errors import LauncherError


def lock_path(var: Path) -> Path:
    """Return the file that says which launcher uses this data, held locked while it runs."""
    return var / "launcher.lock"


@contextmanager
def hold(var: Path) -> Iterator[Callable[[str], None]]:
    """Hold the data for this launcher alone; yield what publishes the database's address to `manage`.

    Raises:
        LauncherError: another launcher uses this data.
    """
    with _open_lock(var) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LauncherError(
                f"Diaphane tourne déjà avec les données de {var} : arrêtez-le, ou choisissez --data."
            ) from None

        def publish(url: str) -> None:
            lock.seek(0)
            lock.truncate()
            json.dump({"pid": os.getpid(), "database_url": url}, lock)
            lock.flush()

        publish("")
        yield publish


def _open_lock(var: Path) -> IO[str]:
    var.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock_path(var), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "r+")


def find_running(var: Path) -> str | None:
    """Return the database address of the launcher that runs on this data, if one does."""
    try:
        lock = lock_path(var).open("r+")
    except OSError:
        return None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return str(json.load(lock)["database_url"]) or None
    return None


@contextmanager
def for_command(var: Path) -> Iterator[str]:
    """Yield a database address for the duration of one command."""
    given = os.environ.get("DATABASE_URL") or find_running(var)
    if given:
        yield given
        return
    with hold(var) as publish:
        cluster = postgres.open_cluster(postgres.place_for(var), durable=True)
        (var / "log").mkdir(exist_ok=True)
        process = postgres.start(cluster, var / "log" / "postgresql.log")
        publish(cluster.url)
        try:
            yield cluster.url
        finally:
            postgres.stop(process, seconds=4)


@contextmanager
def temporary() -> Iterator[str]:
    """Yield the address of a throw-away database, fast and not durable."""
    folder = Path(tempfile.mkdtemp(prefix="diaphane-test-"))
    folder.chmod(0o711)  # the database's account must pass
    try:
        cluster = postgres.open_cluster(folder / "postgresql", durable=False)
        process = postgres.start(cluster, folder / "postgresql.log")
        try:
            yield cluster.url
        finally:
            postgres.stop(process, seconds=4)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
