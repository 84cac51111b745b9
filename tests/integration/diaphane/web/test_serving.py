"""Several web processes share the connections of one client; two servers never share an address unawares."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope

from tests.integration.diaphane_edge.edge import wait_until
from tests.live_server import find_free_port

CONNECTIONS = 48


async def tell_process(scope: Scope, _receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer the process that serves: the application of this test."""
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": [], "trailers": False})
    await send({"type": "http.response.body", "body": json.dumps(os.getpid()).encode(), "more_body": False})


@contextmanager
def serving(port: int, *, workers: int) -> "Iterator[subprocess.Popen[str]]":
    place = ["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers), "--lifespan", "off"]
    command = [sys.executable, "-m", "diaphane.config.serving", f"{__name__}:tell_process", *place]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def ask(connection: HTTPConnection) -> int:
    connection.request("GET", "/")
    return int(json.loads(connection.getresponse().read()))


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_each_process_takes_a_share_of_the_connections() -> None:
    port = find_free_port()
    with serving(port, workers=2):
        wait_until(lambda: is_open(port))
        seen: set[int] = set()

        def both_have_answered() -> bool:
            connections = [HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(CONNECTIONS)]
            for each in connections:
                each.connect()
            seen.update(map(ask, connections))
            for each in connections:
                each.close()
            return len(seen) == 2

        wait_until(both_have_answered)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_address_that_is_taken_is_refused(workers: int) -> None:
    port = find_free_port()
    with serving(port, workers=2):
        wait_until(lambda: is_open(port))
        with serving(port, workers=workers) as second:
            assert second.wait(30) != 0
            assert second.stderr is not None
            assert "in use" in second.stderr.read()
