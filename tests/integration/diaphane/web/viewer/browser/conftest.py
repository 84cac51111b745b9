"""A platform that answers a browser, an act whose exam is expected, the imageur's session."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from diaphane.acts.models import Act
from tests.browsing import open_session
from tests.live_server import LiveServer, serving
from tests.scenes import Territory, make_territory, validated


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def act(territory: Territory) -> Act:
    return validated(territory).act


@pytest.fixture
def server(territory: Territory, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


@pytest.fixture
def session(territory: Territory) -> str:
    """Return the cookie of the imageur's session."""
    return open_session(territory.imageur).cookies[settings.SESSION_COOKIE_NAME].value
