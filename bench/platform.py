"""A whole platform to measure: database, pages and jobs, with the fictitious territory."""

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
from pydicom.dataset import Dataset

from diaphane_edge.enrolling import enrol
from diaphane_launcher import frontend, postgres
from diaphane_launcher.demo_files import ensure_secret_key, read_seed
from diaphane_launcher.demo_settings import DemoSettings

from .peers import free_port, running

STOP_SECONDS = 5.0
LOOK_SECONDS = 0.2


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

    def wait_for_documents(self, count: int) -> None:
        """Wait until the documents of so many series are written, as they are soon after the images came."""
        with psycopg.connect(self.database_url, autocommit=True) as database:
            while database.execute("SELECT count(*) FROM imaging_seriesdocument").fetchone() != (count,):
                time.sleep(LOOK_SECONDS)


@contextmanager
def platform(folder: Path, *, processes: int = 1) -> Iterator[Platform]:
    """Run a platform with so many web processes, on an empty database that syncs each commit."""
    settings = DemoSettings(folder, port=free_port(), dicom_port=0, own_images=None)
    for each in (folder, folder.parent):
        each.chmod(each.stat().st_mode | 0o111)  # the database's account must pass
    with ExitStack() as stack:
        url = stack.enter_context(_database(folder))
        environment = settings.environment(url, frontend.ensure(), ensure_secret_key(folder))
        for command in (settings.migrate_command(), settings.territory_command()):
            subprocess.run(command, env=environment, check=True, capture_output=True)
        environment["WEB_CONCURRENCY"] = str(processes)
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
