"""A real platform, a real gateway, and between them a link that can be cut."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from bench.link import Link
from bench.passage import Shape

from diaphane.accounts.operations import issue_service_token
from diaphane.acts.models import Act
from diaphane.imaging.models import Instance
from diaphane.kernel.actors import Role
from tests import scenes
from tests.images import make_ct
from tests.integration.diaphane_edge.edge import Edge, uid_of, wait_until
from tests.live_server import find_free_port, serving
from tests.scenes import Territory

SHAPE = Shape(megabits=20, milliseconds=20)


@dataclass
class Site:
    """A site that sends its images of one act through a poor link."""

    act: Act
    edge: Edge
    link: Link
    data: Path
    port: int
    _platform: ExitStack = field(default_factory=ExitStack)

    def start_platform(self) -> None:
        """Serve, on the same port each time."""
        self._platform.enter_context(serving(self.data, port=self.port))

    def stop_platform(self) -> None:
        """End the platform at once, whatever it was doing."""
        self._platform.close()

    def make_images(self, count: int) -> list[Path]:
        """Write images of the act, as its modality would."""
        folder = self.edge.folder / f"images-{count}"
        folder.mkdir()
        paths = [folder / f"{number}.dcm" for number in range(count)]
        for path in paths:
            path.write_bytes(make_ct(self.act))
        return paths

    def send(self, paths: list[Path]) -> None:
        """Have the modality send, and every image acknowledged by the gateway."""
        assert self.edge.storescu(*paths).returncode == 0

    def wait_for_all(self, paths: list[Path]) -> None:
        """Wait until the gateway has let go of every image."""
        wait_until(lambda: self.edge.states(paths) == {"acknowledged": len(paths)}, 120)

    def count_held(self, paths: list[Path]) -> int:
        """Count the rows of the platform for these images: each is there once, or not."""
        uids = [uid_of(path) for path in paths]
        return Instance.objects.filter(sop_instance_uid__in=uids, verified_at__isnull=False).count()

    def count_files(self) -> int:
        """Count the files that the platform keeps."""
        return sum(1 for _ in (self.data / "objects").glob("??/??/*.dcm"))


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return scenes.make_territory()


@pytest.fixture
def site(territory: Territory, tmp_path: Path) -> Iterator[Site]:
    act = scenes.validated(territory).act
    token = issue_service_token(label="edge", role=Role.EDGE, structure_id=territory.site.pk)
    data, folder = tmp_path / "data", tmp_path / "edge"
    data.mkdir()
    folder.mkdir()
    port = find_free_port()
    with Link(to=port, shape=SHAPE) as link:
        address = f"http://127.0.0.1:{link.port}"
        edge = Edge(folder, platform_url=address, token=token, status_port=find_free_port())
        site = Site(act, edge, link, data, port)
        site.start_platform()
        with edge:
            yield site
            assert "Traceback" not in edge.log.read_text()
        site.stop_platform()
