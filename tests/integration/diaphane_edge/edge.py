"""A real gateway process, and real senders."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path

from pydicom import dcmread

ROOT = Path(__file__).parents[3]
ENVIRONMENT = os.environ | {"TCP_NODELAY": "1", "PYTHONPATH": str(ROOT / "src")}
SCANNER, EDGE_TITLE = "SCANNER1", "LISIERE"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_true: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something to become true, and fail when it does not."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def uid_of(path: Path) -> str:
    return str(dcmread(path, stop_before_pixels=True).SOPInstanceUID)


def _holds_something(path: Path) -> bool:
    """Tell whether a file is there and not blank; one that is being put in place may be gone meanwhile."""
    with suppress(FileNotFoundError):
        return any(path.read_bytes()[:200])
    return False


class Edge:
    """A gateway on a folder. It may be killed and started again."""

    def __init__(self, folder: Path, *, platform_url: str, token: str, **settings: object) -> None:
        self.folder = folder
        self.port = free_port()
        self.config = folder / "edge.json"
        self.log = folder / "edge.log"
        content = {
            "site": "lisiere",
            "ae_title": EDGE_TITLE,
            "host": "127.0.0.1",
            "port": self.port,
            "spool": str(folder / "spool"),
            "platform_url": platform_url,
            "token": token,
            "peers": [{"ae_title": SCANNER, "address": "127.0.0.1"}],
            "worklist_poll_seconds": 0.1,
            "reserved_megabytes": 2,
            "spared_megabytes": 1,
        }
        self.config.write_text(json.dumps(content | settings))
        tls = settings.get("tls")
        self.tls_port = int(tls["port"]) if isinstance(tls, dict) else None
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until every port of it is open."""
        before = self._count_starts()
        with self.log.open("ab") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "diaphane_edge", "run", "--config", str(self.config)],
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=ENVIRONMENT,
                cwd=self.folder,
            )
        wait_until(lambda: self._has_started(since=before))

    def __enter__(self) -> "Edge":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def ensure_running(self) -> None:
        if self.process is None:
            self.start()

    def _has_started(self, *, since: int) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        return self._count_starts() > since

    def _count_starts(self) -> int:
        return self.log.read_text().count('"event": "edge_started"') if self.log.exists() else 0

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        code = self.process.wait(60)
        self.process = None
        return code

    def status(self) -> str:
        return self.command("status")

    def command(self, name: str) -> str:
        command = [sys.executable, "-m", "diaphane_edge", name, "--config", str(self.config)]
        return subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout

    def states(self, paths: Iterable[Path]) -> dict[str, int]:
        """Count the states of some objects."""
        uids = {uid_of(path) for path in paths}
        rows = self._query("SELECT sop_instance_uid, state FROM object")
        return dict(Counter(state for uid, state in rows if uid in uids))

    def reasons(self, path: Path) -> list[str]:
        """List why an object was set aside."""
        rows = self._query("SELECT sop_instance_uid, reason FROM object WHERE state = 'set_aside'")
        return [reason for uid, reason in rows if uid == uid_of(path)]

    def has_no_stray_file(self) -> bool:
        """Tell whether the files that hold something are exactly those that the journal names."""
        held = {name for (name,) in self._query("SELECT file FROM object WHERE file IS NOT NULL")}
        return held == {path.name for path in self.files()}

    def files(self) -> list[Path]:
        """List the files that hold something: freed slots stay on the disk, blank."""
        objects = self.folder / "spool" / "objects"
        return [path for path in objects.iterdir() if _holds_something(path)]

    def events(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def tool(self, name: str, *arguments: str, ae_title: str = SCANNER) -> subprocess.CompletedProcess[str]:
        """Run a DCMTK client against this gateway."""
        command = [name, "-aet", ae_title, "-aec", EDGE_TITLE, *arguments]
        return subprocess.run(
            command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False
        )

    def storescu(self, *files: Path, ae_title: str = SCANNER) -> subprocess.CompletedProcess[str]:
        """Send files with DCMTK, proposing only the contexts they need."""
        return self.tool("storescu", "-R", "127.0.0.1", str(self.port), *map(str, files), ae_title=ae_title)

    def _query(self, statement: str) -> list[tuple[str, ...]]:
        """Ask the journal, as another process sees it."""
        address = f"file:{self.folder}/spool/journal.sqlite?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as journal:
            return journal.execute(statement).fetchall()
