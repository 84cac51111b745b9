"""The servers that are measured, as real processes on the loopback."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SCANNER = "SCANNER1"
PATIENCE = 30.0
# Debian's Orthanc and DCMTK leave Nagle on; with it, each small answer waits.
ENVIRONMENT = {**os.environ, "TCP_NODELAY": "1"}


class PeerMissingError(Exception):
    """A program that the measure needs is not on this machine."""


def find_program(*names: str) -> str:
    """Return the path of a program.

    Raises:
        PeerMissingError: it is not installed.
    """
    for name in names:
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
        if found:
            return found
    raise PeerMissingError(
        f"{names[0]} is missing on this machine (Debian: apt-get install {names[0].lower()})"
    )


@dataclass(frozen=True)
class Receiver:
    """A running receiver: its DICOM port, its process."""

    port: int
    process: int

    @property
    def cpu_seconds(self) -> float:
        """Return the processor time that the process itself has taken, without its children."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def peak_bytes(self) -> int:
        """Return the most memory that the process itself has held."""
        status = Path(f"/proc/{self.process}/status").read_text()
        [peak] = (line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) << 10


@contextmanager
def gateway(folder: Path, **settings: object) -> Iterator[Receiver]:
    """Run our gateway; unless settings name a platform, there is none to reach."""
    port = free_port()
    configuration = folder / "edge.json"
    content = {
        "site": "bench",
        "ae_title": "PEER",
        "host": "127.0.0.1",
        "port": port,
        "spool": str(folder / "spool"),
        "platform_url": f"http://127.0.0.1:{free_port()}",
        "token": "none",
        "peers": [{"ae_title": SCANNER, "address": "127.0.0.1"}],
        "worklist_poll_seconds": 60,
    }
    configuration.write_text(json.dumps(content | settings))
    command = [sys.executable, "-m", "diaphane_edge", "run", "--config", str(configuration)]
    with running(command, port, folder) as process:
        yield Receiver(port, process.pid)


@contextmanager
def orthanc(folder: Path) -> Iterator[Receiver]:
    """Run Debian's Orthanc as it is configured by default, receiving only."""
    port = free_port()
    configuration = folder / "orthanc.json"
    content = {
        "DicomAet": "PEER",
        "DicomPort": port,
        "HttpServerEnabled": False,
        "DicomServerEnabled": True,
        "StorageDirectory": str(folder / "storage"),
        "DicomAlwaysAllowStore": True,
        "Plugins": [],
    }
    configuration.write_text(json.dumps(content))
    with running([find_program("Orthanc"), str(configuration)], port, folder) as process:
        yield Receiver(port, process.pid)


@contextmanager
def running(
    command: list[str],
    port: int | None,
    folder: Path,
    *,
    environment: dict[str, str] = ENVIRONMENT,
    name: str = "peer",
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the block ends, once it listens on its port, if it has one."""
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    try:
        if port is not None:
            _wait_for(port, process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise PeerMissingError(f"{process.args} did not start")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
