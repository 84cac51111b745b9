import errno

import pytest

from diaphane_launcher.errors import explain_os_error, explain_tool_failure


@pytest.mark.parametrize(
    "output",
    [
        "initdb: error: could not write to file: No space left on device",
        "npm error code ENOSPC",
        'FATAL: could not extend file "base/1": wrote only 4096 of 8192 bytes\nHINT: Check free disk space.',
    ],
)
def test_a_full_disk_is_named_whatever_the_tool(output: str):
    assert "le disque est plein" in explain_tool_failure("Étape", output)


@pytest.mark.parametrize(
    "output",
    [
        "error: Failed to fetch\n  Caused by: client error (Connect)\n  Caused by: dns error: not known",
        "npm error code ENOTFOUND",
        "npm error network request failed, reason: connect ECONNREFUSED",
    ],
)
def test_a_missing_network_is_named_whatever_the_tool(output: str):
    assert "le réseau est injoignable" in explain_tool_failure("Étape", output)


def test_another_failure_shows_the_last_thing_the_tool_said():
    assert explain_tool_failure("Étape", "first\nlast\n\n") == "Étape : échec. last"


def test_a_failure_of_the_database_shows_the_error_and_not_its_caret():
    said = "Traceback:\n  File x\nProgrammingError: no such column\nLINE 1: SELECT x\n       ^\n"
    assert explain_tool_failure("Étape", said) == "Étape : échec. ProgrammingError: no such column"


def test_a_system_error_for_a_full_disk_names_the_place():
    line = explain_os_error(OSError(errno.ENOSPC, "No space left on device", "/data/x"))
    assert line.startswith("Le disque est plein (/data/x)")
    assert "\n" not in line


def test_a_full_disk_is_seen_even_when_the_log_could_not_be_written(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("diaphane_launcher.errors.FULL_BELOW", float("inf"))
    assert "le disque est plein" in explain_tool_failure("Étape", "")
