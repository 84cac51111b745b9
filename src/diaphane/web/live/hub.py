"""What a process holds for all its streams: one listener, one dispatcher, one pulse."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import structlog
from django.db import Error as DatabaseError

from diaphane.events.listening import Listener

from .logout import LOGOUT_CHANNEL
from .rights import list_ended, share_out
from .streams import Change, Stream, Viewpoint

EVENT_CHANNEL = "diaphane_events"
PING_SECONDS = 15.0
MOST_STREAMS = 100
"""Pages that one login follows at once in this process."""
_PACE_SECONDS = 0.1
_LISTEN_PATIENCE = 5.0
_LOG = structlog.get_logger(__name__)
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Hub:
    """Share events out to streams. Two threads at most ask the database, and only while they ask."""

    def __init__(self, *, ping_seconds: float = PING_SECONDS) -> None:
        self._streams: set[Stream] = set()
        self._sequences: list[int] = []
        self._has_news = asyncio.Event()
        self._ping_seconds = ping_seconds
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="live")
        self._tasks: list[asyncio.Task[None]] = []
        self._listener = Listener(
            {EVENT_CHANNEL: self._hear, LOGOUT_CHANNEL: self._log_out}, on_return=self._tell_all
        )
        self.is_closing = False

    async def ready(self) -> bool:
        """Start what is not running yet; say whether news can come."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._dispatch()), asyncio.create_task(self._pulse())]
            for task in self._tasks:
                task.add_done_callback(self._note_death)
        return not self.is_closing and await self._listener.ready(within=_LISTEN_PATIENCE)

    async def ask(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run one question to the database in a thread of ours."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: function(*args, **kwargs)
        )

    def add(self, stream: Stream) -> None:
        """Let a stream hear."""
        self._streams.add(stream)

    def is_full_for(self, viewpoint: Viewpoint) -> bool:
        """Say whether a login follows as many pages as it may."""
        mine = [each for each in self._streams if each.viewpoint.login == viewpoint.login]
        return len(mine) >= MOST_STREAMS

    def remove(self, stream: Stream) -> None:
        """Forget a stream."""
        self._streams.discard(stream)

    def end_streams(self) -> None:
        """Close every stream at once: the server stops."""
        self.is_closing = True
        for stream in self._streams:
            stream.close()

    async def close(self) -> None:
        """Stop everything."""
        self.end_streams()
        await self._listener.stop()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _hear(self, payload: str) -> None:
        self._sequences.append(int(payload))
        self._has_news.set()

    def _log_out(self, login: str) -> None:
        self._close(each for each in self._streams if each.viewpoint.login == login)

    def _tell_all(self) -> None:
        for stream in self._streams:
            stream.tell(Change("many"))

    def _close(self, streams: Iterable[Stream]) -> None:
        for stream in list(streams):
            self.remove(stream)
            stream.close()

    def _note_death(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            _LOG.error("live_task_died", exc_info=task.exception())
            self.end_streams()

    async def _dispatch(self) -> None:
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            sequences, self._sequences = self._sequences, []
            try:
                await self._share(sequences)
            except DatabaseError as error:
                # Nothing is told of what happened, only that something may have.
                _LOG.warning("live_share_failed", error=type(error).__name__)
                self._tell_all()
            await asyncio.sleep(_PACE_SECONDS)

    async def _share(self, sequences: list[int]) -> None:
        if not self._streams:
            return
        shares = await self.ask(share_out, sequences, {each.viewpoint for each in self._streams})
        for stream in list(self._streams):
            if stream.viewpoint not in shares:
                continue
            changes = shares[stream.viewpoint]
            if changes is None:
                self._close([stream])
                continue
            for change in changes:
                stream.tell(change)

    async def _pulse(self) -> None:
        while True:
            await asyncio.sleep(self._ping_seconds)
            if not self._streams:
                continue
            try:
                ended = await self.ask(list_ended, {each.viewpoint.session_key for each in self._streams})
            except DatabaseError as error:
                _LOG.warning("live_pulse_failed", error=type(error).__name__)
                continue
            self._close(each for each in self._streams if each.viewpoint.session_key in ended)
            for stream in self._streams:
                stream.ping()
