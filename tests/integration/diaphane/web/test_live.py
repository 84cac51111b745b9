"""Live pages over a real uvicorn, a real database and a real HTTP client (design.md, Live pages)."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from diaphane.access.models import Grant
from diaphane.access.operations import grant_to_person
from diaphane.accounts.sheets import give_sheet, revoke_sheet
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.organisations.closing import close_account
from diaphane.organisations.employing import end_role
from diaphane.organisations.models import Membership
from tests.browsing import close_elsewhere, note_open, open_session
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.live_server import LiveServer, name_connections, serving
from tests.scenes import make_territory

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60  # seconds


@pytest.fixture(scope="module")
def server(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    with django_db_blocker.unblock(), serving(tmp_path_factory.mktemp("live")) as running:
        yield running


@pytest.fixture
def actor() -> Actor:
    return make_actor(Role.IMAGEUR, StructureFactory())


@pytest.fixture
def session(actor: Actor) -> Client:
    return open_session(actor)


def open_act(actor: Actor) -> UUID:
    """Open a new act to someone; only its id matters here."""
    act_id = uuid4()
    grant_to_person(act_id=act_id, person_id=actor.id, role=actor.role, reason="test", at=now())
    return act_id


def happen(act_id: UUID, kind: str) -> int:
    with transaction.atomic():
        return record_event(
            kind=kind, subject_type="request", subject_id=uuid4(), act_id=act_id, at=now()
        ).sequence


def cookie_of(session: Client) -> dict[str, str]:
    return {"cookie": f"{settings.SESSION_COOKIE_NAME}={session.cookies[settings.SESSION_COOKIE_NAME].value}"}


class Heard:
    """Read a stream one event at a time."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()

    def next(self) -> dict[str, str]:
        """Wait for the next event; an empty one is the end of the stream."""
        event: dict[str, str] = {}
        for line in self._lines:
            if line == "" and "event" in event:
                return event
            name, _, value = line.partition(": ")
            if name in {"id", "event", "data"}:
                event[name] = value
        return event

    def until(self, kind: str) -> list[dict[str, str]]:
        """Read up to an event: one that was on its way when the stream opened may be told twice."""
        heard = [self.next()]
        while heard[-1]["data"] != kind:
            heard.append(self.next())
        return heard


@contextmanager
def follow(server: LiveServer, session: Client, query: str = "", **headers: str) -> Iterator[Heard]:
    """Open a stream; it is registered once its headers are here."""
    all_headers = cookie_of(session) | {name.replace("_", "-"): value for name, value in headers.items()}
    with httpx.stream("GET", f"{server.url}/live{query}", headers=all_headers, timeout=PATIENCE) as response:
        assert response.status_code == 200, response.status_code
        yield Heard(response)


def status(server: LiveServer, session: Client | None, query: str = "", **headers: str) -> int:
    all_headers = (cookie_of(session) if session else {}) | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    with httpx.stream("GET", f"{server.url}/live{query}", headers=all_headers, timeout=PATIENCE) as response:
        return response.status_code


def concern(structure_id: UUID | None, kind: str) -> int:
    assert structure_id is not None
    with transaction.atomic():
        return record_event(
            kind=kind, subject_type="structure", subject_id=structure_id, act_id=None, at=now()
        ).sequence


def test_what_concerns_a_structure_is_heard_by_who_works_there_and_by_nobody_else(
    server: LiveServer, actor: Actor, session: Client
) -> None:
    act_id = open_act(actor)
    with follow(server, session) as heard, follow(server, session, f"?act={act_id}") as of_an_act:
        concern(StructureFactory().pk, "gateway.elsewhere")
        mine = concern(actor.structure_id, "gateway.here")
        happen(act_id, "images.received")
        assert heard.next() == {"id": str(mine), "event": "change", "data": "gateway.here"}
        assert of_an_act.next()["data"] == "images.received"


def test_what_concerned_a_structure_meanwhile_is_told_on_return(
    server: LiveServer, actor: Actor, session: Client
) -> None:
    before = happen(open_act(actor), "images.received")
    concern(StructureFactory().pk, "gateway.elsewhere")
    concern(actor.structure_id, "gateway.here")
    with follow(server, session, last_event_id=str(before)) as heard:
        assert heard.next()["data"] == "gateway.here"


def test_a_visitor_is_refused(server: LiveServer) -> None:
    assert status(server, None) == 401
    assert status(server, None, cookie=f"{settings.SESSION_COOKIE_NAME}=nothing") == 401


def test_another_origin_is_refused(server: LiveServer, session: Client) -> None:
    assert status(server, session, origin="https://elsewhere.example") == 403
    assert status(server, session, sec_fetch_site="cross-site") == 403


def test_a_foreign_host_name_is_refused(server: LiveServer, session: Client) -> None:
    assert status(server, session, host="elsewhere.example") == 400


def test_only_get_is_open(server: LiveServer, session: Client) -> None:
    assert httpx.post(f"{server.url}/live", headers=cookie_of(session), timeout=PATIENCE).status_code == 405


