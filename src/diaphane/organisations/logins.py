"""Trace who logs in, who fails to, and who leaves (R43, R44)."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from diaphane.accounts.models import User
from diaphane.accounts.queries import find_account
from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import SYSTEM, Actor
from diaphane.kernel.clock import now

from .middleware import get_actor


def connect() -> None:
    """Listen to Django's own signals, whatever the way in: form, second factor, demo."""
    user_logged_in.connect(_trace_login, dispatch_uid="trace_login")
    user_logged_out.connect(_trace_logout, dispatch_uid="trace_logout")
    user_login_failed.connect(_trace_failure, dispatch_uid="trace_login_failure")


def _trace_login(request: HttpRequest, user: User, **_signal: Any) -> None:
    _trace("login", request, user)


def _trace_logout(request: HttpRequest, user: User | None, **_signal: Any) -> None:
    if isinstance(user, User):
        _trace("logout", request, user)


def _trace_failure(credentials: dict[str, Any], **_signal: Any) -> None:
    """Trace a wrong password by the account it was tried on; an unknown address leaves no trace of itself."""
    account = find_account(str(credentials.get("email") or credentials.get("username") or ""))
    subject = Subject("account", account.pk if account else None)
    record("login.failed", by=SYSTEM, at=now(), subject=subject)


def _trace(action: str, request: HttpRequest, user: User) -> None:
    actor: Actor = get_actor(user, request.session) or SYSTEM
    record(action, by=actor, at=now(), subject=Subject("account", user.pk))
