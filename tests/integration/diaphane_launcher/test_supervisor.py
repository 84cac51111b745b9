import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from diaphane_launcher import restarts
from diaphane_launcher.errors import LauncherError
from diaphane_launcher.places import ROOT
from diaphane_launcher.supervisor import Supervisor

from .conftest import is_alive, kill, wait_until

POLITE = """
import signal, sys, time
def leave(number, frame):
    with open(sys.argv[1], "a") as diary:
        diary.write(sys.argv[2] + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
time.sleep(60)
"""
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""
LAUNCHER = """
import sys
from pathlib import Path
from diaphane_launcher.supervisor import Supervisor
supervisor = Supervisor(Path(sys.argv[1]), {"PATH": "/usr/bin:/bin"}, Path("/"))
for name in ("web", "worker"):
    supervisor.start(name, ["sleep", "60"])
print(*[child.process.pid for child in supervisor.children], flush=True)
supervisor.watch()
"""


def make(logs: Path) -> Supervisor:
    return Supervisor(logs, dict(os.environ), ROOT)


def start(supervisor: Supervisor, name: str, code: str, *arguments: str) -> None:
    command = [sys.executable, "-c", code, *arguments]
    supervisor.start(name, command)
    log = supervisor.children[-1].log
    wait_until(lambda: log.read_text() != "")


def test_a_dead_child_is_named_with_the_end_of_its_log(tmp_path: Path):
    supervisor = make(tmp_path)
    start(supervisor, "edge", "print('the port is taken', flush=True); raise SystemExit(3)")
    with pytest.raises(LauncherError, match=r"« edge » s'est arrêté \(code 3\)") as told:
        supervisor.watch()
    assert "the port is taken" in str(told.value)


def watch_in_background(supervisor: Supervisor) -> threading.Thread:
    def watch() -> None:
        with pytest.raises(LauncherError):
            supervisor.watch()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def test_a_killed_child_that_restarts_is_started_again_and_said_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    supervisor = make(tmp_path / "log")
    supervisor.start("edge", [sys.executable, "-c", POLITE, str(tmp_path / "diary"), "edge"], restarts=True)
    start(supervisor, "web", POLITE, str(tmp_path / "diary"), "web")
    edge, web = supervisor.children
    wait_until(lambda: edge.log.read_text() == "ready\n")
    watching = watch_in_background(supervisor)
    kill(edge.process.pid)
    wait_until(lambda: edge.log.read_text() == "ready\nready\n")
    again = supervisor.children[0].process
    assert again.pid != edge.process.pid
    assert is_alive(again.pid)
    assert web.process.poll() is None
    assert "« edge » s'est arrêté (SIGKILL) : il repart dans 0.5 s." in capsys.readouterr().out
    kill(web.process.pid)  # this one does not restart: all is over
    watching.join(30)
    assert not watching.is_alive()
    supervisor.stop()
    assert not is_alive(again.pid)


def test_a_child_that_dies_again_and_again_ends_everything_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(restarts, "FIRST_PAUSE_SECONDS", 0.0)
    supervisor = make(tmp_path)
    command = [sys.executable, "-S", "-c", "print('the port is taken'); raise SystemExit(3)"]
    supervisor.start("edge", command, restarts=True)
    with pytest.raises(LauncherError, match=r"« edge » s'est arrêté \(code 3\)") as told:
        supervisor.watch()
    assert "the port is taken" in str(told.value)
    assert supervisor.children[0].log.read_text().count("taken") == restarts.MOST_IN_A_ROW + 1


def test_while_things_are_put_in_place_a_death_ends_everything(tmp_path: Path):
    supervisor = make(tmp_path)
    supervisor.start("edge", [sys.executable, "-S", "-c", "raise SystemExit(3)"], restarts=True)
    supervisor.children[0].process.wait()
    with pytest.raises(LauncherError, match=r"« edge » s'est arrêté \(code 3\)"):
        supervisor.check()


def test_the_first_child_is_stopped_once_the_others_have_ended(tmp_path: Path):
    diary = tmp_path / "diary"
    supervisor = make(tmp_path / "log")
    for name in ("database", "web"):
        start(supervisor, name, POLITE, str(diary), name)
    supervisor.stop()
    assert diary.read_text().split() == ["web", "database"]
    assert [child.process.returncode for child in supervisor.children] == [0, 0]


def test_a_child_that_will_not_stop_is_killed_with_its_own_children(tmp_path: Path):
    supervisor = make(tmp_path)
    start(supervisor, "first", STUBBORN)
    start(supervisor, "second", STUBBORN)
    grandchildren = [int(child.log.read_text()) for child in supervisor.children]
    supervisor.stop(seconds=0.5)
    assert [child.process.returncode for child in supervisor.children] == [-9, -9]
    for pid in grandchildren:
        wait_until(lambda pid=pid: not is_alive(pid))


def test_a_killed_launcher_leaves_no_child(tmp_path: Path):
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(tmp_path)],
        env=dict(os.environ, PYTHONPATH=str(ROOT / "src")),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdout
    children = [int(pid) for pid in launcher.stdout.readline().split()]
    assert len(children) == 2
    assert all(is_alive(pid) for pid in children)
    kill(launcher.pid)
    launcher.wait()
    launcher.stdout.close()
    for pid in children:
        wait_until(lambda pid=pid: not is_alive(pid))


def test_the_log_of_the_run_before_is_kept(tmp_path: Path):
    for words in ("before", "now"):
        supervisor = make(tmp_path)
        start(supervisor, "web", f"print({words!r}, flush=True)")
        supervisor.stop()
    assert (tmp_path / "web.previous.log").read_text() == "before\n"
    assert (tmp_path / "web.log").read_text() == "now\n"


def test_a_failed_task_says_why_in_one_line(tmp_path: Path):
    supervisor = make(tmp_path)
    supervisor.begin("images", [sys.executable, "-c", "raise SystemExit('No space left on device')"])
    with pytest.raises(LauncherError, match="Images : le disque est plein"):
        supervisor.finish("images")


def test_a_task_under_way_is_stopped_with_the_rest(tmp_path: Path):
    supervisor = make(tmp_path)
    start(supervisor, "database", POLITE, str(tmp_path / "diary"), "database")
    supervisor.begin("images", ["sleep", "60"])
    task = supervisor.tasks[0].process
    supervisor.stop()
    assert task.returncode == -15
