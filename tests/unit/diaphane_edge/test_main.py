"""The command line, without a gateway."""

import json
import tomllib
from pathlib import Path

import pytest

from diaphane_edge.__main__ import main
from diaphane_edge.journal import Journal
from diaphane_edge.steps import Steps

from .test_config import GOOD

ROOT = Path(__file__).parents[3]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration whose spool holds an empty journal."""
    (tmp_path / "spool").mkdir()
    Journal(tmp_path / "spool" / "journal.sqlite").close()
    path = tmp_path / "edge.json"
    path.write_text(json.dumps(GOOD | {"spool": str(tmp_path / "spool"), "token": "t"}))
    (tmp_path / "spool" / "lock").touch()
    return path


def test_the_command_has_a_name_of_its_own() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"diaphane-edge": "diaphane_edge.__main__:main"}


@pytest.mark.parametrize("arguments", [["nothing"], ["status"], ["enrol", "--config", "x"], []])
def test_a_command_line_that_is_not_understood_is_one_line_in_french(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    said = capsys.readouterr().err
    assert left.value.code == 2
    assert said.startswith("diaphane-edge : commande non comprise")
    assert said.count("\n") == 1


def test_retry_says_in_french_what_it_put_back(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = Steps(config.parent / "spool" / "steps.sqlite")
    steps.create("1.2", {})
    steps.mark_refused(steps.list_unsent()[0], "HTTP 409")
    assert main(["retry", "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert said == "Remis dans la file : 0 image, et le déroulement de 1 examen.\n"


@pytest.mark.parametrize("command", ["status", "retry"])
@pytest.mark.parametrize("name", ["journal.sqlite", "steps.sqlite"])
@pytest.mark.parametrize("is_folder", [True, False])
def test_a_file_that_sqlite_does_not_open_is_one_line_and_no_traceback(
    config: Path, command: str, name: str, is_folder: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config.parent / "spool" / name
    path.unlink(missing_ok=True)
    if is_folder:
        path.mkdir()
    else:
        path.write_bytes(b"this is no database" * 100)
    assert main([command, "--config", str(config)]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("diaphane-edge : le journal de la passerelle ne s’ouvre pas (")
    assert said.err.count("\n") == 1
    assert said.out == ""
