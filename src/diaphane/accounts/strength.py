"""Say whether a session holds a second factor: an application, a passkey, or Pro Santé Connect (R39)."""

from collections.abc import MutableMapping
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled

from .models import User

_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
BY_PRO_SANTE_CONNECT = "by_pro_sante_connect"
"""The ID token of the login, kept in the session on the server: it also closes the session over there."""


def is_strong(user: User, session: MutableMapping[str, Any]) -> bool:
    """Say whether who logged in owes no second factor any more."""
    return bool(session.get(BY_PRO_SANTE_CONNECT)) or bool(is_mfa_enabled(user, _FACTORS))
