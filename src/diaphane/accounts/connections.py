"""Where an account is open now, and how its owner closes it from elsewhere (R39, R46)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from importlib import import_module
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.dispatch import Signal
from django.http import HttpRequest

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.origin import find_address

from .models import KnownDevice, PscLogin, User

_AGENT_LENGTH = 200
_DEVICE = "known_device"
connection_ended = Signal()
"""Sent with ``session_key`` once a session is closed from elsewhere: what it follows live is cut at once."""


def list_connections(user: User) -> list[UserSession]:
    """List where an account is open, latest first; what has ended by itself is left out."""
    return sorted(UserSession.objects.purge_and_list(user), key=lambda each: each.created_at, reverse=True)


def note_connection(*, request: HttpRequest, user: User, device: KnownDevice, at: datetime) -> None:
    """Remember from where a session was opened; the session itself holds by which browser.

    allauth makes its own line anew when the login is its own: nothing of ours is kept on it.
    """
    request.session[_DEVICE] = str(device.pk)
    UserSession.objects.update_or_create(
        session_key=_key_of(request.session),
        defaults={
            "user": user,
            "ip": find_address() or "0.0.0.0",  # noqa: S104 - no address is known
            "user_agent": request.META.get("HTTP_USER_AGENT", "")[:_AGENT_LENGTH],
            "created_at": at,
            "last_seen_at": at,
        },
    )


def end_connection(*, user: User, connection_id: int, by: Actor, at: datetime) -> None:
    """Close one session of an account, whose browser becomes a stranger again.

    Raises:
        UserSession.DoesNotExist: it is not this account's, or it has ended.
    """
    found = list_connections(user)
    ended = next((each for each in found if each.pk == connection_id), None)
    if ended is None:
        raise UserSession.DoesNotExist
    _end([ended], kept=[each for each in found if each is not ended], by=by, at=at)


def end_other_connections(*, user: User, session: SessionBase, by: Actor, at: datetime) -> int:
    """Close every session of an account but this one; return how many."""
    found = list_connections(user)
    others = [each for each in found if each.session_key != session.session_key]
    _end(others, kept=[each for each in found if each not in others], by=by, at=at)
    return len(others)


def end_all_connections(*, user: User, by: Actor, at: datetime) -> int:
    """Close every session of an account, because its access or one of its roles ends; return how many."""
    found = list_connections(user)
    _end(found, kept=[], by=by, at=at)
    return len(found)


def end_sessions(*, user: User, session_keys: Collection[str], by: Actor, at: datetime) -> int:
    """Close some sessions of an account by their keys; return how many."""
    found = list_connections(user)
    chosen = [each for each in found if each.session_key in session_keys]
    _end(chosen, kept=[each for each in found if each not in chosen], by=by, at=at)
    return len(chosen)


def forget_ended_connections(*, at: datetime) -> int:
    """Throw out the lines whose session is over; return how many."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    PscLogin.objects.exclude(session_key__in=alive).delete()
    return int(UserSession.objects.exclude(session_key__in=alive).delete()[0])


def _end(sessions: Iterable[UserSession], *, kept: Iterable[UserSession], by: Actor, at: datetime) -> None:
    """Close sessions; a browser that holds another one of the account stays known."""
    known = {_device_of(each) for each in kept}
    for session in sessions:
        with transaction.atomic():
            device, user = _device_of(session), session.user
            if device and device not in known:
                KnownDevice.objects.filter(pk=UUID(device), user=user).delete()
            session.end()
            record("session.ended", by=by, at=at, subject=Subject("account", user.pk))
        connection_ended.send(sender=UserSession, session_key=session.session_key)


def _device_of(session: UserSession) -> str:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session.session_key)
    return str(store.get(_DEVICE, ""))


def _key_of(session: SessionBase) -> str:
    if not session.session_key:
        session.save()
    return str(session.session_key)
