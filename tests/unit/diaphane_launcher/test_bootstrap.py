import os
import sys
from pathlib import Path

import pytest

from diaphane_launcher import bootstrap
from diaphane_launcher.uvwheel import Wheel


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "uv.lock").write_text("lock")
    (tmp_path / "pyproject.toml").write_text("project")
    return tmp_path


def make_environment(venv: Path, stamp: str, python: str = sys.executable) -> None:
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(python)
    (venv / bootstrap.STAMP).write_text(stamp)


def test_an_environment_of_another_lock_is_not_ready(checkout: Path):
    make_environment(checkout / ".venv", bootstrap.current_stamp(checkout))
    (checkout / "uv.lock").write_text("another lock")
    assert not bootstrap.is_ready(checkout / ".venv", bootstrap.current_stamp(checkout))


def test_an_environment_whose_python_cannot_be_run_is_not_ready(checkout: Path):
    stamp = bootstrap.current_stamp(checkout)
    make_environment(checkout / ".venv", stamp, python="/root-only/python")
    assert not bootstrap.is_ready(checkout / ".venv", stamp)


def test_an_environment_that_moved_with_its_checkout_is_not_ready(checkout: Path, tmp_path: Path):
    stamp = bootstrap.current_stamp(checkout)
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("uv.lock", "pyproject.toml"):
        (copy / name).write_bytes((checkout / name).read_bytes())
    assert bootstrap.current_stamp(copy) != stamp


def test_an_environment_made_by_another_user_that_we_cannot_run_is_left_alone(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
):
    stamp = bootstrap.current_stamp(checkout)
    make_environment(checkout / ".venv", stamp, python="/root-only/python")
    monkeypatch.setattr(bootstrap, "is_ours", lambda folder: False)
    monkeypatch.setattr(bootstrap, "own_folder", lambda root: Path("/ours"))
    assert bootstrap.choose_venv(checkout, stamp) == Path("/ours/venv")


def test_an_up_to_date_environment_of_another_user_is_used_as_it_is(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
):
    stamp = bootstrap.current_stamp(checkout)
    make_environment(checkout / ".venv", stamp)
    monkeypatch.setattr(bootstrap, "is_ours", lambda folder: False)
    assert bootstrap.choose_venv(checkout, stamp) == checkout / ".venv"


def test_a_ready_environment_is_neither_synced_nor_looked_up(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    make_environment(checkout / ".venv", bootstrap.current_stamp(checkout))
    monkeypatch.setattr(bootstrap, "sync", lambda *_: pytest.fail("synced"))
    monkeypatch.setattr(bootstrap, "download", lambda *_: pytest.fail("downloaded"))
    assert bootstrap.prepare(checkout) == checkout / ".venv" / "bin" / "python"


def test_an_environment_is_made_without_pip(tmp_path: Path):
    bootstrap.make_venv(tmp_path / "venv")
    assert os.access(tmp_path / "venv" / "bin" / "python", os.X_OK)
    assert not list(tmp_path.glob("venv/lib/python*/site-packages/pip"))


def test_the_uv_of_the_environment_serves_when_it_is_the_locked_one(tmp_path: Path):
    (tmp_path / "lib/python3.11/site-packages/uv-1.0.dist-info").mkdir(parents=True)
    assert bootstrap.find_uv(tmp_path, Wheel("1.0", "", "")) == tmp_path / "bin" / "uv"
