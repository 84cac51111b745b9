import pytest

from diaphane_launcher.terminal import step


def test_a_step_is_ticked_when_it_is_done(capsys: pytest.CaptureFixture[str]):
    with step("Base de données"):
        assert capsys.readouterr().out == ""
    assert capsys.readouterr().out == "✓ Base de données\n"


def test_a_failed_step_is_not_ticked(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(ValueError, match="why"), step("Base de données"):
        raise ValueError("why")
    assert "✓" not in capsys.readouterr().out


def test_a_long_step_says_so_before_it_starts(capsys: pytest.CaptureFixture[str]):
    with step("Dépendances", hint="deux minutes"):
        assert capsys.readouterr().out == "… Dépendances (deux minutes)\n"
