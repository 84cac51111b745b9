"""A validated act, and the machines of its site."""

from dataclasses import replace

import pytest

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import uuid7
from tests import scenes
from tests.scenes import Territory


def make_machine(structure_id: object, role: Role = Role.EDGE) -> Actor:
    """Return the actor that a machine of a structure is."""
    return replace(Actor(id=uuid7(), role=role, label="Passerelle"), structure_id=structure_id)


@pytest.fixture
def act(territory: Territory) -> Act:
    """Return an act whose exam is expected."""
    return scenes.validated(territory).act


@pytest.fixture
def edge(territory: Territory) -> Actor:
    """Return the gateway of the site."""
    return make_machine(territory.site.pk)


@pytest.fixture
def foreign_edge(territory: Territory) -> Actor:
    """Return the gateway of another site."""
    return make_machine(territory.outsider.structure_id)
