"""Listen to the hospital's systems: known addresses only, one answer for each message (R39, R40)."""

import asyncio
import hashlib
import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog
from django.db import connections

from diaphane.admissions.models import Peer
from diaphane.admissions.peers import list_peers_at, note_stranger
from diaphane.admissions.receiving import Answer, receive_message, refuse_frame
from diaphane.kernel.clock import now
from diaphane_exchange.hl7v2.refusals import Reason

from .frames import (
    LARGEST,
    BrokenFrameError,
    CutFrameError,
    TooLargeFrameError,
    read_frame,
    write_frame,
)

log = structlog.get_logger()
MOST_PER_ADDRESS = 8
IDLE, WHOLE = 600.0, 30.0
"""Seconds for which a connection may stay silent, and a frame that has begun may last."""
_T = TypeVar("_T")
_REASONS = {TooLargeFrameError: Reason.TOO_LARGE, CutFrameError: Reason.TRUNCATED}


class Listener:
    """One listening address; each connection is heard in order, and several at once."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, largest: int = LARGEST) -> None:
        self._tls, self._largest = tls, largest
        self._open: Counter[str] = Counter()

    async def start(self, host: str, port: int) -> asyncio.Server:
        """Start to listen. Raises OSError."""
        return await asyncio.start_server(self._hear, host, port, limit=self._largest, ssl=self._tls)

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = str(writer.get_extra_info("peername")[0])
        if self._open[address] >= MOST_PER_ADDRESS:
            writer.close()
            return
        self._open[address] += 1
        try:
            await self._converse(reader, writer, address)
        except (ConnectionError, ssl.SSLError):
            log.info("hl7.connection_lost", address=address)
        finally:
            self._open[address] -= 1
            writer.close()

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str
    ) -> None:
        """Answer each frame; who is known is asked again for each, for an administrator may shut them out."""
        certificate = _fingerprint(writer)
        while True:
            peers = await _in_thread(lambda: list_peers_at(address, certificate=certificate))
            if not peers:
                await _in_thread(lambda: note_stranger(address, at=now()))
                return
            try:
                content = await read_frame(reader, idle=IDLE, whole=WHOLE)
            except BrokenFrameError as broken:
                reason = _REASONS.get(type(broken), Reason.UNREADABLE)
                log.info("hl7.broken_frame", address=address, reason=reason.value)
                await _answer(writer, refuse_frame(reason, at=now()))
                return
            if content is None:
                return
            await _answer(writer, await _in_thread(_taker(content, address, certificate)))


def _taker(content: bytes, address: str, certificate: str) -> Callable[[], Answer]:
    def take() -> Answer:
        peers: Sequence[Peer] = list_peers_at(address, certificate=certificate)
        return receive_message(content, peers=peers, at=now())

    return take


async def _answer(writer: asyncio.StreamWriter, answer: Answer) -> None:
    log.info("hl7.answered", verdict=answer.verdict.value, message=str(answer.message_id or ""))
    writer.write(write_frame(answer.content))
    await writer.drain()


async def _in_thread(work: Callable[[], _T]) -> _T:
    """Do what reads or writes the database away from the loop, and keep no connection after it."""

    def play() -> _T:
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.to_thread(play)


def _fingerprint(writer: asyncio.StreamWriter) -> str:
    """Return the SHA-256 of the certificate that the other side has proven; an empty text without one."""
    secured = writer.get_extra_info("ssl_object")
    held = secured.getpeercert(binary_form=True) if secured else None
    return hashlib.sha256(held).hexdigest() if held else ""
