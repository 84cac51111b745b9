"""A whole platform to measure: database, pages and jobs, with the fictitious territory."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from pydicom.dataset import Dataset

from diaphane_edge.enrolling import enrol
from diaphane_launcher import frontend, postgres
from diaphane_launcher.demo_files import ensure_secret_key, read_seed
from diaphane_launcher.demo_settings import DemoSettings

from .peers import free_port, running

STOP_SECONDS = 5.0


@dataclass(frozen=True)
class Platform:
    """A running platform: where it listens, its database, the token of its site's gateway, its settings."""

    port: int
    database_url: str
    edge_token: str
    environment: Mapping[str, str]

    def list_worklist(self) -> list[Dataset]:
        """Return what the site's modalities are to make."""
        headers = {"Authorization": f"Bearer {self.edge_token}"}
        address = f"http://127.0.0.1:{self.port}/edge/v1/worklist"
        answer = httpx.get(address, headers=headers, timeout=STOP_SECONDS * 10)
        return [Dataset.from_json(item) for item in answer.json()["items"]]

    def gateway_settings(self, port: int) -> dict[str, object]:
        """Return what a gateway needs to reach this platform by a port that leads to it."""
        return {"platform_url": f"http://127.0.0.1:{port}", "token": self.edge_token}


@contextmanager
def platform(folder: Path) -> Iterator[Platform]:
    """Run a platform on an empty database that syncs each commit, as in production."""
    settings = DemoSettings(folder, port=free_port(), dicom_port=0, own_images=None)
    for each in (folder, folder.parent):
        each.chmod(0o711)  # the database's account must pass
    with ExitStack() as stack:
        url = stack.enter_context(_database(folder))
        environment = settings.environment(url, frontend.ensure(), ensure_secret_key(folder))
        for command in (settings.migrate_command(), settings.territory_command()):
            subprocess.run(command, env=environment, check=True, capture_output=True)
        web = settings.web_command()
        stack.enter_context(running(web, settings.port, folder, environment=environment, name="web"))
        worker = settings.worker_command()
        stack.enter_context(running(worker, None, folder, environment=environment, name="worker"))
        code = read_seed(settings.seed_path).edge_code
        token = enrol(url=settings.address, code=code).token
        yield Platform(settings.port, url, token, environment)


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    cluster = postgres.open_cluster(folder / "postgresql", durable=True)
    process = postgres.start(cluster, folder / "postgresql.log")
    try:
        yield cluster.url
    finally:
        postgres.stop(process, seconds=STOP_SECONDS)
