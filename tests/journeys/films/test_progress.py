"""The light viewer in a real Chromium: a quarter first, then exact, whatever fails on the way."""

import json
import struct
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO

import pytest
from bench.link import Link
from playwright.sync_api import Page, Route, expect
from pydicom import dcmread

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from tests.images import make_ct, make_htj2k_ct
from tests.scenes import Territory

from .conftest import Theatre

pytestmark = pytest.mark.browser
SERIES = {"SeriesInstanceUID": "1.2.77", "FrameOfReferenceUID": "1.2.99"}
HOLD_RESTS = """
const real = window.fetch;
const released = new Promise((release) => { window.release = release; });
window.fetch = async (...asked) => {
  const answer = await real(...asked);
  if (!String(asked[0]).endsWith("morceaux/")) return answer;
  const whole = new Uint8Array(await answer.arrayBuffer());
  const first = 8 + new DataView(whole.buffer).getUint32(4, true);
  return new Response(new ReadableStream({
    async start(stream) {
      stream.enqueue(whole.subarray(0, first));
      await released;
      if (first < whole.length) stream.enqueue(whole.subarray(first));
      stream.close();
    },
  }));
};
"""
Store = Callable[[bytes], None]
Session = Callable[[Actor], str]
Record = tuple[int, bytes]


def open_first_look(page: Page, act: Act) -> None:
    page.goto(f"/examens/{act.pk}/apercu/")


def wait_for(page: Page, state: str) -> None:
    expect(page.locator(".film:not([hidden])")).to_have_attribute("data-state", state)


def say(page: Page, words: str) -> None:
    expect(page.locator(".film:not([hidden]) .film-badge")).to_have_text(words, use_inner_text=True)


def read_records(content: bytes) -> list[Record]:
    records, at = [], 0
    while at < len(content):
        rank, length = struct.unpack_from("<LL", content, at)
        records.append((rank, content[at + 8 : at + 8 + length]))
        at += 8 + length
    return records


def write_records(records: list[Record]) -> bytes:
    return b"".join(struct.pack("<LL", rank, len(piece)) + piece for rank, piece in records)


def is_end(piece: bytes) -> bool:
    """Say whether a piece holds the end of its codestream."""
    return piece.endswith((b"\xff\xd9", b"\xff\xd9\0"))


def tamper(page: Page, change: Callable[[list[object], bytes], bytes]) -> list[list[list[object]]]:
    """Change pieces on their way, and keep the questions that were asked."""
    asked: list[list[list[object]]] = []

    def answer(route: Route) -> None:
        question = json.loads(route.request.post_data or "")
        asked.append(question)
        response = route.fetch()
        records = [(rank, change(question[rank], piece)) for rank, piece in read_records(response.body())]
        route.fulfill(response=response, body=write_records(records))

    page.route("**/morceaux/", answer)
    return asked


def test_each_slice_shows_at_a_quarter_then_exact_and_its_pixels_are_those_of_the_original(
    theatre: Theatre, territory: Territory, act: Act, store: Store, session_of: Session
) -> None:
    originals = [make_ct(act, number=number, size=150, **SERIES) for number in range(1, 13)]
    for number in range(1, 13):
        store(make_htj2k_ct(act, number=number, size=150, **SERIES))
    wanted = sorted(sha256(dcmread(BytesIO(each)).pixel_array.tobytes()).hexdigest() for each in originals)
    with theatre.sit(session_of(territory.imageur)) as seat:
        seat.page.add_init_script(
            'addEventListener("films:described", ({ detail }) => { window.described = detail; });'
        )
        asked: list[str] = []
        seat.page.on("request", lambda each: asked.append(each.url) if each.method == "POST" else None)
        open_first_look(seat.page, act)
        wait_for(seat.page, "exact")
        say(seat.page, "Image exacte")
        assert seat.list_states() == ["waiting", "start", "exact"]
        expect(seat.page.locator(".film")).to_have_attribute("data-all-exact", "")
        assert len(asked) == 2  # the page's own question, then that of all the others
        found = seat.page.evaluate(
            """async () => Promise.all(window.described[0].slices.map(async ({ whole }) => {
              const bits = new Uint8Array(await crypto.subtle.digest("SHA-256", whole.octets));
              return [...bits].map((each) => each.toString(16).padStart(2, "0")).join("");
            }))"""
        )
        assert sorted(found) == wanted
        assert seat.complaints == []


def test_the_badge_says_not_yet_exact_until_the_rest_has_come(
    theatre: Theatre, territory: Territory, act: Act, store: Store, session_of: Session
) -> None:
    for number in range(1, 4):
        store(make_htj2k_ct(act, number=number, size=150, **SERIES))
    with theatre.sit(session_of(territory.imageur)) as seat:
        seat.page.add_init_script(HOLD_RESTS)
        open_first_look(seat.page, act)
        wait_for(seat.page, "start")
        say(seat.page, "Pas encore exacte")
        assert not seat.page.locator(".film").get_attribute("data-all-exact")
        seat.page.evaluate("window.release()")
        wait_for(seat.page, "exact")
        say(seat.page, "Image exacte")


