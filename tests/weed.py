"""A real S3 service as a child of the tests: SeaweedFS, on the loopback, empty at first."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from .live_server import find_free_port

_PATIENCE = 60.0
_BUCKET = "objets"


@dataclass(frozen=True)
class Service:
    """A running service: its address, the bucket's, and its process."""

    endpoint: str
    process: subprocess.Popen[bytes]
    url: str = f"s3://{_BUCKET}/images"


@contextmanager
def serving_s3(folder: Path) -> Iterator[Service]:
    """Run the service until the block ends, with one bucket that anyone may write."""
    s3_port = find_free_port()
    ports = {f"-{each}.port.grpc={find_free_port()}" for each in ("master", "volume", "filer", "s3")}
    ports |= {f"-{each}.port={find_free_port()}" for each in ("master", "volume", "filer")}
    command = [str(Path(sys.executable).with_name("weed")), "server", f"-dir={folder}", "-ip=127.0.0.1"]
    command += ["-ip.bind=127.0.0.1", "-volume.max=20", "-s3", f"-s3.port={s3_port}", *ports]
    # Nothing that the tests do not use: no catalogue on a port of its own, no statistics sent anywhere.
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"]
    with (folder / "weed.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=dict(os.environ, HOME=str(folder)))
    service = Service(f"http://127.0.0.1:{s3_port}", process)
    try:
        _make_bucket(service)
        yield service
    finally:
        process.kill()
        process.wait()


def _make_bucket(service: Service) -> None:
    """Wait until the service keeps what it is given."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and service.process.poll() is None:
        try:
            httpx.put(f"{service.endpoint}/{_BUCKET}")
            store = S3Store(
                _BUCKET, endpoint=service.endpoint, skip_signature=True, client_options={"allow_http": True}
            )
            obstore.put(store, "essai", b"essai")
        except (httpx.TransportError, BaseError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the S3 service did not start")
