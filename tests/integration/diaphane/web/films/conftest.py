"""An exam under way, whose images come as its gateway sends them."""

from collections.abc import Callable
from datetime import datetime

import pytest

from diaphane.acts.models import Act
from diaphane.imaging.models import Instance
from diaphane.imaging.operations import store_instance
from tests import scenes
from tests.reading_scenes import make_edge
from tests.scenes import Territory

Store = Callable[..., Instance]


@pytest.fixture
def act(territory: Territory) -> Act:
    """Return an act whose exam is expected."""
    return scenes.validated(territory).act


@pytest.fixture
def store(territory: Territory, at: datetime) -> Store:
    """Return what stores an object as the site's gateway sends it, and gives back its row."""

    def store(content: bytes) -> Instance:
        receipt = store_instance(content=content, by=make_edge(territory), at=at)
        return Instance.objects.get(sop_instance_uid=receipt.sop_instance_uid)

    return store
