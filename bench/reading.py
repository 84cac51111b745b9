"""A reader of DICOMweb that costs little: one kept-alive connection, answers read into one buffer."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .platform import Platform

JSON = "application/dicom+json"
STORED = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
LARGEST_ANSWER = 64 << 20


@dataclass(frozen=True)
class Server:
    """One server of DICOMweb: where its addresses begin, and how its reader is known."""

    name: str
    port: int
    root: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def connect(self) -> "Reader":
        """Open a connection."""
        return Reader(self)


class Reader:
    """One connection to a server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        self._buffer = bytearray(LARGEST_ANSWER)

    def time(self, path: str, accept: str = JSON, **headers: str) -> tuple[float, int]:
        """Return the seconds until the last byte of an answer, and its length."""
        start = time.perf_counter()
        length = self._read(path, accept, headers)
        return time.perf_counter() - start, length

    def find(self, path: str) -> list[dict[str, Any]]:
        """Return an answer in the DICOM JSON model."""
        found: list[dict[str, Any]] = json.loads(self._buffer[: self._read(path, JSON, {})])
        return found

    def renew(self) -> None:
        """Open a new connection: a server ends one on which nothing is asked for a second or more."""
        self._connection.close()
        self._connection.connect()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _read(self, path: str, accept: str, headers: Mapping[str, str]) -> int:
        sent = {**self._server.headers, "Accept": accept, "Accept-Encoding": "identity", **headers}
        self._connection.request("GET", self._server.root + path, headers=sent)
        answer = self._connection.getresponse()
        view, length = memoryview(self._buffer), 0
        while size := answer.readinto(view[length:]):
            length += size
        if answer.status != 200:
            raise RuntimeError(f"{self._server.name} answered {answer.status} to {path}")
        return length


def values_of(found: Sequence[dict[str, Any]], tag: str) -> list[str]:
    """Return the first value of an attribute of each answer."""
    return [each[tag]["Value"][0] for each in found]


def log_in(platform: Platform, *, studies: int, name: str, who: str) -> Server:
    """Fill a platform with the fictitious archive, and return it as one of its people reads it."""
    command = [sys.executable, "-m", "bench.filling", str(studies)]
    printed = subprocess.run(command, env=dict(platform.environment), check=True, capture_output=True).stdout
    return Server(name, platform.port, "/dicomweb", {"Cookie": json.loads(printed)[who]})
