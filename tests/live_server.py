"""A real uvicorn on the test database, as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from .databases import make_url

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 90.0


@dataclass(frozen=True)
class LiveServer:
    """A running web process: its address, its process, and the file of its output."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> str:
        """Ask it to stop, wait, and return what it said."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=_PATIENCE)
        return self.log.read_text()


def find_free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def name_connections(port: int) -> str:
    """Return the name that the server of a port gives to its connections to PostgreSQL."""
    return f"served-on-{port}"


@contextmanager
def serving(folder: Path, *, port: int = 0) -> Iterator[LiveServer]:
    """Serve the platform on this process's test database until the block ends, on a port if one is given."""
    port = port or find_free_port()
    log = folder / "uvicorn.log"
    environment = dict(
        os.environ,
        DATABASE_URL=make_url(),
        DIAPHANE_MODE="test",
        DIAPHANE_DATA=str(folder),
        DIAPHANE_URL=f"http://127.0.0.1:{port}",
        PYTHONPATH=f"{ROOT / 'src'}",
        PGAPPNAME=name_connections(port),
    )
    command = [sys.executable, "-m", "diaphane.config.serving", "diaphane.config.asgi:application"]
    command += [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--timeout-graceful-shutdown",
        "3",
        "--log-level",
        "info",
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    server = LiveServer(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_until_it_answers(server)
        yield server
    finally:
        process.kill()
        process.wait()


def _wait_until_it_answers(server: LiveServer) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            httpx.get(f"{server.url}/healthz")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the server did not start:\n{server.log.read_text()}")
