import os
from pathlib import Path

import pytest

from diaphane_launcher import catalogues


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "app" / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").touch()
    return folder / "django.po"


def test_a_catalogue_that_was_never_compiled_is_stale(tmp_path: Path, source: Path):
    assert catalogues.are_stale(tmp_path)


def test_a_catalogue_older_than_its_source_is_stale(tmp_path: Path, source: Path):
    source.with_suffix(".mo").touch()
    os.utime(source.with_suffix(".mo"), (0, 0))
    assert catalogues.are_stale(tmp_path)


def test_a_catalogue_younger_than_its_source_is_not_stale(tmp_path: Path, source: Path):
    os.utime(source, (0, 0))
    source.with_suffix(".mo").touch()
    assert not catalogues.are_stale(tmp_path)


def test_the_catalogue_of_a_checkout_that_is_not_ours_is_left_alone(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert not catalogues.are_stale(tmp_path)
