"""How bytes pass a shaped link: one bandwidth for all connections, delay, and TCP's window for each."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

CHUNK_BYTES = 8 << 10
QUEUE_SECONDS = 0.025
INITIAL_WINDOW_BYTES = 14_600
"""Ten segments (RFC 6928)."""
LARGEST_WINDOW_BYTES = 1 << 20
IDLE_SECONDS = 0.25
"""About the least retransmission timeout of Linux, after which the window starts small again."""


@dataclass(frozen=True)
class Shape:
    """What a link carries each way, and its round trip. No megabits a second mean no limit."""

    megabits: float = 0.0
    milliseconds: float = 0.0

    @property
    def round_trip(self) -> float:
        """The round trip in seconds."""
        return self.milliseconds / 1000

    def seconds_for(self, size: int) -> float:
        """Return how long the link is busy with so many bytes."""
        return size * 8 / (self.megabits * 1e6) if self.megabits else 0.0


class Way:
    """One direction of a link: each chunk waits for those before it, whichever connection they are of."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._turn = asyncio.Lock()
        self._free_at = 0.0
        self.carried = 0

    async def enter(self, size: int) -> float:
        """Wait for room in the short queue; return the instant at which the last byte reaches the far end.

        Instants follow from one another, so that a late wake-up costs no bandwidth while the queue lasts.
        """
        async with self._turn:
            await asyncio.sleep(self._free_at - QUEUE_SECONDS - time.monotonic())
            self._free_at = max(time.monotonic(), self._free_at) + self._shape.seconds_for(size)
            return self._free_at + self._shape.round_trip / 2


class Window:
    """How much one connection may have on its way unacknowledged: little at first, then ever more.

    Slow start, taken up again after an idle moment (RFC 5681 §3.1 and §4.1).
    """

    def __init__(self) -> None:
        self._size = INITIAL_WINDOW_BYTES
        self._under_way = 0
        self._used_at = time.monotonic()
        self._changed = asyncio.Event()

    async def room(self) -> int:
        """Wait until something may leave, and return how much."""
        while self._under_way >= self._size:
            self._changed.clear()
            await self._changed.wait()
        return self._size - self._under_way

    def leave(self, size: int) -> None:
        """Note what leaves."""
        if not self._under_way and time.monotonic() - self._used_at > IDLE_SECONDS:
            self._size = INITIAL_WINDOW_BYTES
        self._under_way += size
        self._used_at = time.monotonic()

    def acknowledge(self, size: int) -> None:
        """Note what the sender learns to have arrived."""
        self._under_way -= size
        self._size = min(LARGEST_WINDOW_BYTES, self._size + size)
        self._used_at = time.monotonic()
        self._changed.set()


class Stream:
    """One direction of one connection: its bytes in order, each chunk delivered when its way says."""

    def __init__(
        self, *, way: Way, shape: Shape, passing: asyncio.Event, carried: Callable[[], None]
    ) -> None:
        self._way, self._shape = way, shape
        self._passing, self._carried = passing, carried
        self._window = Window()
        self._arrivals: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry everything from one side to the other, its end included. Raises OSError when one breaks."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._take(reader))
            both.create_task(self._deliver(writer))

    async def _take(self, reader: asyncio.StreamReader) -> None:
        chunk = b"-"
        while chunk:
            chunk = await reader.read(min(CHUNK_BYTES, await self._window.room()))
            await self._passing.wait()
            self._window.leave(len(chunk))
            self._arrivals.put_nowait((await self._way.enter(len(chunk)), chunk))

    async def _deliver(self, writer: asyncio.StreamWriter) -> None:
        while True:
            arrives_at, chunk = await self._arrivals.get()
            await asyncio.sleep(arrives_at - time.monotonic())
            await self._passing.wait()
            if not chunk:
                writer.write_eof()
                return
            writer.write(chunk)
            await writer.drain()
            self._way.carried += len(chunk)
            self._carried()
            asyncio.get_running_loop().call_later(
                self._shape.round_trip / 2, self._window.acknowledge, len(chunk)
            )
