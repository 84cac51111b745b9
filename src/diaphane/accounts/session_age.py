"""How long a session lasts: so long without anything asked, and a shift at most (R39).

The row of the session ends by itself when nothing is asked, for pages, live streams and DICOMweb alike. Its
end is moved now and then only, and nothing else of it: each move makes every process ask again who may what.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse

from diaphane.kernel.clock import now

LONGEST = timedelta(hours=12)
"""A shift. ``SESSION_COOKIE_AGE`` says how long a session lasts without anything asked."""
MOVED_EVERY = timedelta(minutes=10)
_LOOKED_EVERY = timedelta(minutes=2)
_MOST = 5000
_BEGAN = "began_at"
_looked: dict[str, datetime] = {}


class SessionAgeMiddleware:
    """End a session that has lasted a shift; let the others last a while more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the session of who is logged in."""
        if request.user.is_authenticated and not keep_alive(request.session, at=now()):
            logout(request)
        return self.get_response(request)


def keep_alive(session: SessionBase, *, at: datetime) -> bool:
    """Move the end of a session in which something is asked; say whether it may go on."""
    began = float(session.get(_BEGAN, 0))
    if at.timestamp() - began >= LONGEST.total_seconds():
        return False
    key = session.session_key or ""
    if key not in _looked or at - _looked[key] >= _LOOKED_EVERY:
        _note_look(key, at)
        until = at + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        late = Session.objects.filter(pk=key, expire_date__lt=until - MOVED_EVERY)
        if late.exists():
            late.update(expire_date=until)
    return True


def begin(*, request: HttpRequest, **_signal: object) -> None:
    """Count from the login: what a visitor did before is not of this session."""
    request.session[_BEGAN] = now().timestamp()


def watch_logins() -> None:
    """Hear of every login."""
    user_logged_in.connect(begin, dispatch_uid="begin_session")


def _note_look(key: str, at: datetime) -> None:
    while len(_looked) >= _MOST:
        _looked.pop(next(iter(_looked)), None)
    _looked[key] = at