def test_a_beginning_that_fails_is_taken_whole(
    theatre: Theatre, territory: Territory, act: Act, store: Store, session_of: Session
) -> None:
    for number in range(1, 6):
        store(make_htj2k_ct(act, number=number, size=150, **SERIES))

    def spoil(question: list[object], piece: bytes) -> bytes:
        is_beginning = question[2] == 0 and not is_end(piece)
        return b"\0" * len(piece) if is_beginning else piece

    with theatre.sit(session_of(territory.imageur)) as seat:
        asked = tamper(seat.page, spoil)
        open_first_look(seat.page, act)
        expect(seat.page.locator(".film")).to_have_attribute("data-all-exact", "")
        assert "start" not in seat.list_states()
    from_zero = [each[0] for question in asked for each in question if each[2] == 0]
    assert sorted(from_zero) == sorted([*set(from_zero)] * 2)  # each one's beginning, then all of it
    assert len(from_zero) == 10


@pytest.mark.parametrize("is_lasting", [False, True])
def test_damage_on_the_way_is_seen_and_never_called_exact(
    theatre: Theatre, territory: Territory, act: Act, store: Store, session_of: Session, is_lasting: bool
) -> None:
    store(make_htj2k_ct(act, size=150))
    times = 0

    def spoil(question: list[object], piece: bytes) -> bytes:
        nonlocal times
        if not is_end(piece):
            return piece
        times += 1
        damaged = bytearray(piece)
        damaged[len(piece) // 2] ^= 0xFF
        return bytes(damaged) if is_lasting or times == 1 else piece

    with theatre.sit(session_of(territory.imageur)) as seat:
        tamper(seat.page, spoil)
        open_first_look(seat.page, act)
        wait_for(seat.page, "picture" if is_lasting else "exact")
        say(seat.page, "Copie pour l’affichage" if is_lasting else "Image exacte")
        assert times == 2


@pytest.mark.parametrize("is_lasting", [False, True])
def test_a_decoder_that_does_not_come_is_waited_for_then_done_without(
    theatre: Theatre, territory: Territory, act: Act, store: Store, session_of: Session, is_lasting: bool
) -> None:
    for number in (1, 2):
        store(make_htj2k_ct(act, number=number, size=64, **SERIES))
    with theatre.sit(session_of(territory.imageur)) as seat:
        refused: list[str] = []

        def answer(route: Route) -> None:
            refused.append(route.request.url)
            if is_lasting or len(refused) <= 2:
                route.abort()
            else:
                route.continue_()

        seat.page.context.route("**/openjphjs.*", answer)
        open_first_look(seat.page, act)
        wait_for(seat.page, "picture" if is_lasting else "exact")
        assert len(refused) >= 3


def test_what_the_gateway_did_not_encode_is_shown_too(
    theatre: Theatre, territory: Territory, act: Act, store: Store, session_of: Session
) -> None:
    store(make_ct(act, number=1, size=64, SeriesNumber=1))
    store(make_ct(act, number=1, size=64, SeriesNumber=2, VOILUTFunction="SIGMOID"))
    with theatre.sit(session_of(territory.imageur)) as seat:
        open_first_look(seat.page, act)
        wait_for(seat.page, "exact")
        seat.page.locator(".film-name").nth(1).click()
        wait_for(seat.page, "picture")
        say(seat.page, "Copie pour l’affichage")
        assert seat.complaints == []


def test_images_that_arrive_join_the_film_without_reloading(
    theatre: Theatre, territory: Territory, act: Act, store: Store, session_of: Session
) -> None:
    with theatre.sit(session_of(territory.imageur)) as seat:
        open_first_look(seat.page, act)
        expect(seat.page.locator(".films-none")).to_be_visible()
        store(make_htj2k_ct(act, number=5, **SERIES))
        expect(seat.page.locator(".film-number")).to_have_text("1 / 1")
        wait_for(seat.page, "exact")
        store(make_htj2k_ct(act, number=2, **SERIES))
        store(make_htj2k_ct(act, number=9, **SERIES))
        expect(seat.page.locator(".film-number")).to_have_text("2 / 3")
        expect(seat.page.locator(".film")).to_have_attribute("data-all-exact", "")


def test_a_cut_link_is_said_and_mended_by_itself(
    theatre: Theatre, territory: Territory, act: Act, store: Store, session_of: Session
) -> None:
    for number in range(1, 6):
        store(make_htj2k_ct(act, number=number, size=150, **SERIES))
    port = int(theatre.server.url.rsplit(":", 1)[1])
    with (
        Link(to=port) as link,
        theatre.sit(session_of(territory.imageur), url=f"http://127.0.0.1:{link.port}") as seat,
    ):
        asked: list[str] = []

        def cut_the_second(route: Route) -> None:
            asked.append(route.request.url)
            if len(asked) > 1:
                link.cut()
            route.continue_()

        seat.page.route("**/morceaux/", cut_the_second)
        open_first_look(seat.page, act)
        expect(seat.page.locator(".films-trouble.is-cut")).to_be_visible()
        seat.page.unroute("**/morceaux/")
        link.restore()
        wait_for(seat.page, "exact")
        expect(seat.page.locator(".films-trouble.is-cut")).to_be_hidden()


def test_a_session_that_ended_says_what_to_do(
    theatre: Theatre, territory: Territory, act: Act, store: Store, session_of: Session
) -> None:
    store(make_htj2k_ct(act))
    with theatre.sit(session_of(territory.imageur)) as seat:
        open_first_look(seat.page, act)
        wait_for(seat.page, "exact")
        seat.page.context.clear_cookies()
        seat.page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        expect(seat.page.locator(".films-trouble.is-closed")).to_be_visible()
