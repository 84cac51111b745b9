"""The credential in memory and on disk."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from diaphane_edge import credentials as credentials_module
from diaphane_edge.config import ConfigError
from diaphane_edge.credentials import Credential, Credentials, write_credential


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
