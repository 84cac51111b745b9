"""Log in as someone without playing the login pages; show the code of their telephone."""

import time

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from diaphane.accounts.connections import end_connection
from diaphane.accounts.models import User
from diaphane.accounts.operations import activate_totp
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def show_code(secret: str = TOTP_SECRET, *, lasting: float = 5.0) -> str:
    """Return what the authenticator shows; one about to lapse is waited out, as a person would do."""
    period = app_settings.TOTP_PERIOD
    while period - time.time() % period < lasting:
        time.sleep(0.1)
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // period)))


def open_session(actor: Actor) -> Client:
    """Return a client whose session belongs to the actor's account; professionals have a second factor."""
    user = User.objects.get(pk=actor.id)
    if actor.role.is_professional and not Authenticator.objects.filter(user=user).exists():
        activate_totp(user=user, secret=TOTP_SECRET)
    client = Client()
    client.force_login(user)
    return client


def note_open(client: Client, actor: Actor) -> UserSession:
    """Write the line that a login from somewhere leaves beside a client's session."""
    session: UserSession = UserSession.objects.create(
        user_id=actor.id, session_key=client.session.session_key, ip="192.0.2.7", user_agent="Firefox"
    )
    return session


def close_elsewhere(client: Client, actor: Actor) -> None:
    """Close a client's session as its person does from another device."""
    user = User.objects.get(pk=actor.id)
    session = note_open(client, actor)
    end_connection(user=user, connection_id=session.pk, by=actor, at=now())


def read_session(actor: Actor) -> str:
    """Return the cookie of a new session of an actor's account, for a browser to come."""
    return open_session(actor).cookies[settings.SESSION_COOKIE_NAME].value


def make_cookie(actor: Actor, address: str) -> dict[str, str]:
    """Return the same cookie as Playwright's contexts take it."""
    return {"name": settings.SESSION_COOKIE_NAME, "value": read_session(actor), "url": address}
