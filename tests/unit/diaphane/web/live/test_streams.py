"""One browser's queue is bounded, and says so when it had to drop something."""

import asyncio

from diaphane.web.live.streams import PING, QUEUE_LIMIT, Change, Stream, Viewpoint


def make_stream() -> Stream:
    return Stream(Viewpoint("key", "login"))


def test_a_change_is_encoded_with_its_sequence() -> None:
    assert Change("request.submit", 7).encode() == b"id: 7\nevent: change\ndata: request.submit\n\n"


def test_a_change_without_a_sequence_names_no_position() -> None:
    assert Change("many").encode() == b"event: change\ndata: many\n\n"


def test_what_is_queued_is_taken_in_one_piece_and_in_order() -> None:
    async def play() -> bytes | None:
        stream = make_stream()
        stream.tell(Change("a", 1))
        stream.tell(Change("b", 2))
        return await stream.take()

    assert asyncio.run(play()) == Change("a", 1).encode() + Change("b", 2).encode()


def test_a_browser_that_is_too_slow_gets_one_change_instead_of_all() -> None:
    async def play() -> bytes | None:
        stream = make_stream()
        for number in range(QUEUE_LIMIT + 1):
            stream.tell(Change("request.saved", number))
        return await stream.take()

    assert asyncio.run(play()) == Change("many", QUEUE_LIMIT).encode()


def test_a_ping_is_sent_only_when_nothing_else_is() -> None:
    async def play() -> tuple[bytes | None, bytes | None]:
        stream = make_stream()
        stream.ping()
        quiet = await stream.take()
        stream.tell(Change("a", 1))
        stream.ping()
        return quiet, await stream.take()

    assert asyncio.run(play()) == (PING, Change("a", 1).encode())


def test_a_closed_stream_gives_what_it_has_then_ends() -> None:
    async def play() -> tuple[bytes | None, bytes | None]:
        stream = make_stream()
        stream.tell(Change("a", 1))
        stream.close()
        return await stream.take(), await stream.take()

    assert asyncio.run(play()) == (Change("a", 1).encode(), None)
