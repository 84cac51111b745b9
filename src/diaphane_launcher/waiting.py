"""Wait until what was started answers."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from .demo_settings import HOST
from .errors import LauncherError
from .supervisor import Supervisor

READY_SECONDS = 180


def _wait(ready: Callable[[], bool], supervisor: Supervisor, what: str) -> None:
    """Poll until `ready`, a child's death, or the end of patience."""
    deadline = time.monotonic() + READY_SECONDS
    while not ready():
        supervisor.check()
        if time.monotonic() > deadline:
            raise LauncherError(f"{what} ne répond pas après {READY_SECONDS} s (voir {supervisor.logs}).")
        time.sleep(0.1)


def wait_until_ready(url: str, supervisor: Supervisor) -> None:
    """Wait until an address answers 200, or a child dies."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # our own machine: no proxy

    def answers() -> bool:
        try:
            with opener.open(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    _wait(answers, supervisor, url)


def wait_until_listening(port: int, supervisor: Supervisor) -> None:
    """Wait until a port takes connections, or a child dies."""

    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, port)) == 0

    _wait(listens, supervisor, f"Le port DICOM {port}")
