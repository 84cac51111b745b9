"""Serve the state on this machine alone: a page, JSON, lines of text, figures for Prometheus."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST

from .metrics import write_metrics
from .status import Status
from .status_page import draw_page
from .status_text import write_status
from .words import spell_now

LOCAL_ADDRESS = "127.0.0.1"
LOCAL_NAMES = frozenset({LOCAL_ADDRESS, "localhost"})
STYLE = Path(__file__).with_name("status_page.css")
SCRIPT = STYLE.with_suffix(".js")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Views:
    """What is served, from the state at each moment."""

    current: Callable[[], Status]
    site: str

    def answer(self, path: str) -> tuple[str, bytes] | None:
        """Return the content type and the content of an address, or None where there is nothing."""
        views: dict[str, tuple[str, Callable[[], str | bytes]]] = {
            "/": ("text/html; charset=utf-8", self._draw),
            "/page.css": ("text/css; charset=utf-8", STYLE.read_bytes),
            "/page.js": ("text/javascript; charset=utf-8", SCRIPT.read_bytes),
            "/status.json": ("application/json", lambda: json.dumps(self.current().as_json())),
            "/status.txt": ("text/plain; charset=utf-8", lambda: write_status(self.current())),
            "/metrics": (CONTENT_TYPE_LATEST, lambda: write_metrics(self.current)),
        }
        if path not in views:
            return None
        content_type, make = views[path]
        content = make()
        return content_type, content.encode() if isinstance(content, str) else content

    def _draw(self) -> str:
        return draw_page(self.current(), site=self.site, drawn_at=spell_now())


def serve_status(port: int, views: Views) -> ThreadingHTTPServer:
    """Serve on this machine alone. Raises OSError when the port is taken."""

    class Handler(BaseHTTPRequestHandler):
        """Answer a few addresses, under a local name only: a page from elsewhere must not reach them."""

        def do_GET(self) -> None:
            """Answer a GET."""
            name = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
            found = views.answer(self.path) if name in LOCAL_NAMES else None
            status, (content_type, body) = (200, found) if found else (404, ("text/plain", b""))
            self.send_response(status)
            for header, value in {**HEADERS, "Content-Type": content_type}.items():
                self.send_header(header, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a look at the state is no event."""

    server = ThreadingHTTPServer((LOCAL_ADDRESS, port), Handler)
    threading.Thread(target=server.serve_forever, name="status", daemon=True).start()
    return server
