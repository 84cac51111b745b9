"""An exam with images in HTJ2K, and a published viewer reduced to its page."""

from pathlib import Path

import pytest
from pytest_django import Settings

from diaphane.acts.models import Act
from tests import scenes
from tests.scenes import Territory


@pytest.fixture
def act(territory: Territory) -> Act:
    """Return an act whose exam is expected."""
    return scenes.validated(territory).act


@pytest.fixture
def published(tmp_path: Path, settings: Settings) -> Path:
    """Return the folder of a very small viewer."""
    folder = tmp_path / "frontend" / "ohif"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(
        '<html lang="en"><head><title>x</title><script>1</script></head></html>'
    )
    (folder / "app.0123456789abcdef.js").write_text("void 0;" * 100)
    (folder / "sw.js").touch()
    settings.FRONTEND = folder.parent
    return folder