def test_an_act_of_another_site_is_not_found(server: LiveServer, session: Client) -> None:
    stranger = make_actor(Role.IMAGEUR, StructureFactory())
    assert status(server, session, f"?act={open_act(stranger)}") == 404
    assert status(server, session, "?act=nothing") == 404


def test_a_professional_without_a_second_factor_is_refused(server: LiveServer, actor: Actor) -> None:
    session = open_session(actor)
    connection.cursor().execute("DELETE FROM mfa_authenticator")
    assert status(server, session) == 403


def test_a_change_arrives_once_it_is_committed(server: LiveServer, actor: Actor, session: Client) -> None:
    act_id = open_act(actor)
    with follow(server, session, f"?act={act_id}", origin=server.url) as heard:
        with transaction.atomic():
            happen(act_id, "request.rolled_back")
            transaction.set_rollback(True)
        sequence = happen(act_id, "request.submit")
        assert heard.next() == {"id": str(sequence), "event": "change", "data": "request.submit"}


def test_an_event_of_another_site_is_not_heard(server: LiveServer, actor: Actor, session: Client) -> None:
    mine = open_act(actor)
    foreign = open_act(make_actor(Role.IMAGEUR, StructureFactory()))
    with follow(server, session) as heard:
        happen(foreign, "request.foreign")
        happen(mine, "request.mine")
        assert heard.next()["data"] == "request.mine"


def test_a_page_of_one_act_does_not_hear_the_others(
    server: LiveServer, actor: Actor, session: Client
) -> None:
    mine, other = open_act(actor), open_act(actor)
    with follow(server, session, f"?act={mine}") as heard:
        happen(other, "request.other")
        happen(mine, "request.mine")
        assert heard.next()["data"] == "request.mine"


def test_a_right_that_was_withdrawn_counts_at_once(server: LiveServer, actor: Actor, session: Client) -> None:
    withdrawn, kept = open_act(actor), open_act(actor)
    with follow(server, session) as heard:
        happen(withdrawn, "request.before")
        assert heard.next()["data"] == "request.before"
        Grant.objects.filter(act_id=withdrawn).update(ended_at=now())
        happen(withdrawn, "request.after")
        happen(kept, "request.kept")
        assert heard.next()["data"] == "request.kept"


def test_a_right_that_was_given_counts_at_once(server: LiveServer, actor: Actor, session: Client) -> None:
    with follow(server, session) as heard:
        happen(open_act(actor), "request.new")
        assert heard.next()["data"] == "request.new"


def test_logging_out_closes_the_stream(server: LiveServer, session: Client) -> None:
    with follow(server, session) as heard:
        session.logout()
        assert heard.next() == {}


def test_a_session_closed_from_another_device_hears_nothing_more_at_once(
    server: LiveServer, actor: Actor, session: Client
) -> None:
    with follow(server, session) as heard:
        close_elsewhere(session, actor)
        assert heard.next() == {}


def end_role_of(actor: Actor) -> None:
    by, role = (
        make_actor(Role.PLATFORM_ADMINISTRATOR, StructureFactory()),
        Membership.objects.get(user_id=actor.id),
    )
    end_role(membership_id=role.pk, last_day=None, by=by, at=now())


def close_account_of(actor: Actor) -> None:
    by = make_actor(Role.PLATFORM_ADMINISTRATOR, StructureFactory())
    close_account(user_id=actor.id, by=by, at=now())


@pytest.mark.parametrize("end", [end_role_of, close_account_of])
def test_a_role_or_an_account_that_ends_cuts_the_stream_at_once(
    server: LiveServer, actor: Actor, session: Client, end: Callable[[Actor], None]
) -> None:
    note_open(session, actor)
    with follow(server, session) as heard:
        end(actor)
        assert heard.next() == {}
    assert httpx.get(f"{server.url}/live", headers=cookie_of(session)).status_code == 401


def test_an_access_that_ends_cuts_what_its_patient_follows_at_once(server: LiveServer) -> None:
    territory = make_territory()
    patient = make_patient_actor(territory.patient)
    session = open_session(patient)
    note_open(session, patient)
    given = {"name": "Odette", "email": "odette@patients.example", "document": "passport"}
    give_sheet(patient_id=territory.patient.pk, **given, by=territory.technologist, at=now())
    with follow(server, session) as heard:
        revoke_sheet(patient_id=territory.patient.pk, by=territory.technologist, at=now())
        assert heard.next() == {}


def test_the_logout_of_someone_else_closes_nothing(server: LiveServer, actor: Actor, session: Client) -> None:
    act_id = open_act(actor)
    with follow(server, session) as heard:
        open_session(make_actor(Role.IMAGEUR, StructureFactory())).logout()
        happen(act_id, "request.still")
        assert heard.next()["data"] == "request.still"


def test_a_session_that_ended_by_itself_hears_nothing_more(
    server: LiveServer, actor: Actor, session: Client
) -> None:
    act_id = open_act(actor)
    with follow(server, session) as heard:
        connection.cursor().execute("DELETE FROM django_session")
        happen(act_id, "request.late")
        assert heard.next() == {}


