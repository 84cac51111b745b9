"""Ask an outside service what it advises: a CDS Hooks 2.0 client that sends codes and nobody's identity.

``order-select`` while the request is written, ``order-sign`` once it is sent. The user and the patient that
the standard requires are opaque words of this one call. What comes back is advice, as text; a service that is
slow, silent or wrong says nothing, and stops nothing.
"""

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import structlog
from django.conf import settings

from .models import ExamRequest, RequestState

log = structlog.get_logger()
TIMEOUT = 2.0
"""Seconds for the whole answer."""
LARGEST = 64 * 1024
MOST_CARDS, LONGEST_SUMMARY, LONGEST_DETAIL = 8, 140, 600
INDICATORS = frozenset({"info", "warning", "critical"})
CATALOGUE = "urn:diaphane:catalogue"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PRIORITIES = {"vital": "stat", "urgent": "asap", "delayed": "urgent", "scheduled": "routine"}


class NoAnswerError(Exception):
    """The service answered nothing that can be read."""


@dataclass(frozen=True)
class Card:
    """One advice of a service: in a sentence, how grave, from whom, and in more words."""

    summary: str
    indicator: str
    source: str
    detail: str = ""


def find_hook(request: ExamRequest) -> str:
    """Return the moment at which a service is asked."""
    return "order-select" if request.state == RequestState.DRAFT else "order-sign"


def find_service(request: ExamRequest) -> str:
    """Return the address of the service of this moment; nothing for one in clear beyond this machine."""
    address: str = settings.CDS_SERVICES.get(find_hook(request), "")
    parts = urlsplit(address)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return address if is_safe else ""


def ask_outside(request: ExamRequest) -> tuple[Card, ...]:
    """Return what the service advises; nothing without one, or when it does not answer in time."""
    address = find_service(request)
    if not address or request.exam is None:
        return ()
    try:
        return read_cards(_post(address, make_call(request)))
    except (httpx.HTTPError, httpx.InvalidURL, NoAnswerError) as error:
        log.info("cds.silent", hook=find_hook(request), reason=type(error).__name__)
        return ()


def make_call(request: ExamRequest) -> dict[str, Any]:
    """Return what is sent: the exam and its urgency, by their codes, for somebody who is not named."""
    instance = str(uuid4())
    order: dict[str, Any] = {
        "resourceType": "ServiceRequest",
        "id": "order",
        "status": "draft",
        "intent": "order",
        "code": {"coding": [{"system": CATALOGUE, "code": request.exam_code}]},
        "subject": {"reference": f"Patient/{instance}"},
    }
    if priority := _PRIORITIES.get(request.act.requested_urgency):
        order["priority"] = priority
    context: dict[str, Any] = {
        "userId": "PractitionerRole/unnamed",
        "patientId": instance,
        "draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": order}]},
    }
    hook = find_hook(request)
    if hook == "order-select":
        context["selections"] = ["ServiceRequest/order"]
    return {"hook": hook, "hookInstance": instance, "context": context}


def read_cards(content: bytes) -> tuple[Card, ...]:
    """Read the cards of an answer; one that is none is left out.

    Raises:
        NoAnswerError: the answer is no list of cards.
    """
    try:
        answered = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NoAnswerError from error
    cards = answered.get("cards") if isinstance(answered, dict) else None
    if not isinstance(cards, list):
        raise NoAnswerError
    read = [_read_card(each) for each in cards[:MOST_CARDS]]
    return tuple(each for each in read if each is not None)


def _read_card(written: object) -> Card | None:
    if not isinstance(written, dict) or not isinstance(written.get("source"), dict):
        return None
    summary, indicator = written.get("summary"), written.get("indicator")
    source, detail = written["source"].get("label"), written.get("detail") or ""
    if not all(isinstance(each, str) for each in (summary, indicator, source, detail)):
        return None
    if not summary.strip() or indicator not in INDICATORS or not source.strip():  # type: ignore[union-attr]
        return None
    return Card(summary[:LONGEST_SUMMARY], str(indicator), source[:80], detail[:LONGEST_DETAIL])  # type: ignore[index]


def _post(address: str, call: dict[str, Any]) -> bytes:
    """Send a call, and return its whole answer within the time that there is for it. Raises NoAnswerError."""
    headers = {"Authorization": f"Bearer {settings.CDS_TOKEN}"} if settings.CDS_TOKEN else {}
    ends, content = time.monotonic() + TIMEOUT, b""
    with (
        httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False, headers=headers) as client,
        client.stream("POST", address, json=call) as answer,
    ):
        if answer.status_code != httpx.codes.OK:
            raise NoAnswerError
        for piece in answer.iter_bytes():
            content += piece
            if len(content) > LARGEST or time.monotonic() > ends:
                raise NoAnswerError
    return content
