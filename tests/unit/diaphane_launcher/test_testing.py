"""A failure is played once more alone; what fails again, or too much at once, stays a failure."""

from pathlib import Path

import pytest

from diaphane_launcher import testing
from diaphane_launcher.testing import MOST_TRIED_AGAIN, TESTS_FAILED, list_failed, try_again


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return what pytest is asked to play; "passes" passes, anything else fails."""
    asked: list[list[str]] = []

    def play(command: list[str], **_: object) -> int:
        asked.append(command[3:])
        return 0 if command[3:] == ["passes"] else TESTS_FAILED

    monkeypatch.setattr(testing, "run_attached", play)
    return asked


def test_what_fails_again_is_a_failure(played: list[list[str]]) -> None:
    assert try_again(["fails"], {}) == TESTS_FAILED
    assert played == [["fails"]]


def test_what_passes_alone_is_named(played: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert try_again(["passes"], {}) == 0
    assert "Instable(s), à réparer : passes" in capsys.readouterr().out


@pytest.mark.parametrize("many", [0, MOST_TRIED_AGAIN + 1])
def test_nothing_known_or_too_much_is_a_failure_at_once(played: list[list[str]], many: int) -> None:
    assert try_again(["passes"] * many, {}) == TESTS_FAILED
    assert played == []


def test_the_failures_are_those_that_pytest_remembers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testing, "ROOT", tmp_path)
    assert list_failed() == []
    cache = tmp_path / ".pytest_cache" / "v" / "cache"
    cache.mkdir(parents=True)
    (cache / "lastfailed").write_text('{"b.py::test_b": true, "a.py::test_a[1]": true}')
    assert list_failed() == ["a.py::test_a[1]", "b.py::test_b"]
