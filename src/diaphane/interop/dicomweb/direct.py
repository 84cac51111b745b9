"""The short way to DICOMweb: the same views, with only the middlewares that an interface needs.

A viewer asks for hundreds of frames in a row: pages' middlewares, and asking each time who calls, cost more
than the frames. Only a reading by a token, or by a session that is recognised, takes this way; anything else
takes the ordinary one, and is refused or sent to log in there (docs/adr/0005-reading-images.md).
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from io import BytesIO
from threading import local
from time import monotonic
from typing import cast

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.db import DatabaseError, connections
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.module_loading import import_string

from diaphane.events.listening import Listener
from diaphane.interop.callers import recognise
from diaphane.interop.memory import CHANNEL, Memory

from .answers import ROOT

_THREADS = 8
_IDLE_SECONDS = 5.0
"""After so long without a question, a thread's connection is checked before it serves again."""


class DirectHandler(BaseHandler):
    """Django's own handling of a request, behind ``DIRECT_MIDDLEWARE``."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Put the few middlewares around the view."""
        nothing: list[Callable[..., HttpResponseBase]] = []
        self._view_middleware = self._template_response_middleware = self._exception_middleware = nothing
        handler = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for path in reversed(settings.DIRECT_MIDDLEWARE):
            handler = convert_exception_to_response(import_string(path)(handler))
        self._middleware_chain = handler


class DirectWay:
    """Answer readings of DICOMweb whose caller is recognised; hand everything else over."""

    def __init__(self, application: ASGI3Application) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="dicomweb")
        self._used_at = local()
        self._listener = Listener(
            {CHANNEL: lambda _payload: Memory.forget_everything()},
            on_return=Memory.forget_everything,
            on_hearing=lambda is_heard: Memory.listen(is_listening=is_heard),
        )

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Route one connection."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(f"{ROOT}/"):
            await self._listener.ready(within=0)
            loop = asyncio.get_running_loop()
            response = await loop.run_in_executor(self._threads, self._respond, scope)
            if response is not None:
                await _send(response, receive, send)
                return
        await self._application(scope, receive, send)

    @cached_property
    def _handler(self) -> DirectHandler:
        handler = DirectHandler()
        handler.load_middleware()
        return handler

    def _respond(self, scope: HTTPScope) -> HttpResponseBase | None:
        """Answer a request in a thread, whose connection to the database stays open for the next ones."""
        if monotonic() - getattr(self._used_at, "instant", 0.0) > _IDLE_SECONDS:
            connections.close_all()
        try:
            request = ASGIRequest(scope, BytesIO())
            caller = recognise(request)
        except (UnicodeDecodeError, DatabaseError):
            return None
        finally:
            self._used_at.instant = monotonic()
        if caller is None and "Authorization" not in request.headers:
            return None
        request.caller = caller  # type: ignore[attr-defined]
        request.urlconf = "diaphane.interop.dicomweb.direct_urls"  # type: ignore[attr-defined]
        return self._handler.get_response(request)


async def _send(response: HttpResponseBase, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.items()]
    await send(
        {"type": "http.response.start", "status": response.status_code, "headers": headers, "trailers": False}
    )
    if not isinstance(response, StreamingHttpResponse):
        body = cast(HttpResponse, response).content
        await send({"type": "http.response.body", "body": body, "more_body": False})
        return
    sending = asyncio.create_task(_send_parts(response, send))
    gone = asyncio.create_task(_wait_until_gone(receive))
    try:
        await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, gone):
            task.cancel()
    if sending.done() and not sending.cancelled():
        sending.result()


async def _send_parts(response: StreamingHttpResponse, send: ASGISendCallable) -> None:
    async for piece in response:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _wait_until_gone(receive: ASGIReceiveCallable) -> None:
    """Wait until the client closes: what it no longer wants is not read."""
    while (await receive())["type"] != "http.disconnect":
        pass
