"""A small real HTTP platform: parses STOW-RS multipart, checks what it got, answers as the contract says."""

import json
import socket
import threading
from base64 import b64encode
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

from pydicom import dcmread

from diaphane_dicom.sameness import is_same_object

TOKEN = "edge-token"
DUPLICATE_INSTANCE = 0x0111
SOP_CLASS = "1.2.840.10008.5.1.4.1.1.2"
CODE = "7K3QX-00000-AAAAA-BBBBB"


class Receiver:
    """What the platform holds and how it behaves. Its port stays its own through cuts of the link."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.deliveries: Counter[str] = Counter()
        self.statuses: list[dict] = []
        self.tokens = {TOKEN}
        self.renew_in_seconds = 3600
        self.lost_credentials = 0
        self.searches: list[dict] = []
        self.candidates: list[dict] = []
        self.wanted_priors: set[str] | None = None
        self.outcomes: list[dict] = []
        self.steps: list[tuple[str, dict]] = []
        self.worklist: list[dict] = []
        self.worklist_version = 1
        self.not_modified = 0
        self.refusals: dict[str, int] = {}
        self.http_status: int | None = None
        self.answers_gate = threading.Event()
        self.answers_gate.set()
        self.problems: list[str] = []
        self.connections: set[socket.socket] = set()
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.connect()

    @property
    def url(self) -> str:
        """The address to configure."""
        return f"http://127.0.0.1:{self.port}"

    def behave(self) -> None:
        """Be a platform in order again."""
        self.refusals.clear()
        self.http_status = None
        self.answers_gate.set()
        if self._server is None:
            self.connect()

    def connect(self) -> None:
        """Let the gateway in."""
        handler = type("Handler", (_Handler,), {"receiver": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def cut(self) -> None:
        """Cut the link: nothing listens any more, and open connections break."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def take(self, content: bytes) -> tuple[str, int | None]:
        """Keep one Part 10 file, or say why not."""
        dataset = dcmread(BytesIO(content), stop_before_pixels=True)
        uid = str(dataset.SOPInstanceUID)
        self.deliveries[uid] += 1
        if uid in self.refusals:
            return uid, self.refusals[uid]
        held = self.objects.setdefault(uid, content)
        if held != content and not is_same_object(held, content):
            return uid, DUPLICATE_INSTANCE
        return uid, None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def setup(self) -> None:
        super().setup()
        self.receiver.connections.add(self.connection)

    def finish(self) -> None:
        self.receiver.connections.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def do_GET(self) -> None:
        etag = f'"{self.receiver.worklist_version}"'
        if not self._is_allowed():
            return
        if self.path == "/edge/v1/priors":
            self._answer(200, json.dumps({"searches": self.receiver.searches}).encode())
            return
        if self.path.startswith("/dicomweb/instances?"):
            self._search(parse_qs(urlsplit(self.path).query)["SOPInstanceUID"][0].split(","))
            return
        if self.path != "/edge/v1/worklist":
            return
        if self.headers.get("If-None-Match") == etag:
            self.receiver.not_modified += 1
            self._answer(304, b"")
            return
        self._answer(200, json.dumps({"items": self.receiver.worklist}).encode(), ETag=etag)

    def _search(self, uids: list[str]) -> None:
        """Answer which of some objects are held, with their classes (PS3.18 §10.6)."""
        found = [
            {"00080016": {"vr": "UI", "Value": [SOP_CLASS]}, "00080018": {"vr": "UI", "Value": [uid]}}
            for uid in uids
            if uid in self.receiver.objects
        ]
        self._answer(200 if found else 204, json.dumps(found).encode() if found else b"")

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._is_allowed():
            return
        if self.path.endswith("/candidates"):
            self.receiver.candidates = json.loads(body)["studies"]
            uids = [each["study_instance_uid"] for each in self.receiver.candidates]
            wanted = self.receiver.wanted_priors
            chosen = [uid for uid in uids if wanted is None or uid in wanted]
            self._answer(200, json.dumps({"fetch": chosen}).encode())
        elif self.path.endswith("/outcome"):
            self.receiver.outcomes.append(json.loads(body))
            self.receiver.searches = [
                each for each in self.receiver.searches if json.loads(body)["state"] == "failed"
            ]
            self._answer(204, b"")
        elif self.path.startswith("/edge/v1/steps/"):
            self.receiver.steps.append((self.path.rpartition("/")[2], json.loads(body)))
            self._answer(204, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/edge/v1/enrol":
            self._enrol(json.loads(body)["code"])
            return
        if not self._is_allowed():
            return
        if self.path == "/edge/v1/credentials":
            self._give_credential()
        elif self.path == "/edge/v1/status":
            self.receiver.statuses.append(json.loads(body))
            self._answer(204, b"")
        elif self.path == "/dicomweb/studies":
            self._store(body)

    def _enrol(self, code: str) -> None:
        if code == CODE:
            self._give_credential()
        else:
            self._answer(403, json.dumps({"error": "Ce code a déjà servi."}).encode())

    def _give_credential(self) -> None:
        """Give a token of its own to each that asks; lose some answers on the way."""
        token = f"token-{len(self.receiver.tokens)}"
        self.receiver.tokens.add(token)
        if self.receiver.lost_credentials:
            self.receiver.lost_credentials -= 1
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        at = datetime.now(UTC)
        renew_at = at + timedelta(seconds=self.receiver.renew_in_seconds)
        given = {
            "token": token,
            "expires_at": (at + timedelta(days=1)).isoformat(),
            "renew_at": renew_at.isoformat(),
        }
        self._answer(201, json.dumps(given).encode())

    def _is_allowed(self) -> bool:
        if self.receiver.http_status:
            self._answer(self.receiver.http_status, b"")
            return False
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.receiver.tokens:
            self._answer(401, b"")
            return False
        return True

    def _store(self, body: bytes) -> None:
        content_type = Message()
        content_type["Content-Type"] = self.headers["Content-Type"]
        if (
            content_type.get_content_type() != "multipart/related"
            or content_type.get_param("type") != "application/dicom"
        ):
            self._answer(415, b"")
            return
        delimiter = b"--" + str(content_type.get_param("boundary")).encode()
        parts = body.split(delimiter + b"\r\n")[1:]
        stored, failed = [], []
        for part in parts:
            head, _, content = part.partition(b"\r\n\r\n")
            headers = message_from_bytes(head + b"\r\n\r\n")
            assert headers.get_content_type() == "application/dicom"
            content = content.removesuffix(b"\r\n" + delimiter + b"--\r\n").removesuffix(b"\r\n")
            digest = b64encode(sha256(content).digest()).decode()
            assert headers["Content-Digest"] == f"sha-256=:{digest}:"
            uid, reason = self.receiver.take(content)
            item = {"00081155": {"vr": "UI", "Value": [uid]}}
            if reason is None:
                stored.append(item)
            else:
                failed.append(item | {"00081197": {"vr": "US", "Value": [reason]}})
        self.receiver.answers_gate.wait(60)
        model = {}
        if stored:
            model["00081199"] = {"vr": "SQ", "Value": stored}
        if failed:
            model["00081198"] = {"vr": "SQ", "Value": failed}
        status = 200 if not failed else 202 if stored else 409
        self._answer(status, json.dumps(model).encode(), **{"Content-Type": "application/dicom+json"})

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass
