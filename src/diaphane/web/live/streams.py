"""One browser's stream: a bounded queue of server-sent events (HTML Living Standard §9.2)."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from uuid import UUID

QUEUE_LIMIT = 32
PING = b": ping\n\n"
RETRY = b"retry: 2000\n\n"


@dataclass(frozen=True)
class Viewpoint:
    """What a stream follows: everything open to a session's actor, or one act of it.

    ``login`` is the actor's opaque session key: it names the session without giving it away.
    """

    session_key: str
    login: str
    act_id: UUID | None = None


@dataclass(frozen=True)
class Change:
    """One event as a stream tells it; without a sequence, only that something changed."""

    kind: str
    sequence: int | None = None

    def encode(self) -> bytes:
        """Return the fields ``id``, ``event`` and ``data``."""
        name = "" if self.sequence is None else f"id: {self.sequence}\n"
        return f"{name}event: change\ndata: {self.kind}\n\n".encode()


@dataclass(eq=False)
class Stream:
    """Frames that wait for one browser; when it is too slow, one ``change`` replaces them all."""

    viewpoint: Viewpoint
    _frames: deque[bytes] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _is_closed: bool = False

    def tell(self, change: Change) -> None:
        """Queue one change."""
        if len(self._frames) >= QUEUE_LIMIT:
            self._frames.clear()
            change = Change("many", change.sequence)
        self._push(change.encode())

    def ping(self) -> None:
        """Queue a comment that keeps proxies from closing, unless something is on its way already."""
        if not self._frames:
            self._push(PING)

    def close(self) -> None:
        """End the stream once what is queued was taken."""
        self._is_closed = True
        self._wake.set()

    async def take(self) -> bytes | None:
        """Wait for what is queued and return it in one piece; None at the end."""
        while not self._frames:
            if self._is_closed:
                return None
            self._wake.clear()
            await self._wake.wait()
        taken = b"".join(self._frames)
        self._frames.clear()
        return taken

    def _push(self, frame: bytes) -> None:
        self._frames.append(frame)
        self._wake.set()
