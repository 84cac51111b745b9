"""The part that asks the database: who a session is, and what it may hear of. Runs in a thread."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from importlib import import_module
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import connections
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from diaphane.access.queries import can_see_act, keep_visible_acts, list_act_ids
from diaphane.accounts.models import User
from diaphane.accounts.strength import is_strong
from diaphane.events.models import Event
from diaphane.events.queries import list_events, list_events_after, list_events_missed_after
from diaphane.kernel.actors import Actor
from diaphane.organisations.middleware import get_actor

from .streams import QUEUE_LIMIT, Change, Viewpoint

STRUCTURE = "structure"
"""The subject of an event that concerns whoever works at a structure, and no act."""
_P = ParamSpec("_P")
_T = TypeVar("_T")


def releasing(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Give the thread's connection back as soon as the function has answered."""

    @wraps(function)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return function(*args, **kwargs)
        finally:
            connections.close_all()

    return wrapper


@releasing
def authenticate(session_key: str, act_id: UUID | None) -> Viewpoint | int:
    """Return what a session may follow, or the HTTP status that refuses: 401, 403, 404 (R39, R42)."""
    user, session = _open(session_key)
    if user is None:
        return 401
    actor = get_actor(user, session)
    if actor is None or (actor.role.is_professional and not is_strong(user, session)):
        return 403
    if act_id is not None and not can_see_act(actor, act_id):
        return 404
    return Viewpoint(session_key, actor.session, act_id)


@releasing
def list_missed(viewpoint: Viewpoint, last: str, after: str) -> list[Change]:
    """List what happened since the last event that a browser got, or since its page was drawn.

    Too many, or a position that cannot be read: one change without details.
    """
    position = last or after
    if not position:
        return []
    actor = _resolve(viewpoint.session_key)
    if actor is None or not position.isdecimal() or len(position) > 18:
        return [Change("many")]
    events = list_events_missed_after(int(last)) if last else list_events_after(int(after))
    events = events.filter(_may_hear(actor))
    if viewpoint.act_id is not None:
        events = events.filter(act_id=viewpoint.act_id)
    found = list(events[:QUEUE_LIMIT])
    if len(found) < QUEUE_LIMIT:
        return [_tell(each) for each in found]
    return [Change("many", events.reverse()[0].sequence)]


@releasing
def share_out(
    sequences: Iterable[int], viewpoints: Iterable[Viewpoint]
) -> dict[Viewpoint, list[Change] | None]:
    """Say what each viewpoint hears of these events: each is looked up once, rights are asked now.

    A viewpoint whose session has ended gets None; one with nothing to hear is left out.
    """
    events = [event for event in list_events(sequences) if event.act_id or _is_of_a_structure(event)]
    acts = {event.act_id for event in events if event.act_id is not None}
    concerned = [each for each in viewpoints if each.act_id is None or each.act_id in acts]
    actors = {key: _resolve(key) for key in {each.session_key for each in concerned}}
    visible = {key: keep_visible_acts(actor, acts) for key, actor in actors.items() if actor is not None}
    shares: dict[Viewpoint, list[Change] | None] = {}
    for viewpoint in concerned:
        actor = actors[viewpoint.session_key]
        if actor is None:
            shares[viewpoint] = None
        elif heard := _hear(viewpoint, events, actor, visible[viewpoint.session_key]):
            shares[viewpoint] = heard
    return shares


@releasing
def list_ended(session_keys: Iterable[str]) -> set[str]:
    """List, of these sessions, those that were closed or have expired."""
    asked = set(session_keys)
    alive = Session.objects.filter(session_key__in=asked, expire_date__gt=timezone.now())
    return asked - set(alive.values_list("session_key", flat=True))


def login_of(session_key: str) -> str:
    """Return the opaque name of a session, as ``get_actor`` makes it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]


def _hear(viewpoint: Viewpoint, events: Sequence[Event], actor: Actor, visible: set[UUID]) -> list[Change]:
    """Keep what concerns an act that is open to the actor, or the structure where they work."""
    return [
        _tell(event)
        for event in events
        if (event.act_id in visible or _is_at_home(event, actor)) and viewpoint.act_id in (None, event.act_id)
    ]


def _is_of_a_structure(event: Event) -> bool:
    return event.act_id is None and event.subject_type == STRUCTURE


def _is_at_home(event: Event, actor: Actor) -> bool:
    return _is_of_a_structure(event) and actor.role.is_professional and event.subject_id == actor.structure_id


def _tell(event: Event) -> Change:
    return Change(event.kind, event.sequence)


def _resolve(session_key: str) -> Actor | None:
    user, session = _open(session_key)
    return get_actor(user, session) if user is not None else None


def _open(session_key: str) -> tuple[User | None, SessionBase]:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    return (user if isinstance(user, User) else None), request.session


def _may_hear(actor: Actor) -> Q:
    heard = Q(act_id__in=list_act_ids(actor))
    if actor.role.is_professional and actor.structure_id is not None:
        heard |= Q(act_id=None, subject_type=STRUCTURE, subject_id=actor.structure_id)
    return heard
