"""Tell every process at once that a session ends, so that its streams close (R41)."""

from django.contrib.auth.signals import user_logged_out
from django.db import connection
from django.http import HttpRequest

from .rights import login_of

LOGOUT_CHANNEL = "diaphane_logout"


def announce_logout(sender: object, request: HttpRequest, **others: object) -> None:
    """Notify the opaque name of the session that is being closed."""
    if key := request.session.session_key:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [LOGOUT_CHANNEL, login_of(key)])


def follow_logouts() -> None:
    """Connect the announcement to Django's signal."""
    user_logged_out.connect(announce_logout, dispatch_uid="live.announce_logout")
