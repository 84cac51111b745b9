"""An exam to look at: a platform that holds it in HTJ2K, and the session of an imageur who may see it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from diaphane_dicom.htj2k import transcode_to_htj2k

from .exams import make_exam
from .platform import Platform, platform

READER = "ines-marchal"
BOUNDARY = "limite"
SENT_TOGETHER = 20
FIND_ACT = "SELECT id FROM acts_act WHERE accession_number = %s"
COOKIE = "diaphane_session"


@dataclass(frozen=True)
class HeldExam:
    """An exam on a running platform: its act, its images and their compressed size, and who looks."""

    port: int
    act_id: str
    study_uid: str
    count: int
    size: int
    session: str


@contextmanager
def holding(slices: Sequence[Path], folder: Path) -> Iterator[HeldExam]:
    """Run a platform that holds the slices as its site's gateway would have sent them."""
    with platform(folder) as held:
        step = next(iter(held.list_worklist()))
        exam = make_exam(slices, folder / "exam", step=step)
        encoded = [transcode_to_htj2k(path.read_bytes()).content for path in exam.files.values()]
        for start in range(0, len(encoded), SENT_TOGETHER):
            _store(held, encoded[start : start + SENT_TOGETHER])
        held.wait_for_documents(1)
        with psycopg.connect(held.database_url) as database:
            row = database.execute(FIND_ACT, [str(step.AccessionNumber)]).fetchone()
        if row is None:
            raise LookupError("the exam is not on the platform")
        size = sum(map(len, encoded))
        session = _log_in(held.port)
        yield HeldExam(held.port, str(row[0]), str(step.StudyInstanceUID), len(encoded), size, session)


def _store(held: Platform, contents: Sequence[bytes]) -> None:
    head = f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode()
    body = b"".join(head + each + b"\r\n" for each in contents) + f"--{BOUNDARY}--\r\n".encode()
    kind = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'
    headers = {"Authorization": f"Bearer {held.edge_token}", "Content-Type": kind}
    address = f"http://127.0.0.1:{held.port}/dicomweb/studies"
    httpx.post(address, content=body, headers=headers, timeout=60).raise_for_status()


def _log_in(port: int) -> str:
    """Sit in the imageur's chair by the demo's one-click login, and return the session."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        client.get("/visite/").raise_for_status()
        form = {"csrfmiddlewaretoken": client.cookies["diaphane_csrf"], "next": "/"}
        client.post(f"/visite/connexion/{READER}/", data=form, follow_redirects=True).raise_for_status()
        return client.cookies[COOKIE]
