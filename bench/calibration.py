"""Measure a link itself, so that a figure taken through it can be believed."""

import socket
import threading
import time
from contextlib import suppress

from .link import HOST, Link
from .passage import Shape

PIECE = b"\0" * (64 << 10)
PROBE = b"?"
PINGS = 5


def calibrate(shape: Shape, *, seconds: float = 2.0) -> str:
    """Send for about so many seconds each way through a link of this shape, and say what it gave."""
    size = int(shape.megabits * 1e6 / 8 * seconds) if shape.megabits else 64 << 20
    with _echo_server() as server, Link(to=server.getsockname()[1], shape=shape) as link:
        setting_up, round_trip, rate = _measure(link.port, size)
    return (
        f"link asked {shape.megabits:g} Mbit/s, {shape.milliseconds:g} ms; measured {rate:.1f} Mbit/s there"
        f" and back, round trip {round_trip * 1000:.0f} ms, first answer on a new connection"
        f" {setting_up * 1000:.0f} ms"
    )


def _measure(port: int, size: int) -> tuple[float, float, float]:
    """Return the seconds of a first answer, those of a round trip, and the Mbit/s of a long transfer."""
    start = time.perf_counter()
    with socket.create_connection((HOST, port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _ask(client)
        setting_up = time.perf_counter() - start
        round_trip = min(_ask(client) for _ in range(PINGS))
        threading.Thread(target=_fill, args=(client, size), daemon=True).start()
        _receive(client, size // 4)  # slow start is over
        start = time.perf_counter()
        _receive(client, size - size // 4)
        rate = (size - size // 4) * 8 / (time.perf_counter() - start) / 1e6
    return setting_up, round_trip, rate


def _ask(client: socket.socket) -> float:
    start = time.perf_counter()
    client.sendall(PROBE)
    _receive(client, len(PROBE))
    return time.perf_counter() - start


def _fill(client: socket.socket, size: int) -> None:
    for sent in range(0, size, len(PIECE)):
        client.sendall(PIECE[: size - sent])


def _receive(client: socket.socket, size: int) -> None:
    while size > 0:
        piece = client.recv(min(size, len(PIECE)))
        if not piece:
            raise ConnectionError("the link ended too early")
        size -= len(piece)


def _echo_server() -> socket.socket:
    """Return a listening socket whose first caller gets back what it sends."""
    server = socket.create_server((HOST, 0))

    def echo() -> None:
        with suppress(OSError):
            connection, _address = server.accept()
            with connection:
                while piece := connection.recv(len(PIECE)):
                    connection.sendall(piece)

    threading.Thread(target=echo, daemon=True).start()
    return server


if __name__ == "__main__":
    print(calibrate(Shape(megabits=20, milliseconds=40)))
