"""A poor link on the loopback: a proxy that shapes bandwidth and delay, and that can be cut.

``with Link(to=8000, shape=Shape(megabits=20, milliseconds=40)) as link:`` leads from ``link.port`` to port
8000; ``python -m bench.link --to 8000 --megabits 20 --milliseconds 40`` does the same until Ctrl-C.

What it models, each way: one bandwidth shared by every connection, in turns; a short queue in front of it;
half the round trip of delay; a round trip before a new connection carries anything; TCP's slow start. What
it does not: lost and reordered packets.
"""

import argparse
import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from .passage import CHUNK_BYTES, Shape, Stream, Way

HOST = "127.0.0.1"
KERNEL_BUFFER_BYTES = 32 << 10
PATIENCE = 10.0
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Link:
    """A link to a port of this machine. Its own port stays the same through cuts."""

    def __init__(self, *, to: int, shape: Shape = Shape(), port: int = 0) -> None:  # noqa: B008 (frozen)
        self.shape = shape
        self.connections = 0
        self._to = to
        self._listener = _listen(port)
        self.port = int(self._listener.getsockname()[1])
        self._is_cut = False
        self._cut_at: int | None = None
        self._carrying: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="link", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(PATIENCE):
            raise TimeoutError("the link did not open")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()
        self._listener.close()

    @property
    def carried_up(self) -> int:
        """How many bytes the server was given."""
        return self._up.carried

    @property
    def carried_down(self) -> int:
        """How many bytes the clients were given."""
        return self._down.carried

    @property
    def is_cut(self) -> bool:
        """Tell whether connections are broken, by ``cut`` or by ``cut_after``."""
        return self._is_cut

    def cut(self) -> None:
        """Break every connection, and every new one, as when a machine on the way goes away."""
        self._do(self._cut)

    def cut_after(self, size: int) -> None:
        """Cut once the server has been given so many more bytes: in the middle of a body, for instance."""
        self._do(lambda: setattr(self, "_cut_at", self._up.carried + size))

    def hold(self) -> None:
        """Let nothing pass and tell nobody, as when a radio link fades."""
        self._do(self._passing.clear)

    def restore(self) -> None:
        """Let everything pass again."""
        self._do(self._restore)

    def _cut(self) -> None:
        self._is_cut, self._cut_at = True, None
        for task in self._carrying:
            task.cancel()

    def _restore(self) -> None:
        self._is_cut, self._cut_at = False, None
        self._passing.set()

    def _carried(self) -> None:
        if self._cut_at is not None and self._up.carried >= self._cut_at:
            self._cut()

    def _do(self, act: Callable[[], object]) -> None:
        async def run() -> None:
            act()

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(PATIENCE)

    async def _serve(self) -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        self._up, self._down = Way(self.shape), Way(self.shape)
        self._passing = asyncio.Event()
        self._passing.set()
        accepting = asyncio.create_task(self._accept())
        self._ready.set()
        await self._closing.wait()
        accepting.cancel()
        self._cut()
        await asyncio.gather(accepting, *self._carrying, return_exceptions=True)

    async def _accept(self) -> None:
        while True:
            client, _address = await self._loop.sock_accept(self._listener)
            if self._is_cut:
                _break(client)
                continue
            self.connections += 1
            task = asyncio.create_task(self._connect(client))
            self._carrying.add(task)
            task.add_done_callback(self._carrying.discard)

    async def _connect(self, client: socket.socket) -> None:
        """Carry one connection to its end; what breaks one side, or the link, breaks the other side too."""
        server = socket.socket()
        server.setblocking(False)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL_BUFFER_BYTES)
        try:
            await self._loop.sock_connect(server, (HOST, self._to))
            await asyncio.sleep(self.shape.round_trip)
            await self._carry(client, server)
        except* OSError:
            _break(client, server)
        except* asyncio.CancelledError:
            _break(client, server)

    async def _carry(self, client: socket.socket, server: socket.socket) -> None:
        from_client, to_client = await asyncio.open_connection(sock=client, limit=CHUNK_BYTES)
        from_server, to_server = await asyncio.open_connection(sock=server, limit=CHUNK_BYTES)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._stream(self._up).carry(from_client, to_server))
                both.create_task(self._stream(self._down).carry(from_server, to_client))
        except BaseException:
            _reset_on_close(client, server)
            raise
        finally:
            to_client.close()
            to_server.close()

    def _stream(self, way: Way) -> Stream:
        return Stream(way=way, shape=self.shape, passing=self._passing, carried=self._carried)


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL_BUFFER_BYTES)
    listener.bind((HOST, port))
    listener.listen(128)
    listener.setblocking(False)
    return listener


def _reset_on_close(*ends: socket.socket) -> None:
    for end in ends:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)


def _break(*ends: socket.socket) -> None:
    """Close so that the peer sees a broken connection, not an end."""
    for end in ends:
        if end.fileno() >= 0:
            _reset_on_close(end)
            end.close()


def main() -> None:
    """Run a link until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="bench.link", description=__doc__)
    parser.add_argument("--to", type=int, required=True, help="the port that it leads to")
    parser.add_argument("--port", type=int, default=0, help="its own port (any)")
    parser.add_argument("--megabits", type=float, default=20.0, help="a second, each way")
    parser.add_argument("--milliseconds", type=float, default=40.0, help="round trip")
    options = parser.parse_args()
    shape = Shape(megabits=options.megabits, milliseconds=options.milliseconds)
    with Link(to=options.to, port=options.port, shape=shape) as link, suppress(KeyboardInterrupt):
        print(f"{HOST}:{link.port} leads to {HOST}:{options.to}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
