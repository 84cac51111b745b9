"""An outside service of decision support over real HTTP: what is sent, what is shown, what is survived."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import Actor, Role
from diaphane.requests import outside_advice
from diaphane.requests.outside_advice import ask_outside, find_service
from tests.factories import StructureFactory, make_actor
from tests.scenes import Territory, draft, submitted

pytestmark = pytest.mark.django_db
CARD = {
    "summary": "Une IRM répondrait mieux",
    "indicator": "warning",
    "source": {"label": "Service fictif"},
    "detail": "<b>Voir</b> la fiche",
}


@dataclass
class Service:
    """A service, what it was asked, and what it answers."""

    address: str = ""
    asked: list[tuple[dict[str, object], str]] = field(default_factory=list)
    status: int = 200
    answer: bytes = json.dumps({"cards": [CARD]}).encode()
    waits: Event | None = None


@pytest.fixture
def service(settings: object) -> Iterator[Service]:
    kept = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.asked.append((json.loads(body), self.headers.get("Authorization", "")))
            if kept.waits is not None:
                kept.waits.wait(60)
                return
            self.send_response(kept.status)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", str(len(kept.answer)))
            self.end_headers()
            self.wfile.write(kept.answer)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    kept.address = f"http://127.0.0.1:{server.server_address[1]}/cds-services/imaging"
    settings.CDS_SERVICES = {"order-select": kept.address, "order-sign": kept.address}  # type: ignore[attr-defined]
    try:
        yield kept
    finally:
        if kept.waits is not None:
            kept.waits.set()
        server.shutdown()
        thread.join()
        server.server_close()


def test_codes_are_sent_and_nobody_is_named(territory: Territory, service: Service) -> None:
    request = draft(territory)
    ask_outside(request)
    [(sent, _token)] = service.asked
    assert (sent["hook"], set(sent)) == ("order-select", {"hook", "hookInstance", "context"})
    context = sent["context"]
    assert isinstance(context, dict)
    assert context["selections"] == ["ServiceRequest/order"]
    assert context["draftOrders"]["entry"][0]["resource"]["code"]["coding"][0]["code"] == "CT-HEAD"
    patient = territory.patient
    said = json.dumps(sent, ensure_ascii=False)
    words = (patient.birth_name, patient.ins, str(patient.pk), str(request.act_id), request.question)
    assert not [each for each in (*words, str(territory.requester.id), request.history) if each in said]


def test_a_request_that_was_sent_asks_as_it_is_signed(
    territory: Territory, service: Service, settings: object
) -> None:
    settings.CDS_TOKEN = "jeton-fictif"  # type: ignore[attr-defined]
    assert [each.summary for each in ask_outside(submitted(territory))] == [CARD["summary"]]
    [(sent, token)] = service.asked
    assert (sent["hook"], token) == ("order-sign", "Bearer jeton-fictif")


def test_without_a_service_or_beyond_this_machine_in_clear_nobody_is_asked(
    territory: Territory, service: Service, settings: object
) -> None:
    request = draft(territory)
    for address in ("", "http://192.0.2.1/x", "ftp://127.0.0.1/x"):
        settings.CDS_SERVICES = {"order-select": address}  # type: ignore[attr-defined]
        assert find_service(request) == ""
        assert ask_outside(request) == ()
    assert not service.asked


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, b"{}"),
        (302, b"{}"),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"cards": 3}'),
        (
            200,
            b'{"cards": [3, {"summary": 1}, {"summary": "x", "indicator": "red", "source": {"label": "y"}}]}',
        ),
        (200, b'{"cards": [' + b" " * 70_000 + b"]}"),
        (200, b"[" * 50_000),
    ],
)
def test_what_is_no_answer_shows_nothing(
    territory: Territory, service: Service, status: int, answer: bytes
) -> None:
    service.status, service.answer = status, answer
    assert ask_outside(draft(territory)) == ()
    assert len(service.asked) == 1


def test_a_silent_service_is_left_alone(
    territory: Territory, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.waits = Event()
    monkeypatch.setattr(outside_advice, "TIMEOUT", 0.2)
    assert ask_outside(draft(territory)) == ()


def test_a_service_that_is_gone_is_left_alone(territory: Territory, settings: object) -> None:
    settings.CDS_SERVICES = {"order-select": "http://127.0.0.1:9/x"}  # type: ignore[attr-defined]
    assert ask_outside(draft(territory)) == ()


def test_the_page_asks_apart_and_shows_the_cards_as_text(
    territory: Territory, service: Service, login: Callable[[Actor], Client]
) -> None:
    request = draft(territory)
    address = reverse("requesting:outside_advice", args=[request.act_id])
    elsewhere = login(make_actor(Role.REQUESTING_PHYSICIAN, StructureFactory()))
    assert elsewhere.get(address).status_code == 404
    assert login(make_actor(Role.ADMINISTRATOR, territory.site)).get(address).status_code == 403
    requester = login(territory.requester)
    page = requester.get(reverse("requesting:edit", args=[request.act_id])).content.decode()
    assert address in page
    assert not service.asked  # the page itself waits for nobody
    cards = requester.get(address).content.decode()
    assert "Une IRM répondrait mieux" in cards
    assert "&lt;b&gt;Voir&lt;/b&gt;" in cards
    assert "Service fictif" in cards
