"""The process's one LISTEN connection: it comes back by itself, and says when it had been away."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import psycopg
import structlog
from django.db import connections
from psycopg import sql

_LOG = structlog.get_logger(__name__)
_FIRST_WAIT, _LONGEST_WAIT = 0.25, 10.0


class Listener:
    """Listen to channels and hand over each payload; after a cut, call ``on_return``.

    ``on_hearing`` is told each time that the channels begin or cease to be heard.
    """

    def __init__(
        self,
        handlers: dict[str, Callable[[str], None]],
        *,
        on_return: Callable[[], None],
        on_hearing: Callable[[bool], None] = lambda is_heard: None,
    ) -> None:
        self._handlers = handlers
        self._on_return = on_return
        self._on_hearing = on_hearing
        self._is_listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def ready(self, *, within: float) -> bool:
        """Start listening if needed; say whether the connection stands."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep_listening())
        if within and not self._is_listening.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_listening.wait(), within)
        return self._is_listening.is_set()

    async def stop(self) -> None:
        """Close the connection."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _keep_listening(self) -> None:
        wait, was_cut = _FIRST_WAIT, False
        while True:
            try:
                async with await _connect() as connection:
                    await self._subscribe(connection)
                    if was_cut:
                        self._on_return()
                    wait = _FIRST_WAIT
                    async for notice in connection.notifies():
                        self._handlers[notice.channel](notice.payload)
            except psycopg.Error as error:
                _LOG.warning("live_listen_cut", error=type(error).__name__, wait_seconds=wait)
            finally:
                self._is_listening.clear()
                self._on_hearing(False)
            was_cut = True
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _subscribe(self, connection: psycopg.AsyncConnection[object]) -> None:
        for channel in self._handlers:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        self._is_listening.set()
        self._on_hearing(True)


async def _connect() -> psycopg.AsyncConnection[object]:
    parameters = connections["default"].get_connection_params()
    for name in ("cursor_factory", "context", "application_name"):
        parameters.pop(name, None)
    return await psycopg.AsyncConnection.connect(
        **parameters, autocommit=True, application_name="diaphane live", keepalives_idle=15
    )
