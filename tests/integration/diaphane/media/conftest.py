"""An act, and a CD to bring beside it."""

import pytest

from diaphane.acts.models import Act
from tests import scenes
from tests.scenes import Territory


@pytest.fixture
def act(territory: Territory) -> Act:
    """Return an act whose exam is expected."""
    return scenes.validated(territory).act
