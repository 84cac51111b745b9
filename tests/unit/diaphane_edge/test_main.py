"""The command line, without a gateway."""

import json
import socket
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from diaphane_edge.__main__ import main
from diaphane_edge.config import read_config
from diaphane_edge.gateway import Gateway
from diaphane_edge.journal import Journal
from diaphane_edge.settings import ConfigError
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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "'nothing' n’est pas un choix de COMMANDE"),
        (["status"], "il manque --config"),
        (["status", "--config"], "--config veut une valeur"),
        (["status", "--config", "x", "--fast"], "--fast est de trop"),
        (["aside", "send", "two", "--config", "x"], "NUMÉRO veut un nombre entier, et non 'two'"),
        (["aside", "burn", "--config", "x"], "'burn' n’est pas un choix de list|send|discard|restore"),
        (["enrol", "--config", "x"], "il manque --code"),
        ([], "il manque COMMANDE"),
    ],
    ids=str,
)
def test_a_command_line_that_is_not_understood_is_one_line_in_french(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    said = capsys.readouterr().err
    assert left.value.code == 2
    assert said.startswith(f"diaphane-edge : commande non comprise ({words}) ; « diaphane-edge")
    assert said.endswith("--help » dit quoi écrire.\n")
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


@pytest.mark.parametrize("arguments", [["--help"], ["aside", "--help"], ["enrol", "--help"]], ids=str)
def test_help_is_in_french(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    said = capsys.readouterr().out
    assert left.value.code == 0
    assert said.startswith("usage : diaphane-edge")
    for word in ("show this", "arguments:", "usage:", "required"):
        assert word not in said


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that another program holds."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield int(held.getsockname()[1])


def refused(config: Path, capsys: pytest.CaptureFixture[str], *command: str, **changes: object) -> str:
    """Return the one line by which a command refuses a configuration."""
    config.write_text(json.dumps(json.loads(config.read_text()) | changes))
    assert main([*(command or ("run",)), "--config", str(config)]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert said.err.startswith("diaphane-edge : ")
    assert said.out == ""
    return said.err.removeprefix("diaphane-edge : ").rstrip("\n")


@pytest.mark.parametrize(
    "command", [["run"], ["status"], ["retry"], ["aside", "list"], ["enrol", "--code", "c"]]
)
def test_every_command_refuses_a_wrong_setting_in_the_same_line(
    config: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(config, capsys, *command, ae_title="À")
    assert said.startswith(f"{config} : « ae_title » : ")


@pytest.mark.parametrize("command", [["status"], ["retry"], ["aside", "list"]])
def test_a_spool_where_nothing_came_is_told(
    config: Path, command: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    elsewhere = str(tmp_path / "elsewhere")
    assert refused(config, capsys, *command, spool=elsewhere) == (
        f"« spool » : rien n’a encore été reçu dans {elsewhere} ; écrivez le dossier où tourne la passerelle."
    )


def not_started(config: Path, **changes: object) -> str:
    """Return the line by which a gateway does not start."""
    config.write_text(json.dumps(json.loads(config.read_text()) | changes))
    with pytest.raises(ConfigError) as refusal:
        Gateway(read_config(config)).start()
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_a_spool_that_cannot_be_made_is_named(config: Path) -> None:
    words = "ce n’est pas un dossier ; écrivez un dossier où la passerelle peut écrire."
    assert not_started(config, spool=f"{config}/spool") == f"« spool » : {config}/spool, {words}"


@pytest.mark.parametrize("key", ["port", "status_port"])
def test_a_port_that_another_program_holds_is_named(config: Path, key: str, taken_port: int) -> None:
    assert not_started(config, **{key: taken_port}) == (
        f"« {key} » : le port {taken_port} ne s’ouvre pas, un autre programme l’occupe déjà ;"
        " écrivez un autre port, ou libérez celui-ci."
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_an_address_that_is_not_of_this_machine_is_named(config: Path, host: str) -> None:
    said = not_started(config, host=host)
    assert said.startswith("« host » : ce")
    assert said.endswith(" ; écrivez une adresse de cette machine, ou 0.0.0.0.")
