"""Give a command its database: the demo's, running or not, or a throw-away one."""

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from . import postgres
from .errors import LauncherError
from .places import alone_in

TEMPORARY_PREFIX = "diaphane-test-"
NEW_SECONDS = 30


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
def of_the_demo(var: Path) -> Iterator[str]:
    """Yield the running demo's database address, or start that database for one command."""
    running = find_running(var)
    if running:
        yield running
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
    sweep_abandoned(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX))
    folder.chmod(0o711)  # the database's account must pass
    try:
        with alone_in(folder):
            cluster = postgres.open_cluster(folder / "postgresql", durable=False)
            process = postgres.start(cluster, folder / "postgresql.log")
            try:
                yield cluster.url
            finally:
                postgres.stop(process, seconds=4)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_abandoned(parent: Path) -> None:
    """Delete the throw-away databases that killed launchers left: those that nobody holds."""
    for folder in parent.glob(f"{TEMPORARY_PREFIX}*"):
        status = folder.stat()
        is_new = time.time() - status.st_mtime < NEW_SECONDS  # made, and not held yet
        if status.st_uid == os.geteuid() and not is_new and not _is_held(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_held(folder: Path) -> bool:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
