"""Send an answer piece by piece, each read in a thread when the server is asynchronous."""

import asyncio
from collections.abc import AsyncIterator

from django.http import StreamingHttpResponse


class ThreadedStream(StreamingHttpResponse):
    """An answer that is never whole in memory: Django would gather a plain iterator before sending it."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Send each piece as soon as a thread has read it."""
        pieces = iter(self)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece
