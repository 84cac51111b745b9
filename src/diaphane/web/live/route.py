"""The raw ASGI route ``/live``: authenticate once, then hold neither connection nor thread."""

import asyncio
import signal
import threading
from collections.abc import Callable
from functools import partial
from http.cookies import CookieError, SimpleCookie
from types import FrameType
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    HTTPScope,
    Scope,
)
from django.conf import settings
from django.db import Error as DatabaseError
from django.http.request import split_domain_port, validate_host

from .hub import Hub
from .rights import authenticate, list_missed
from .streams import RETRY, Stream

PATH = "/live"
_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class LiveRoute:
    """Answer ``/live`` (and the server's lifespan); hand everything else to Django."""

    def __init__(self, application: ASGI3Application, *, make_hub: Callable[[], Hub] = Hub) -> None:
        self._application = application
        self._make_hub = make_hub
        self._hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Route one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and scope["path"] == PATH:
            await self._answer(scope, receive, send)
        else:
            await self._application(scope, receive, send)

    @property
    def hub(self) -> Hub:
        """Return the process's hub, made in its event loop at first use."""
        if self._hub is None:
            self._hub = self._make_hub()
        return self._hub

    async def _live(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Follow the server's life: streams end at the signal, before it waits for them."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                _end_on_signal(self.hub)
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.hub.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        try:
            status, stream = await self._open(scope)
        except DatabaseError:
            status, stream = 503, None
        if stream is None:
            await _refuse(status, send)
            return
        watch = asyncio.create_task(_close_when_gone(stream, receive))
        try:
            await _pour(stream, send)
        finally:
            self.hub.remove(stream)
            watch.cancel()

    async def _open(self, scope: HTTPScope) -> tuple[int, Stream | None]:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        asked = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode()).items()}
        status = _check_request(scope["method"], headers)
        session_key = _session_key(headers)
        if status or not session_key:
            return status or 401, None
        try:
            act_id = UUID(asked["act"]) if "act" in asked else None
        except ValueError:
            return 404, None
        if not await self.hub.ready():
            return 503, None
        found = await self.hub.ask(authenticate, session_key, act_id)
        if isinstance(found, int):
            return found, None
        if self.hub.is_full_for(found):
            return 429, None
        stream = Stream(found)
        self.hub.add(stream)
        try:
            missed = await self.hub.ask(
                list_missed, found, headers.get("last-event-id", ""), asked.get("after", "")
            )
        except BaseException:
            self.hub.remove(stream)
            raise
        for change in missed:
            stream.tell(change)
        return 200, stream


def _check_request(method: str, headers: dict[str, str]) -> int:
    """Return the status that refuses the request, or 0: GET only, from our own pages only."""
    if method != "GET":
        return 405
    host = headers.get("host", "")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return 400
    origin = headers.get("origin", "")
    is_foreign = bool(origin) and urlsplit(origin).netloc != host and origin != settings.BASE_URL
    is_foreign = is_foreign or headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    return 403 if is_foreign else 0


def _session_key(headers: dict[str, str]) -> str:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    found = cookies.get(settings.SESSION_COOKIE_NAME)
    return found.value if found else ""


async def _refuse(status: int, send: ASGISendCallable) -> None:
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    if status == 429:
        headers.append((b"retry-after", b"60"))
    await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _pour(stream: Stream, send: ASGISendCallable) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS, "trailers": False})
    await send({"type": "http.response.body", "body": RETRY, "more_body": True})
    while (frames := await stream.take()) is not None:
        await send({"type": "http.response.body", "body": frames, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _close_when_gone(stream: Stream, receive: ASGIReceiveCallable) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.close()


def _end_on_signal(hub: Hub) -> None:
    """Close the streams when the server is told to stop: it waits for open answers, which never end."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        previous = signal.getsignal(number)
        if callable(previous):
            signal.signal(number, partial(_stop, loop, hub, previous))


def _stop(
    loop: asyncio.AbstractEventLoop,
    hub: Hub,
    previous: Callable[[int, FrameType | None], object],
    number: int,
    frame: FrameType | None,
) -> None:
    loop.call_soon_threadsafe(hub.end_streams)
    previous(number, frame)
