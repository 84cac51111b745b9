import argparse
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from diaphane_launcher import frontend, passing, testing
from diaphane_launcher.__main__ import main
from diaphane_launcher.commands import COMMANDS
from diaphane_launcher.errors import LauncherError


@pytest.fixture(autouse=True)
def _same_signals() -> Iterator[None]:
    """Give back the handlers that the demo installs."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    former = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, former, strict=True):
        signal.signal(number, handler)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_process_of_production_is_refused_without_a_database(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main([command]) == 1
    assert capsys.readouterr().err == "✗ DATABASE_URL est requis : l'adresse de votre base PostgreSQL.\n"


@pytest.mark.enable_socket
def test_the_demo_refuses_a_taken_port_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["demo", "--port", str(port), "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_demo_refuses_a_folder_of_images_that_does_not_exist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["demo", "--data", str(tmp_path), "--dicom", str(tmp_path / "none")]) == 1
    assert "n'existe pas" in capsys.readouterr().err


@pytest.mark.parametrize("line", [["unknown"], ["demo", "--port", "huit"], ["demo", "--unknown"]])
def test_a_command_line_that_cannot_be_read_is_refused_in_one_line(
    line: list[str], capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as left:
        main(line)
    assert left.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_no_command_shows_the_commands(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 2
    said = capsys.readouterr().err
    assert all(command.name in said for command in COMMANDS)


def test_options_of_a_passing_command_reach_the_program_behind(monkeypatch: pytest.MonkeyPatch):
    seen: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(
        passing, "_replace_by", lambda module, arguments: seen.append((module, arguments)) or 0
    )
    assert main(["edge", "run", "--config", "site.json", "--help"]) == 0
    assert seen == [("diaphane_edge", ["run", "--config", "site.json", "--help"])]


def test_every_command_has_a_line_of_help():
    assert [command.name for command in COMMANDS if not command.summary] == []


def test_a_missing_chromium_fails_in_continuous_integration(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(LauncherError, match="Chromium est introuvable"):
        testing.require_chromium()


def test_a_missing_chromium_is_only_told_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv("CI", raising=False)
    testing.require_chromium()
    assert "seront sautés" in capsys.readouterr().out


def test_npm_comes_from_the_wheel_where_the_machine_has_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    node, script = (Path(part) for part in frontend.find_npm())
    assert node.is_file()
    assert script.is_file()


def test_the_tests_run_in_test_mode_on_the_given_database(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DIAPHANE_MODE", "production")
    environment = testing.environment_for_tests("postgresql:///x", Path("/parts"), Path("/peers"))
    assert environment["DIAPHANE_MODE"] == "test"
    assert environment["DATABASE_URL"] == "postgresql:///x"


def test_bench_says_when_there_is_nothing_to_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from diaphane_launcher import benching

    monkeypatch.setattr(benching, "ROOT", tmp_path)
    with pytest.raises(LauncherError, match="Aucune mesure"):
        benching.run(argparse.Namespace(arguments=[]))
