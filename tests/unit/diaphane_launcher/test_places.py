import os
from pathlib import Path

import pytest

from diaphane_launcher import places


def test_a_place_that_another_user_owns_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: (tmp_path / ".venv").stat().st_uid + 1)
    assert not places.is_ours(tmp_path / ".venv")


def test_whoever_does_not_own_the_place_gets_one_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(places, "is_ours", lambda folder: False)
    monkeypatch.setattr(places, "own_folder", lambda root: tmp_path / "mine")
    assert places.writable_place(".frontend", tmp_path) == tmp_path / "mine" / "frontend"


def test_the_owner_works_inside_the_checkout(tmp_path: Path):
    assert places.writable_place("var", tmp_path) == tmp_path / "var"


def test_two_checkouts_of_one_user_do_not_share_a_place():
    assert places.own_folder(Path("/a")) != places.own_folder(Path("/b"))
