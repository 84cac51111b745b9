import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from diaphane_launcher import postgres
from diaphane_launcher.errors import LauncherError
from diaphane_launcher.places import ROOT

from .conftest import as_ordinary_user, is_alive, kill, wait_until

pytestmark = pytest.mark.enable_socket
as_root = pytest.param(lambda act: act(), id="this user")
as_someone = pytest.param(
    as_ordinary_user,
    id="ordinary user",
    marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user"),
)


def write_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (name text)")
        connection.execute("INSERT INTO kept VALUES ('durable')")


def count_rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def start_kill_and_start_again(folder: Path) -> None:
    cluster = postgres.open_cluster(folder / "postgresql", durable=True)
    process = postgres.start(cluster, folder / "log")
    write_row(cluster.url)
    process.kill()
    process.wait()
    again = postgres.open_cluster(folder / "postgresql", durable=True)
    process = postgres.start(again, folder / "log")
    assert count_rows(again.url) == 1
    postgres.stop(process, seconds=10)
    assert process.returncode == 0


@pytest.mark.parametrize("run_as", [as_root, as_someone])
def test_a_killed_database_starts_again_with_what_was_committed(
    open_folder: Path, run_as: Callable[[Callable[[], None]], None]
):
    run_as(lambda: start_kill_and_start_again(open_folder))


def test_text_is_utf8_and_sorts_alike_on_every_machine(open_folder: Path):
    cluster = postgres.open_cluster(open_folder / "postgresql", durable=False)
    process = postgres.start(cluster, open_folder / "log")
    try:
        with psycopg.connect(cluster.url) as connection:
            row = connection.execute(
                "SELECT pg_encoding_to_char(encoding), datlocprovider, datlocale FROM pg_database"
                " WHERE datname = current_database()"
            ).fetchone()
        assert row == ("UTF8", "b", "C.UTF-8")
    finally:
        postgres.stop(process, seconds=10)


def test_a_lock_whose_process_number_went_to_another_program_does_not_stop_the_start(open_folder: Path):
    cluster = postgres.open_cluster(open_folder / "postgresql", durable=False)
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
    process = postgres.start(cluster, open_folder / "log")
    postgres.stop(process, seconds=10)


def test_a_long_path_gets_a_short_socket_folder_closed_to_others(open_folder: Path):
    data = open_folder / ("long" * 25) / "postgresql"
    data.parent.mkdir()
    cluster = postgres.open_cluster(data, durable=False)
    process = postgres.start(cluster, open_folder / "log")
    try:
        assert cluster.socket != data
        assert cluster.socket.stat().st_mode & 0o077 == 0
        write_row(cluster.url)
    finally:
        postgres.stop(process, seconds=10)
        cluster.socket.rmdir()


def test_an_interrupted_creation_is_done_over(open_folder: Path):
    data = open_folder / "postgresql"
    data.mkdir()
    (data / "half-made").touch()
    cluster = postgres.open_cluster(data, durable=False)
    assert (cluster.data / "PG_VERSION").exists()


def test_a_database_that_cannot_start_says_why_in_one_line(open_folder: Path):
    cluster = postgres.open_cluster(open_folder / "postgresql", durable=False)
    (cluster.data / "postgresql.conf").write_text("max_connections = none\n")
    with pytest.raises(LauncherError, match="Démarrage de la base de données : échec") as refused:
        postgres.start(cluster, open_folder / "log")
    assert "\n" not in str(refused.value)


LAUNCHER = """
import sys
from pathlib import Path
from diaphane_launcher import postgres
folder = Path(sys.argv[1])
cluster = postgres.open_cluster(folder / "postgresql", durable=True)
print(postgres.start(cluster, folder / "log").pid, flush=True)
sys.stdin.read()
"""


def test_a_killed_launcher_leaves_no_database_process_and_a_database_that_starts(open_folder: Path):
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(open_folder)],
        env=dict(os.environ, PYTHONPATH=str(ROOT / "src")),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdin
    assert launcher.stdout
    postmaster = int(launcher.stdout.readline())
    kill(launcher.pid)
    launcher.wait()
    launcher.stdin.close()
    launcher.stdout.close()
    wait_until(lambda: not is_alive(postmaster))
    start_kill_and_start_again(open_folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs the programs where they are")
def test_programs_hidden_in_roots_own_folder_are_copied_with_their_libraries(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgres, "_can_reach", lambda path: False)
    monkeypatch.setattr(postgres, "own_folder", lambda: open_folder)
    programs = postgres.find_binaries()
    assert programs.is_relative_to(open_folder)
    as_ordinary_user(lambda: subprocess.run([programs / "initdb", "--version"], check=True) and None)


def test_a_refused_row_never_reaches_the_database_log(open_folder: Path):
    cluster = postgres.open_cluster(open_folder / "postgresql", durable=False)
    process = postgres.start(cluster, open_folder / "log")
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE patient (name text CHECK (name <> 'VASSEUR'))")
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("INSERT INTO patient VALUES ('VASSEUR')")
    postgres.stop(process, seconds=10)
    log = (open_folder / "log").read_text()
    assert "violates check constraint" in log
    assert "VASSEUR" not in log
