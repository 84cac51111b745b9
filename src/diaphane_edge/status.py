"""Say how the gateway is: to the platform, to a local page, to a person at a terminal."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .journal import WAITING, Journal, State, StudyCount

REMEMBERED_SECONDS = 24 * 3600
LOCAL_ADDRESS = "127.0.0.1"


@dataclass(frozen=True)
class Queue:
    """Objects waiting and objects set aside, and how long the oldest has waited."""

    waiting: int
    set_aside: int
    oldest_seconds: int


@dataclass(frozen=True)
class Status:
    """The state of a gateway: its queue, the studies of the last day, what went wrong last."""

    at: str
    ae_title: str
    queue: Queue
    studies: list[StudyCount]
    last_error: str | None

    def as_json(self) -> dict[str, object]:
        """Return the state as the platform is told it."""
        return asdict(self)

    def is_news_since(self, other: "Status | None") -> bool:
        """Tell whether something changed, apart from the time that passes."""
        if other is None or self.last_error != other.last_error or self.studies != other.studies:
            return True
        mine, theirs = self.queue, other.queue
        return (mine.waiting, mine.set_aside) != (theirs.waiting, theirs.set_aside)

    def as_text(self) -> str:
        """Return the state in lines for a person."""
        return (
            f"{self.ae_title}, {self.at}\n"
            f"waiting: {self.queue.waiting}, the oldest for {self.queue.oldest_seconds} s\n"
            f"set aside: {self.queue.set_aside}\n"
            f"last error: {self.last_error or 'none'}"
        )


def get_status(*, ae_title: str, journal: Journal, last_error: str | None) -> Status:
    """Count what waits, what needs a person, and the studies of the last day."""
    counts = journal.count()
    oldest = journal.oldest_waiting_at()
    queue = Queue(
        waiting=sum(counts[state] for state in WAITING),
        set_aside=counts[State.SET_ASIDE],
        oldest_seconds=max(0, int(time.time() - oldest)) if oldest else 0,
    )
    studies = journal.count_studies(since=time.time() - REMEMBERED_SECONDS)
    return Status(datetime.now(UTC).isoformat(timespec="seconds"), ae_title, queue, studies, last_error)


def serve_status(port: int, current: Callable[[], Status]) -> ThreadingHTTPServer:
    """Serve the state as JSON on this machine alone. Raises OSError when the port is taken."""

    class Handler(BaseHTTPRequestHandler):
        """Answer every path with the state."""

        def do_GET(self) -> None:
            """Answer a GET."""
            body = json.dumps(current().as_json()).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a look at the state is no event."""

    server = ThreadingHTTPServer((LOCAL_ADDRESS, port), Handler)
    threading.Thread(target=server.serve_forever, name="status", daemon=True).start()
    return server
