"""An exam with its images, and those who call the interfaces."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from django.test import Client

from diaphane.accounts.operations import issue_service_token
from diaphane.accounts.scopes import SCOPES
from diaphane.acts.models import Act
from diaphane.imaging.models import Instance
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import uuid7
from tests import scenes
from tests.images import make_ct, make_htj2k_ct
from tests.scenes import Territory

BOUNDARY = "limite"


def open_token(role: Role, structure_id: object) -> Client:
    """Return a client that sends a machine's token, of every scope there is for its role."""
    scope = " ".join(SCOPES) if role is Role.SERVICE else ""
    token = issue_service_token(label="Essai", role=role, structure_id=structure_id, scope=scope)  # type: ignore[arg-type]
    return Client(headers={"Authorization": f"Bearer {token}"})


def make_body(*contents: bytes, content_type: str = "application/dicom") -> bytes:
    """Return a multipart body."""
    parts = b"".join(
        f"--{BOUNDARY}\r\nContent-Type: {content_type}\r\n\r\n".encode() + content + b"\r\n"
        for content in contents
    )
    return parts + f"--{BOUNDARY}--\r\n".encode()


MULTIPART = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'


@pytest.fixture
def act(territory: Territory) -> Act:
    """Return an act whose exam is expected."""
    return scenes.validated(territory).act


@pytest.fixture
def edge_client(territory: Territory) -> Client:
    """Return the gateway of the site, as it calls."""
    return open_token(Role.EDGE, territory.site.pk)


@pytest.fixture
def imageur_client(territory: Territory, login: Callable[[Actor], Client]) -> Client:
    """Return the browser of the imageur of the act."""
    return login(territory.imageur)


@dataclass(frozen=True)
class Images:
    """Three stored slices of one series, the second in HTJ2K, and their contents."""

    act: Act
    contents: list[bytes]
    instances: list[Instance]

    @property
    def study_path(self) -> str:
        """Return the address of the study."""
        return f"/dicomweb/studies/{self.act.study_instance_uid}"

    @property
    def series_path(self) -> str:
        """Return the address of the series."""
        return f"{self.study_path}/series/1.2.77"

    def path(self, index: int) -> str:
        """Return the address of an instance."""
        return f"{self.series_path}/instances/{self.instances[index].sop_instance_uid}"


@pytest.fixture
def gateway(territory: Territory) -> Actor:
    """Return the gateway of the site, as who sends images."""
    return replace(Actor(id=uuid7(), role=Role.EDGE, label="Passerelle"), structure_id=territory.site.pk)


@pytest.fixture
def images(act: Act, gateway: Actor, at: datetime) -> Images:
    """Return the images of the act."""
    contents = [
        make_ct(act, number=1, SeriesInstanceUID="1.2.77"),
        make_htj2k_ct(act, number=2, SeriesInstanceUID="1.2.77"),
        make_ct(act, number=3, SeriesInstanceUID="1.2.77"),
    ]
    for content in contents:
        store_instance(content=content, by=gateway, at=at)
    return Images(act, contents, list(Instance.objects.order_by("number")))
