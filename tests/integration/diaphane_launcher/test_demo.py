import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from diaphane_launcher.places import ROOT
from tests.process_logs import PROCESS_LOGS

from .conftest import is_alive, kill, wait_until

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]
PATIENCE = 180
COUNT_ACCOUNTS = "from diaphane.accounts.models import User; print(User.objects.count())"
Start = Callable[[], subprocess.Popen[bytes]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start_demo(open_folder: Path) -> Iterator[Start]:
    """Return what starts a demo on free ports, with an empty folder of images, and waits for its end."""
    (open_folder / "images").mkdir()
    started: list[subprocess.Popen[bytes]] = []
    options = ["--port", str(free_port()), "--dicom-port", str(free_port())]
    options += ["--data", str(open_folder / "var"), "--dicom", str(open_folder / "images")]

    def start() -> subprocess.Popen[bytes]:
        with (open_folder / "said").open("wb") as said:
            command = [sys.executable, "-m", "diaphane_launcher", "demo", *options]
            demo = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        started.append(demo)
        wait_until(
            lambda: b"Ctrl-C" in (open_folder / "said").read_bytes() or demo.poll() is not None, PATIENCE
        )
        assert demo.poll() is None, (open_folder / "said").read_text()
        return demo

    yield start
    for demo in started:
        if demo.poll() is None:
            demo.send_signal(signal.SIGINT)
        demo.wait()
    PROCESS_LOGS.keep(open_folder)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def list_children(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in children.split()]


def manage(var: Path, *arguments: str) -> str:
    """Run a command of administration, which finds the running demo's database by itself."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["DIAPHANE_DATA"] = str(var)
    command = [sys.executable, "-m", "diaphane_launcher", "manage", *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def get(address: str) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=60) as answer:
        return int(answer.status)


def test_the_demo_runs_survives_a_kill_and_stops_with_nothing_left(start_demo: Start, open_folder: Path):
    var = open_folder / "var"
    killed = start_demo()
    children = list_children(killed.pid)
    assert len(children) == 6  # database, web, worker, edge and two modalities
    kill(killed.pid)
    killed.wait()
    wait_until(lambda: not any(is_alive(child) for child in children), 30)

    again = start_demo()
    children = list_children(again.pid)
    described = json.loads((var / "demo.json").read_text())
    assert stat.S_IMODE((var / "demo.json").stat().st_mode) == 0o600
    assert get(described["tour"]) == 200
    with socket.create_connection((described["dicom"]["host"], described["dicom"]["port"])):
        pass
    [edge] = [child for child in children if b"diaphane_edge" in Path(f"/proc/{child}/cmdline").read_bytes()]
    kill(edge)
    wait_until(lambda: "SIGKILL" in (open_folder / "said").read_text(), 30)
    wait_until(lambda: is_listening(described["dicom"]["port"]), 60)
    assert again.poll() is None

    assert manage(var, "shell", "-c", COUNT_ACCOUNTS).endswith(str(len(described["accounts"])))

    again.send_signal(signal.SIGINT)
    assert again.wait() == 0
    assert not any(is_alive(child) for child in children)
    assert not (var / "demo.json").exists()
