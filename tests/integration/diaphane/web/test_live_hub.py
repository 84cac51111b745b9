"""The hub's pulse and its answer to a database that fails, in this process."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError

from diaphane.kernel.actors import Role
from diaphane.web.live import hub as hub_module
from diaphane.web.live.hub import Hub
from diaphane.web.live.rights import login_of, releasing
from diaphane.web.live.streams import PING, Change, Stream, Viewpoint
from tests.browsing import open_session
from tests.factories import StructureFactory, make_actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def viewpoint() -> Viewpoint:
    session = open_session(make_actor(Role.IMAGEUR, StructureFactory()))
    key = session.cookies[settings.SESSION_COOKIE_NAME].value
    return Viewpoint(key, login_of(key))


def with_hub(viewpoint: Viewpoint, play: Callable[[Hub, Stream], Awaitable[None]]) -> None:
    async def run() -> None:
        hub, stream = Hub(ping_seconds=0.05), Stream(viewpoint)
        try:
            assert await hub.ready()
            hub.add(stream)
            await play(hub, stream)
        finally:
            await hub.close()

    asyncio.run(run())


def test_the_pulse_closes_a_session_that_has_ended(viewpoint: Viewpoint) -> None:
    async def play(hub: Hub, stream: Stream) -> None:
        assert await stream.take() == PING
        await hub.ask(releasing(Session.objects.all().delete))
        while await stream.take() is not None:
            pass

    with_hub(viewpoint, play)


def test_when_the_database_cannot_say_who_hears_a_change_without_details_is_told(
    viewpoint: Viewpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(hub_module, "share_out", fail)

    async def play(hub: Hub, stream: Stream) -> None:
        hub._hear("1")
        taken = await stream.take()
        while taken == PING:
            taken = await stream.take()
        assert taken == Change("many").encode()

    with_hub(viewpoint, play)


def test_a_dispatcher_that_dies_closes_the_streams_and_refuses_new_ones(
    viewpoint: Viewpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(hub_module, "share_out", fail)

    async def play(hub: Hub, stream: Stream) -> None:
        hub._hear("1")
        while await stream.take() is not None:
            pass
        assert not await hub.ready()

    with_hub(viewpoint, play)


def test_one_login_follows_so_many_pages_and_shuts_out_no_other(
    viewpoint: Viewpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "MOST_STREAMS", 2)

    async def play(hub: Hub, stream: Stream) -> None:
        assert not hub.is_full_for(viewpoint)
        hub.add(Stream(viewpoint))
        assert hub.is_full_for(viewpoint)
        assert not hub.is_full_for(Viewpoint("another", "another"))
        hub.remove(stream)
        assert not hub.is_full_for(viewpoint)

    with_hub(viewpoint, play)
