"""Debian's Orthanc as a DICOMweb server, with the archive that its index must search."""

import json
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from .peers import PeerMissingError, find_program, free_port, running
from .reading import Server
from .series import VAR
from .studies import make_object, make_study

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
_SENDERS = 3


@contextmanager
def orthanc_web(folder: Path, storage: Path) -> Iterator[Server]:
    """Run Orthanc and its DICOMweb plugin as they are configured by default, on a storage folder.

    Raises:
        PeerMissingError: the plugin is not installed.
    """
    if not PLUGIN.exists():
        raise PeerMissingError("Orthanc's plugin is missing (Debian: apt-get install orthanc-dicomweb)")
    port = free_port()
    configuration = folder / "orthanc-web.json"
    content = {
        "DicomServerEnabled": False,
        "HttpPort": port,
        "StorageDirectory": str(storage),
        "IndexDirectory": str(storage),
        "Plugins": [str(PLUGIN)],
    }
    configuration.write_text(json.dumps(content))
    with running([find_program("Orthanc"), str(configuration)], port, folder, name="orthanc-web"):
        yield Server("orthanc", port, "/dicom-web")


def load_files(server: Server, files: Sequence[Path]) -> None:
    """Give files to Orthanc by its REST interface."""
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
        for path in files:
            client.post("/instances", content=path.read_bytes()).raise_for_status()


def prepare_archive(folder: Path, count: int) -> Path:
    """Return the storage of an Orthanc that holds the fictitious archive, loaded once, kept in ``var/``."""
    storage = VAR / "bench" / f"orthanc-{count}"
    if not storage.exists():
        print(f"Loading {count} studies into Orthanc, once (kept in {storage}) …", flush=True)
        partial = storage.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        with orthanc_web(folder, partial) as server, ThreadPoolExecutor(_SENDERS) as senders:
            parts = (range(first, count, _SENDERS) for first in range(_SENDERS))
            list(senders.map(lambda numbers: _load(server, numbers, count), parts))
        partial.rename(storage)
    return storage


def _load(server: Server, numbers: range, count: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
        for number in numbers:
            content = make_object(make_study(number, count))
            client.post("/instances", content=content).raise_for_status()
