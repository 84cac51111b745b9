"""Recognise who reads, and remember it for the next readings: a viewer comes back hundreds of times."""

import hashlib
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from diaphane.accounts.models import User
from diaphane.accounts.session_age import keep_alive
from diaphane.accounts.strength import is_strong
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import get_actor

from .authentication import identify
from .memory import Memory

_known: Memory[Actor] = Memory(most=5000)


def recognise(request: HttpRequest) -> Actor | None:
    """Return who calls, by a valid token or an open session in order; None for anyone else.

    A page that says for whom it was made is left to the middleware that compares (``SamePersonMiddleware``).
    """
    credential = request.headers.get("Authorization") or request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not credential or "X-Diaphane-Actor" in request.headers:
        return None
    key = hashlib.sha256(credential.encode()).digest()
    actor = _known.find(key)
    if actor is None:
        asked_at = _known.generation
        actor = _ask(request)
        if actor is not None:
            _known.keep(key, actor, asked_at=asked_at)
    return actor


def _ask(request: HttpRequest) -> Actor | None:
    if "Authorization" in request.headers:
        return identify(request, at=now())
    session = import_module(settings.SESSION_ENGINE).SessionStore(
        request.COOKIES[settings.SESSION_COOKIE_NAME]
    )
    request.session = session
    user = get_user(request)
    if isinstance(user, User) and not keep_alive(session, at=now()):
        return None
    actor = get_actor(user, session) if isinstance(user, User) else None
    if actor is None or not isinstance(user, User):
        return None
    is_in_order = not actor.role.is_professional or is_strong(user, session)
    return actor if is_in_order else None
