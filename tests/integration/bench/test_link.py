"""The link of the bench: every byte, in order, by every connection, whatever its shape; and its cuts."""

import random
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from bench.calibration import calibrate
from bench.link import Link
from bench.passage import Shape

SHAPES = [Shape(), Shape(megabits=200), Shape(milliseconds=10), Shape(megabits=100, milliseconds=10)]


class Echo:
    """A server that sends back what it gets, and counts it."""

    def __init__(self) -> None:
        self.received = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Leave the port: the thread that waits there is woken first, or the port stays open."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._echo, args=(connection,), daemon=True).start()

    def _echo(self, connection: socket.socket) -> None:
        with connection:
            try:
                while piece := connection.recv(30_000):
                    self.received += len(piece)
                    connection.sendall(piece)
            except OSError:
                return


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.close()


def exchange(port: int, content: bytes) -> bytes:
    """Send everything, end, and return everything that comes back until the other end."""
    answer = bytearray()
    with (
        socket.create_connection(("127.0.0.1", port), timeout=30) as client,
        ThreadPoolExecutor(1) as sender,
    ):
        sending = sender.submit(send_all, client, content)
        while piece := client.recv(10_000):
            answer += piece
        sending.result()
    return bytes(answer)


def send_all(client: socket.socket, content: bytes) -> None:
    client.sendall(content)
    client.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_byte_passes_once_and_in_order_through_several_connections(echo: Echo, shape: Shape) -> None:
    contents = [random.Random(seed).randbytes(50_000 * (seed + 1)) for seed in range(4)]
    with Link(to=echo.port, shape=shape) as link:
        with ThreadPoolExecutor(len(contents)) as clients:
            answers = list(clients.map(lambda content: exchange(link.port, content), contents))
        assert answers == contents
        assert link.connections == len(contents)
        assert link.carried_up == link.carried_down == sum(map(len, contents)) == echo.received


def test_an_empty_exchange_ends(echo: Echo) -> None:
    with Link(to=echo.port) as link:
        assert exchange(link.port, b"") == b""
        assert (link.carried_up, link.carried_down) == (0, 0)


def test_a_cut_breaks_what_is_open_and_what_comes_until_it_is_restored(echo: Echo) -> None:
    with Link(to=echo.port) as link:
        with socket.create_connection(("127.0.0.1", link.port), timeout=30) as client:
            client.sendall(b"before")
            assert client.recv(6) == b"before"
            link.cut()
            with pytest.raises(ConnectionError):
                client.recv(1)
        with pytest.raises(ConnectionError):
            exchange(link.port, b"while cut")
        assert link.is_cut
        link.restore()
        assert exchange(link.port, b"after") == b"after"


def test_a_cut_in_the_middle_of_a_transfer_comes_after_the_bytes_that_were_asked(echo: Echo) -> None:
    content = bytes(1 << 20)
    with Link(to=echo.port) as link:
        link.cut_after(100_000)
        with pytest.raises(ConnectionError):
            exchange(link.port, content)
        assert 100_000 <= link.carried_up < len(content)
        link.restore()
        assert exchange(link.port, content) == content


def test_a_held_link_loses_nothing_of_what_it_held(echo: Echo) -> None:
    content = random.Random(1).randbytes(300_000)
    with Link(to=echo.port) as link, ThreadPoolExecutor(1) as clients:
        link.hold()
        answer = clients.submit(exchange, link.port, content)
        with pytest.raises(TimeoutError):
            answer.result(0.3)
        assert link.carried_up == 0
        link.restore()
        assert answer.result(30) == content


def test_a_server_that_is_not_there_is_a_broken_connection() -> None:
    echo = Echo()
    echo.close()
    with Link(to=echo.port) as link, pytest.raises(ConnectionError):
        exchange(link.port, b"nobody")


def test_a_link_says_what_it_gives() -> None:
    told = calibrate(Shape(megabits=100, milliseconds=10), seconds=0.2)
    assert "link asked 100 Mbit/s, 10 ms; measured " in told
