"""Tell every process at once that a session ends, so that its streams close (R41)."""

from django.contrib.auth.signals import user_logged_out
from django.db import connection
from django.http import HttpRequest

from diaphane.accounts.connections import connection_ended

from .rights import login_of

LOGOUT_CHANNEL = "diaphane_logout"


def announce_logout(sender: object, request: HttpRequest, **others: object) -> None:
    """Notify the opaque name of the session that is being closed."""
    if key := request.session.session_key:
        _notify(key)


def announce_end(sender: object, session_key: str, **others: object) -> None:
    """Notify the opaque name of a session that was closed from elsewhere."""
    _notify(session_key)


def follow_logouts() -> None:
    """Connect the announcements to the signals of both ways to leave."""
    user_logged_out.connect(announce_logout, dispatch_uid="live.announce_logout")
    connection_ended.connect(announce_end, dispatch_uid="live.announce_end")


def _notify(session_key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [LOGOUT_CHANNEL, login_of(session_key)])
