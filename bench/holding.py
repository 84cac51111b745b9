"""One series held on both sides as its modality sends it, and on ours also as the gateway does (HTJ2K)."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from pydicom import dcmread

from diaphane_dicom.htj2k import transcode_to_htj2k

from .archive import load_files, orthanc_web
from .exams import make_exam
from .platform import Platform, platform
from .reading import Server, log_in, values_of

WHO = "technologist@saint_aubin"
_BOUNDARY = "bench"
_AT_ONCE = 20


@dataclass(frozen=True)
class Held:
    """A series on a server, and the addresses of its instances."""

    server: Server
    encoding: str
    series: str
    instances: list[str]


@contextmanager
def holding(files: Sequence[Path], folder: Path) -> Iterator[list[Held]]:
    """Run both servers with the series; Orthanc's comes first.

    Ours has a web process for each core, as Orthanc has threads, and is read by a person with a session.
    """
    (folder / "ours").mkdir()
    (folder / "storage").mkdir()
    exam = make_exam(files, folder / "sent")
    sent = list(exam.files.values())
    encoded = make_exam(files, folder / "encoded")
    for path in encoded.files.values():
        path.write_bytes(transcode_to_htj2k(path.read_bytes()).content)
    held = platform(folder / "ours", processes=os.cpu_count() or 1)
    with orthanc_web(folder, folder / "storage") as theirs, held as running:
        load_files(theirs, sent)
        for each in (sent, list(encoded.files.values())):
            _store(running, each)
        running.wait_for_documents(2)
        ours = log_in(running, studies=0, name="ours", who=WHO)
        yield [
            _find(theirs, "native", sent[0]),
            _find(ours, "native", sent[0]),
            _find(ours, "HTJ2K", next(iter(encoded.files.values()))),
        ]


def _store(running: Platform, files: Sequence[Path]) -> None:
    """Send files by STOW-RS, as the gateway does."""
    content_type = f'multipart/related; type="application/dicom"; boundary={_BOUNDARY}'
    headers = {"Authorization": f"Bearer {running.edge_token}", "Content-Type": content_type}
    with httpx.Client(base_url=f"http://127.0.0.1:{running.port}", headers=headers, timeout=120) as client:
        for first in range(0, len(files), _AT_ONCE):
            parts = (
                f"--{_BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode()
                + path.read_bytes()
                + b"\r\n"
                for path in files[first : first + _AT_ONCE]
            )
            body = b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()
            client.post("/dicomweb/studies", content=body).raise_for_status()


def _find(server: Server, encoding: str, one: Path) -> Held:
    header = dcmread(one, stop_before_pixels=True)
    series = f"/studies/{header.StudyInstanceUID}/series/{header.SeriesInstanceUID}"
    reader = server.connect()
    uids = values_of(reader.find(f"{series}/metadata"), "00080018")
    reader.close()
    return Held(server, encoding, series, [f"{series}/instances/{uid}" for uid in uids])
