"""Trace who logs in, fails to, leaves, and what changes of their security; tell them (R39, R43, R44)."""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from diaphane.accounts.alerts import Alert
from diaphane.accounts.browsers import name_device
from diaphane.accounts.connections import end_other_connections, note_connection
from diaphane.accounts.devices import note_device
from diaphane.accounts.jobs import mail_alert_soon
from diaphane.accounts.models import User
from diaphane.accounts.queries import find_account
from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import SYSTEM, Actor
from diaphane.kernel.clock import now
from diaphane.kernel.origin import find_address

from .middleware import get_actor

_ADDED = {
    Authenticator.Type.WEBAUTHN: Alert.PASSKEY_ADDED,
    Authenticator.Type.TOTP: Alert.APPLICATION_ADDED,
}
_REMOVED = {
    Authenticator.Type.WEBAUTHN: Alert.PASSKEY_REMOVED,
    Authenticator.Type.TOTP: Alert.APPLICATION_REMOVED,
}


def connect() -> None:
    """Listen to Django's own signals, whatever the way in: form, passkey, demo; and to allauth's."""
    user_logged_in.connect(_trace_login, dispatch_uid="trace_login")
    user_logged_out.connect(_trace_logout, dispatch_uid="trace_logout")
    user_login_failed.connect(_trace_failure, dispatch_uid="trace_login_failure")
    authentication_failed.connect(_trace_wrong_code, dispatch_uid="trace_wrong_code")
    authenticator_used.connect(_trace_use, dispatch_uid="trace_second_factor_used")
    authenticator_added.connect(_trace_added, dispatch_uid="trace_second_factor_added")
    authenticator_removed.connect(_trace_removed, dispatch_uid="trace_second_factor_removed")
    authenticator_reset.connect(_trace_renewed, dispatch_uid="trace_codes_renewed")
    password_changed.connect(_trace_password, dispatch_uid="trace_password_changed")


def _trace_login(request: HttpRequest, user: User, **_signal: Any) -> None:
    """Trace a login and remember from where; what no request brings in comes from nowhere."""
    _trace("login", request, user)
    if find_address() is None:
        return
    device, is_new = note_device(request=request, user=user, at=now())
    note_connection(request=request, user=user, device=device, at=now())
    if is_new:
        _trace("login.new_device", request, user)
        _tell(Alert.NEW_DEVICE, request, user)


def _trace_logout(request: HttpRequest, user: User | None, **_signal: Any) -> None:
    if isinstance(user, User):
        _trace("logout", request, user)


def _trace_failure(credentials: dict[str, Any], **_signal: Any) -> None:
    """Trace a wrong password by the account it was tried on; an unknown address leaves no trace of itself."""
    account = find_account(str(credentials.get("email") or credentials.get("username") or ""))
    subject = Subject("account", account.pk if account else None)
    record("login.failed", by=SYSTEM, at=now(), subject=subject)


def _trace_wrong_code(user: User, **_signal: Any) -> None:
    record("login.code_refused", by=SYSTEM, at=now(), subject=Subject("account", user.pk))


def _trace_use(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """Trace which factor opened the account: a recovery code that nobody expected is worth a look."""
    _trace("second_factor.used", request, user, authenticator)


def _trace_added(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _trace("second_factor.added", request, user, authenticator)
    if alert := _ADDED.get(Authenticator.Type(authenticator.type)):
        _tell(alert, request, user)


def _trace_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _trace("second_factor.removed", request, user, authenticator)
    if alert := _REMOVED.get(Authenticator.Type(authenticator.type)):
        _tell(alert, request, user)


def _trace_renewed(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _trace("second_factor.renewed", request, user, authenticator)
    _tell(Alert.CODES_RENEWED, request, user)


def _trace_password(request: HttpRequest, user: User, **_signal: Any) -> None:
    """Trace a new password, and close what the old one had opened elsewhere."""
    _trace("password.changed", request, user)
    actor: Actor = get_actor(user, request.session) or SYSTEM
    end_other_connections(user=user, session=request.session, by=actor, at=now())
    _tell(Alert.PASSWORD_CHANGED, request, user)


def _trace(action: str, request: HttpRequest, user: User, authenticator: Authenticator | None = None) -> None:
    actor: Actor = get_actor(user, request.session) or SYSTEM
    detail = {"factor": str(authenticator.type)} if authenticator else {}
    record(action, by=actor, at=now(), subject=Subject("account", user.pk), detail=detail)


def _tell(alert: Alert, request: HttpRequest, user: User) -> None:
    mail_alert_soon.defer(
        alert=alert.value,
        user_id=str(user.pk),
        happened_at=now().isoformat(),
        device=name_device(request.META.get("HTTP_USER_AGENT", "")),
        address=find_address() or "",
    )
