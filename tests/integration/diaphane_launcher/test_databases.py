import os
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from diaphane_launcher import databases
from diaphane_launcher.errors import LauncherError
from diaphane_launcher.places import ROOT, alone_in

pytestmark = pytest.mark.enable_socket


def test_a_second_launcher_on_the_same_data_is_refused(open_folder: Path):
    with (
        databases.hold(open_folder),
        pytest.raises(LauncherError, match="tourne déjà"),
        databases.hold(open_folder),
    ):
        pass


def test_a_stopped_launcher_is_not_taken_for_a_running_one(open_folder: Path):
    with databases.hold(open_folder) as publish:
        publish("postgresql:///gone")
    assert databases.find_running(open_folder) is None


def test_a_command_uses_the_database_of_the_running_launcher(open_folder: Path):
    with databases.hold(open_folder) as publish:
        publish("postgresql:///running")
        with databases.of_the_demo(open_folder) as url:
            assert url == "postgresql:///running"


def test_the_lock_is_closed_to_other_users(open_folder: Path):
    with databases.hold(open_folder):
        assert stat.S_IMODE(databases.lock_path(open_folder).stat().st_mode) == 0o600


def test_a_command_without_any_database_gets_one_for_its_duration(open_folder: Path):
    with databases.of_the_demo(open_folder) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not (open_folder / "postgresql" / "postmaster.pid").exists()


def test_a_temporary_database_leaves_nothing_behind():
    with databases.temporary() as url:
        folder = Path(psycopg.conninfo.conninfo_to_dict(url)["host"])
        assert os.path.exists(folder)
    assert not folder.parent.exists()


def test_a_temporary_database_left_by_a_killed_launcher_is_swept_and_one_in_use_is_not(open_folder: Path):
    abandoned, used = (open_folder / f"{databases.TEMPORARY_PREFIX}{name}" for name in ("left", "used"))
    abandoned.mkdir()
    used.mkdir()
    for folder in (abandoned, used):
        os.utime(folder, (0, 0))
    with alone_in(used):
        databases.sweep_abandoned(open_folder)
        assert [folder.name for folder in open_folder.iterdir()] == [used.name]


COMMAND = """
import sys, time
from pathlib import Path
from diaphane_launcher import databases, testing
from diaphane_launcher.__main__ import main
testing.frontend.ensure = lambda: Path("/parts")
sys.exit(main(["test", "--co", "-q", "-p", "no:django", "-p", "waits", "-c", "/dev/null"]))
"""
PLUGIN = """
import os, time
print(os.environ["DATABASE_URL"], flush=True)
time.sleep(60)
"""


def test_a_test_run_that_is_asked_to_stop_leaves_no_database_behind(open_folder: Path):
    (open_folder / "waits.py").write_text(PLUGIN)
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{open_folder}", "CI": "false"}
    launcher = subprocess.Popen(
        [sys.executable, "-c", COMMAND], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert launcher.stdout
    said = next(line for line in launcher.stdout if line.startswith("postgresql:"))
    folder = Path(psycopg.conninfo.conninfo_to_dict(said.strip())["host"])
    assert folder.exists()
    launcher.terminate()
    assert launcher.wait() == 143
    launcher.stdout.close()
    assert not folder.parent.exists()