def test_a_closed_account_hears_nothing_more(server: LiveServer, actor: Actor, session: Client) -> None:
    act_id = open_act(actor)
    with follow(server, session) as heard:
        connection.cursor().execute("UPDATE accounts_user SET is_active = false WHERE id = %s", [actor.id])
        happen(act_id, "request.late")
        assert heard.next() == {}


def test_what_was_missed_is_told_after_a_cut(server: LiveServer, actor: Actor, session: Client) -> None:
    act_id, foreign = open_act(actor), open_act(make_actor(Role.IMAGEUR, StructureFactory()))
    first = happen(act_id, "request.one")
    happen(foreign, "request.foreign")
    happen(act_id, "request.two")
    happen(act_id, "request.three")
    with follow(server, session, last_event_id=str(first)) as heard:
        kinds = [each["data"] for each in heard.until("request.three")]
        assert "request.two" in kinds
        assert "request.foreign" not in kinds


def test_what_happened_since_the_page_was_drawn_is_told(
    server: LiveServer, actor: Actor, session: Client
) -> None:
    act_id = open_act(actor)
    drawn = happen(act_id, "request.drawn")
    happen(act_id, "request.since")
    with follow(server, session, f"?act={act_id}&after={drawn}") as heard:
        assert heard.until("request.since")


def test_too_much_missed_is_told_as_one_change(server: LiveServer, actor: Actor, session: Client) -> None:
    act_id = open_act(actor)
    first = happen(act_id, "request.first")
    last = [happen(act_id, "request.more") for _ in range(40)][-1]
    with follow(server, session, last_event_id=str(first)) as heard:
        told = heard.until("many")[-1]
        assert told["event"] == "change"
        # The listener may still be catching up: it says « many » from where it stands, then the rest.
        while int(told["id"]) < last:
            told = heard.next()
        assert told["id"] == str(last)
        happen(act_id, "request.next")
        assert heard.until("request.next")


def test_a_position_that_cannot_be_read_is_told_as_one_change(server: LiveServer, session: Client) -> None:
    with follow(server, session, last_event_id="x" * 10) as heard:
        assert heard.next() == {"event": "change", "data": "many"}


def test_the_listener_comes_back_and_says_that_it_was_away(
    server: LiveServer, actor: Actor, session: Client
) -> None:
    act_id = open_act(actor)
    with follow(server, session) as heard:
        connection.cursor().execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'diaphane live' AND datname = current_database()"
        )
        assert heard.next() == {"event": "change", "data": "many"}
        happen(act_id, "request.after")
        assert heard.next()["data"] == "request.after"


def count_connections(server: LiveServer) -> int:
    """Count the connections of a server beside the one by which it listens, which has a name of its own."""
    name = name_connections(int(server.url.rpartition(":")[2]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name])
        return int(cursor.fetchone()[0])


def test_a_hundred_idle_pages_hold_no_connection_but_the_listeners_and_no_thread(
    server: LiveServer, actor: Actor, session: Client
) -> None:
    act_id = open_act(actor)

    async def hear_one(response: httpx.Response) -> str:
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                return line
        return ""

    async def play() -> tuple[int, int, list[str]]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(limits=limits, timeout=PATIENCE, headers=cookie_of(session)) as client:
            requests = [client.build_request("GET", f"{server.url}/live") for _ in range(100)]
            answers = await asyncio.gather(*(client.send(each, stream=True) for each in requests))
            assert {each.status_code for each in answers} == {200}
            held = await asyncio.to_thread(count_and_close)
            threads = len(list(Path(f"/proc/{server.process.pid}/task").iterdir()))
            await asyncio.to_thread(happen_and_close)
            heard = await asyncio.gather(*(hear_one(each) for each in answers))
            await asyncio.gather(*(each.aclose() for each in answers))
            return held, threads, heard

    def count_and_close() -> int:
        try:
            # That of a request is closed just after its answer has begun.
            end = time.monotonic() + PATIENCE
            while (held := count_connections(server)) and time.monotonic() < end:
                time.sleep(0.05)
            return held
        finally:
            connection.close()

    def happen_and_close() -> None:
        try:
            happen(act_id, "request.all")
        finally:
            connection.close()

    connection.close()
    held, threads, heard = asyncio.run(play())
    assert held == 0
    assert threads < 12
    assert heard == ["data: request.all"] * 100


def test_a_server_with_fifty_open_pages_stops_by_itself(
    django_db_blocker: DjangoDbBlocker, actor: Actor, session: Client, tmp_path: Path
) -> None:
    with serving(tmp_path) as server, ExitStack() as open_pages:
        heard = [open_pages.enter_context(follow(server, session)) for _ in range(50)]
        said = server.stop()
        assert [each.next() for each in heard] == [{}] * 50
    assert "Finished server process" in said
    assert "graceful shutdown exceeded" not in said
