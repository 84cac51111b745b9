"""The credential in memory and on disk."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from diaphane_edge import credentials as credentials_module
from diaphane_edge.credentials import Credential, Credentials, write_credential
from diaphane_edge.settings import ConfigError


def make(token: str, *, days: int = 30) -> Credential:
    at = datetime.now(UTC)
    return Credential(token, (at + timedelta(days=days)).isoformat(), at.isoformat())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "credentials.json"
    write_credential(path, make("first"))
    return path


def test_without_a_file_there_is_no_beginning(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="n’est pas enrôlée"):
        Credentials(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "est abîmé : ligne 1, colonne 1, une valeur est attendue ; demandez un code"),
        (b"[]", "est abîmé : ce n’est pas du JSON de jeton ; demandez un code"),
        (b'{"token": "t"}', "est abîmé : "),
        (b'{"token": "t", "expires_at": "soon", "renew_at": "now"}', "est abîmé : "),
        (b'{"token": "t\\n", "expires_at": "2026-01-01", "renew_at": "2026-01-01"}', "est abîmé : "),
        (None, "ne se lit pas : c’est un dossier, et non un fichier ; rendez ce fichier à ce compte"),
    ],
    ids=range(6),
)
def test_a_file_that_holds_none_is_named_in_one_french_line(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "credentials.json"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(ConfigError) as refusal:
        Credentials(path)
    said = str(refusal.value)
    assert said.startswith(f"le jeton {path} {words}")
    assert said.endswith(".")
    assert "\n" not in said


def test_a_file_that_others_may_read_is_refused_with_what_to_write(path: Path) -> None:
    path.chmod(0o644)
    with pytest.raises(ConfigError, match=f"peut être lu par d’autres ; écrivez « chmod 600 {path} »"):
        Credentials(path)


def test_the_one_in_memory_serves_when_its_file_vanishes_and_is_written_at_the_next_renewal(
    path: Path,
) -> None:
    held = Credentials(path)
    path.unlink()
    held.look_again()
    assert (held.token, held.state.is_file_lost) == ("first", True)
    held.replace(make("second"))
    assert (held.token, held.state.is_file_lost) == ("second", False)
    assert Credentials(path).token == "second"


def test_a_renewed_one_serves_though_the_disk_does_not_take_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Credentials(path)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(credentials_module, "write_durably", fail)
        held.replace(make("second"))
    held.look_again()
    assert (held.token, held.state.is_file_lost) == ("second", True)
    assert Credentials(path).token == "first"
    held.replace(make("third"))
    assert (Credentials(path).token, held.state.is_file_lost) == ("third", False)


def test_that_of_a_new_enrolment_is_taken(path: Path) -> None:
    held = Credentials(path)
    path.unlink()
    held.look_again()
    write_credential(path, make("enrolled"))
    held.look_again()
    assert (held.token, held.state.is_file_lost) == ("enrolled", False)


def test_when_it_ends_is_told(path: Path) -> None:
    ends_at = Credentials(path).state.ends_at
    assert ends_at is not None
    assert ends_at > datetime.now(UTC).timestamp() + 29 * 24 * 3600
